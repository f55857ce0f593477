// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "host_config.h"

namespace tenon::host {

HttpConfig readHttpConfig(ConfigSection http, const std::filesystem::path& relativeTo) {
  HttpConfig c;
  const auto number = [&](const char* key, auto& member, uint64_t least, uint64_t most) {
    member = static_cast<std::remove_reference_t<decltype(member)>>(http.number(key, member, least, most));
  };
  c.address = http.text("address", c.address);
  number("port", c.port, 0, 65535);
  number("threads", c.threads, 0, 1024);
  number("max_threads", c.max_threads, 0, 4096);
  number("max_connections", c.max_connections, 1, 1000000);
  number("max_head_bytes", c.max_head_bytes, 1024, 1 << 20);
  number("max_request_line_bytes", c.max_request_line_bytes, 512, 1 << 20);
  number("max_header_fields", c.max_header_fields, 10, 10000);
  number("max_body_bytes", c.max_body_bytes, 0, uint64_t{1} << 32U);
  number("max_buffered_bytes", c.max_buffered_bytes, 1 << 20, uint64_t{1} << 40U);
  constexpr uint64_t kDay_ms = 86400000;
  number("head_timeout_ms", c.head_timeout_ms, 1, kDay_ms);
  number("body_timeout_ms", c.body_timeout_ms, 1, kDay_ms);
  number("idle_timeout_ms", c.idle_timeout_ms, 1, kDay_ms);
  number("write_timeout_ms", c.write_timeout_ms, 1, kDay_ms);
  number("min_bytes_per_second", c.min_bytes_per_second, 0, 1 << 30);
  number("request_timeout_ms", c.request_timeout_ms, 1, kDay_ms);
  number("max_requests_per_connection", c.max_requests_per_connection, 0, UINT32_MAX);
  number("gzip_min_bytes", c.gzip_min_bytes, 0, 1 << 30);
  c.access_log = http.boolean("access_log", c.access_log);
  c.language = http.choice("language", c.language, {"zh-CN", "en"});

  ConfigSection cors = http.section("cors");
  c.cors.origins = cors.texts("origins", {});
  for (const auto& origin : c.cors.origins)
    if (origin.find("://") == std::string::npos || origin.back() == '/' || origin.find('*') != std::string::npos)
      cors.problem("origins", "\"" + origin + "\" must be an exact origin such as \"https://app.example.com\"");
  c.cors.credentials = cors.boolean("credentials", false);
  c.cors.max_age_s = static_cast<uint32_t>(cors.number("max_age_s", c.cors.max_age_s, 0, 86400));
  cors.finish();

  ConfigSection tls = http.section("tls");
  const auto file = [&](const char* key) {
    const std::string name = tls.text(key, "");
    return name.empty() ? name : (relativeTo / name).lexically_normal().string();
  };
  c.tls.certificate = file("certificate");
  c.tls.key = file("key");
  c.tls.atLeast13 = tls.choice("min_version", "1.2", {"1.2", "1.3"}) == "1.3";
  if (c.tls.certificate.empty() != c.tls.key.empty()) tls.problem("key", "certificate and key belong together");
  tls.finish();
  http.finish();
  return c;
}

}  // namespace tenon::host
