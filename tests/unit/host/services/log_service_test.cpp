// SPDX-License-Identifier: Apache-2.0
#include "services/log/log_service.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "tenon/extras/json.hpp"

namespace tenon::host {
namespace {

/// What a log writes, read back from a temporary file.
class LogTest : public ::testing::Test {
 protected:
  LogConfig config() {
    LogConfig c;
    c.fd = ::fileno(file_.get());
    return c;
  }
  std::string written() {
    std::string out;
    std::rewind(file_.get());
    for (int c; (c = std::fgetc(file_.get())) != EOF;) out.push_back(static_cast<char>(c));
    return out;
  }
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{std::tmpfile(), std::fclose};
};

TEST_F(LogTest, writes_lines_of_the_wanted_levels) {
  {
    LogConfig c = config();
    c.levels["chatty"] = TENON_LOG_DEBUG;
    LogService log(c);
    log.write("x", TENON_LOG_DEBUG, "hidden", {});
    log.write("chatty", TENON_LOG_DEBUG, "shown", {});
    log.write("x", TENON_LOG_WARN, "careful", R"({"a":1})");
  }
  const std::string text = written();
  EXPECT_EQ(text.find("hidden"), std::string::npos);
  EXPECT_NE(text.find("DEBUG chatty shown\n"), std::string::npos);
  EXPECT_NE(text.find("WARN x careful {\"a\":1}\n"), std::string::npos);
}

TEST_F(LogTest, a_message_cannot_forge_a_line) {
  {
    LogService log(config());
    log.write("x", TENON_LOG_INFO, "one\n2026 ERROR fake\x1b[31m", {});
  }
  const std::string text = written();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST_F(LogTest, json_lines_are_json_and_mask_secrets) {
  {
    LogConfig c = config();
    c.json = true;
    LogService log(c);
    log.write("x", TENON_LOG_INFO, "say \"hi\"",
              R"({"userPassword":"hush","deep":{"refresh_token":"hush"},"list":[{"Cookie":"hush"}],"kept":1})");
  }
  const std::string text = written();
  EXPECT_EQ(text.find("hush"), std::string::npos);
  const Json line = parseJson(text.substr(0, text.size() - 1));
  EXPECT_EQ(line["message"], "say \"hi\"");
  EXPECT_EQ(line["fields"]["kept"], 1);
  EXPECT_EQ(line["fields"]["deep"]["refresh_token"], "******");
}

TEST_F(LogTest, a_known_secret_is_masked_wherever_it_occurs) {
  {
    LogConfig c = config();
    c.secrets = {"swordfish", "swordfish-long", "abc"};
    LogService log(c);
    log.write("x", TENON_LOG_INFO, "cannot log in with swordfish-long, swordfish or abc", R"({"url":"db://u:swordfish@h"})");
  }
  const std::string text = written();
  EXPECT_EQ(text.find("swordfish"), std::string::npos);
  EXPECT_NE(text.find("with ******, ****** or abc"), std::string::npos) << "short ones occur by chance";
}

TEST_F(LogTest, fields_that_are_no_json_are_left_out_rather_than_shown) {
  {
    LogService log(config());
    log.write("x", TENON_LOG_INFO, "m", "{\"token\": hush");
  }
  EXPECT_EQ(written().find("hush"), std::string::npos);
}

TEST_F(LogTest, flush_waits_for_everything_written_before) {
  LogService log(config());
  for (int i = 0; i < 1000; ++i) log.write("x", TENON_LOG_INFO, "line", {});
  log.flush();
  const std::string text = written();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1000);
}

}  // namespace
}  // namespace tenon::host
