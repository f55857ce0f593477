// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <tenon/datasource.h>

#include "instance.h"
#include "tenon/dialect.hpp"
#include "tenon/fakes/fake_cancel.hpp"
#include "tenon/row_builder.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::compliance {

/// What one call of the driver answered.
struct Answer {
  tenon_status status = TENON_OK;
  Error error;
  bool ok() const noexcept { return status == TENON_OK; }
  std::string text() const { return "status " + std::to_string(status) + ", \"" + std::string(error.text()) + "\""; }
};

/// How a query is asked; members as in tenon_query.
struct Asked {
  RowBuilder* params = nullptr;
  const Schema* expected = nullptr;
  uint64_t maxRows = 0, maxBatchRows = 0, maxBatchBytes = 0;
  const tenon_cancel* cancel = nullptr;
  bool reused = false;  // TENON_QUERY_REUSED
};

/// A running plugin, its datasource opened from --config, and one connection. Throws NotApplicable when the plugin
/// offers no datasource, Broken when --config is missing or it cannot be opened.
class Session {
 public:
  explicit Session(Context& context);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Instance& instance() noexcept { return *instance_; }
  const tenon_datasource_v1& table() const noexcept { return *table_; }
  void* self() const noexcept { return self_; }
  tenon_source* source() const noexcept { return source_; }
  tenon_conn* conn() const noexcept { return conn_; }
  bool can(uint64_t capability) const noexcept { return (capabilities_ & capability) != 0; }
  /// Throws NotApplicable when the driver does not claim it.
  void needs(uint64_t capability, const char* name) const;
  /// Is the member there and not a gap in a shorter table?
  template <class Member>
  bool has(Member tenon_datasource_v1::*member) const {
    const auto* at = reinterpret_cast<const unsigned char*>(&(table_->*member)) + sizeof(Member);
    return at <= reinterpret_cast<const unsigned char*>(table_) + table_->size && table_->*member != nullptr;
  }

  tenon_conn* connect(uint32_t flags = 0);
  void closeConn();
  void closeSource();

  const Dialect& dialect() const { return dialect_.value(); }
  /// A query that answers at least `rows` rows of two columns, a number and a text: made of a table of the
  /// check's own, or "statements.rows" of the configuration.
  std::string rowsQuery(int rows = 5);
  /// A query that runs for minutes unless it is stopped.
  std::string slowQuery();
  std::string badQuery() const;
  uint32_t language() const noexcept { return can(TENON_DS_SQL) ? TENON_LANGUAGE_SQL : TENON_LANGUAGE_TREE; }

  Answer query(const std::string& text, Rows& out, const Asked& asked = {}, tenon_conn* conn = nullptr);
  Answer execute(const std::string& text, RowBuilder* params = nullptr, tenon_outcome* out = nullptr,
                 const tenon_cancel* cancel = nullptr, tenon_conn* conn = nullptr);
  Answer transact(uint32_t op, uint32_t level = 0, uint32_t flags = 0);
  Answer describe(uint32_t kind, const std::string& table, Rows& out);

  /// As above, and throws Broken when it fails.
  Rows rows(const std::string& text, const Asked& asked = {});
  int64_t run(const std::string& text, RowBuilder* params = nullptr);
  void step(uint32_t op, uint32_t level = 0);
  int64_t countRows(const std::string& table, tenon_conn* conn = nullptr);

  /// Makes a table of the check's own and answers its quoted name; it is dropped at the end. columns: pairs of
  /// name and definition, the definition after the name as DDL says it.
  std::string makeTable(const std::string& name, const std::string& columns);
  /// The DDL of a logical type of the dialect.
  std::string columnType(int32_t logical, int length = 200) const;
  /// "insert into T (a, b) values (?, ?)"
  std::string insertInto(const std::string& table, const std::vector<std::string>& columns) const;
  static std::string rawTableName(const std::string& name) { return "tenon_check_" + name; }

 private:
  std::unique_ptr<Instance> instance_;
  const Options& options_;
  const tenon_datasource_v1* table_ = nullptr;
  void* self_ = nullptr;
  tenon_source* source_ = nullptr;
  tenon_conn* conn_ = nullptr;
  uint64_t capabilities_ = 0;
  std::optional<Dialect> dialect_;
  std::vector<std::string> made_;
};

}  // namespace tenon::compliance
