// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>

#include "connection.h"
#include "tenon/extras/json.hpp"
#include "tenon/row_builder.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::sqlite {

/// A token that a test sets.
struct Token {
  std::atomic<int> set{0};
  tenon_cancel raw{sizeof(tenon_cancel),
                   0,
                   this,
                   0,
                   [](const tenon_cancel* t) -> int32_t { return static_cast<Token*>(t->impl)->set; },
                   nullptr,
                   nullptr};
};

/// A database file in a folder of its own.
class Scratch : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "tenon-sqlite-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    source_ = open(R"({"url":"jdbc:sqlite:x.db"})");
    connection_ = std::make_unique<Connection>(*source_, false);
  }
  void TearDown() override {
    connection_.reset();
    source_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::unique_ptr<Source> open(std::string_view config) const {
    return std::make_unique<Source>(readOptions(config, folder_));
  }

  static tenon_query query(std::string_view sql, RowBuilder* params = nullptr) {
    tenon_query q{};
    q.size = sizeof q;
    q.language = TENON_LANGUAGE_SQL;
    q.flags = TENON_QUERY_REUSED;
    q.text = str(sql);
    if (params != nullptr) {
      q.param_schema = params->schema().arrow();
      q.params = params->peek();
    }
    return q;
  }
  tenon_outcome execute(std::string_view sql, RowBuilder* params = nullptr, const tenon_cancel* cancel = nullptr) {
    tenon_outcome out{};
    out.size = sizeof out;
    connection_->execute(query(sql, params), cancel, &out);
    return out;
  }
  Rows rows(std::string_view sql, RowBuilder* params = nullptr, const Schema* expected = nullptr,
            const tenon_cancel* cancel = nullptr) {
    tenon_query q = query(sql, params);
    if (expected != nullptr) q.result_schema = expected->arrow();
    Rows r;
    connection_->query(q, cancel, r.out());
    if (expected != nullptr) r.asked(*expected);
    return r;
  }
  int64_t number(std::string_view sql) {
    Rows r = rows(sql);
    return r.next() ? r.batch()[0].i64(0) : -1;
  }
  template <class Body>
  static Failure failure(Body&& body) {
    try {
      body();
    } catch (const Failure& f) {
      return f;
    }
    ADD_FAILURE() << "nothing failed";
    return Failure(TENON_OK, "");
  }

  std::string folder_;
  std::unique_ptr<Source> source_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace tenon::sqlite
