// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "connection.h"
#include "tenon/deadline.hpp"
#include "tenon/extras/json.hpp"
#include "tenon/fakes/fake_cancel.hpp"
#include "tenon/row_builder.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::postgresql {

/// A schema of its own, made anew for every test, in the database that TENON_TEST_POSTGRESQL names.
class ServerTest : public ::testing::Test {
 protected:
  static constexpr const char* kSchema = "Tenon \"test\" schema";

  static Json config() {
    const char* json = std::getenv("TENON_TEST_POSTGRESQL");
    if (json == nullptr) throw std::runtime_error("TENON_TEST_POSTGRESQL does not say where a server is");
    return parseJson(json);
  }
  void SetUp() override {
    open(config());
    execute("drop schema if exists \"Tenon \"\"test\"\" schema\" cascade");
    execute("create schema \"Tenon \"\"test\"\" schema\"");
    Json own = config();
    own["schema"] = kSchema;
    open(own);
  }
  /// connection_ is one of the source that `config` describes.
  void open(const Json& config) {
    connection_.reset();
    source_ = std::make_unique<Source>(readOptions(dumpJson(config)));
    connection_ = connect();
  }
  std::unique_ptr<Connection> connect(bool readOnly = false) const {
    return std::make_unique<Connection>(*source_, readOnly, nullptr);
  }

  static tenon_query queryOf(std::string_view sql, RowBuilder* params = nullptr) {
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
  int64_t execute(std::string_view sql, RowBuilder* params = nullptr, const tenon_cancel* cancel = nullptr,
                  Connection* on = nullptr) {
    tenon_outcome out{};
    out.size = sizeof out;
    (on != nullptr ? on : connection_.get())->execute(queryOf(sql, params), cancel, &out);
    return out.affected;
  }
  Rows rows(std::string_view sql, RowBuilder* params = nullptr, const Schema* expected = nullptr,
            const tenon_cancel* cancel = nullptr) {
    tenon_query q = queryOf(sql, params);
    if (expected != nullptr) q.result_schema = expected->arrow();
    Rows r;
    connection_->query(q, cancel, r.out());
    if (expected != nullptr) r.asked(*expected);
    return r;
  }
  /// The first cell as text; "-" for NULL, "" for no row.
  std::string cell(std::string_view sql, RowBuilder* params = nullptr) {
    static const Schema text{{"v", "u"}};
    Rows r = rows(sql, params, &text);
    if (!r.next()) return {};
    return r.batch()[0].isNull(0) ? "-" : std::string(r.batch()[0].text(0));
  }
  void step(uint32_t op, uint32_t level = 0, Connection* on = nullptr, const tenon_cancel* cancel = nullptr) {
    (on != nullptr ? on : connection_.get())->transact({sizeof(tenon_transaction), op, 0, level}, cancel);
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
  static RowBuilder number(int64_t n) {
    RowBuilder b({{"n", "l"}});
    b.i64(0, n);
    b.endRow();
    return b;
  }

  std::unique_ptr<Source> source_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace tenon::postgresql
