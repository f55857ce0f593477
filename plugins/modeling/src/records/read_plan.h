// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "batches.h"
#include "keyset.h"
#include "tree_reader.h"

namespace tenon::modeling {

/// A read of one model that runs many times with other values: rows, or aggregates of them. Immutable; any thread.
///   {"model":"Student","columns":["id","age"],"filter":{...},"sort":[...],"limit":20,"offset":40,"distinct":["age"],
///    "keys":"classId"}
///   {"model":"Student","aggregates":[{"function":"count"|"max"|"min"|"sum"|"avg","field"?,"distinct"?}],
///    "filter":{...},"keys":"classId"}
///   {"model":"Student","columns":[...],"filter":{...},"sort":[...],"limit":20,"cursors":true,"after":[...]?,
///    "before":[...]?,"reversed":true?}
/// cursors: the last columns are the values of the sort's keys and the identity, which make a row's place in the order;
/// after, before: rows behind, or before, such a place; reversed: from the end. An operand of the filter, the limit or
/// the offset may be {"$":n}: the n-th of the values given when it runs. distinct: of rows that agree in these fields
/// only the first. keys: rows are read of which this field has one of the keys given when it runs; limit, offset and
/// distinct count for each key, and the last column is the field.
class ReadPlan {
 public:
  /// tenant: empty = every tenant's rows. mostRows: of one run. Throws Invalid.
  ReadPlan(std::shared_ptr<const Shapes> shapes, const Dialect& dialect, const Json& read, std::string tenant,
           uint64_t mostRows);

  /// Distinct values, none of them null.
  struct Keys {
    const ColumnView* cells;
    int64_t count;
  };
  /// keys: nullptr for a read without. Throws TOO_LARGE past the rows or the keys that one read may have. Columns are
  /// as declared: fields in their Arrow formats, counts l, avg g, sum u.
  Batches run(Connection& connection, const Json& values, const Keys* keys, const tenon_cancel* cancel) const;

  const Entity& entity() const noexcept { return *entity_; }
  /// The statement for one key, for people.
  std::string sql() const { return statement(1).sql; }

 private:
  struct Statement {
    std::string sql;
    std::vector<Value> values;
    std::vector<SqlText::Hole> holes;
    size_t keysAt = 0, keys = 0;  // where the keys stand among the values
  };
  struct Aggregate {
    std::string function;
    const Field* field;  // nullptr: rows are counted
    bool distinct;
  };

  const Field& column(const Json& name) const;
  void readColumns(const Json& read);
  void readAggregates(const Json& read);

  const Statement& statement(size_t keys) const;
  Statement made(size_t keys) const;
  /// Rows are numbered within their key, or among those that agree in the distinct fields.
  bool isNumbered() const { return !distinct_.empty() || (key_ != nullptr && isPaged()); }
  bool isPaged() const { return limit_.is_null() == false || offset_.is_null() == false; }
  void appendRows(SqlText& sql, size_t keys, Statement& out) const;
  void appendNumbered(SqlText& sql, size_t keys, Statement& out) const;
  void appendAggregates(SqlText& sql, size_t keys, Statement& out) const;
  void appendSource(SqlText& sql, size_t keys, Statement& out) const;
  void appendNumber(SqlText& sql, const Json& operand) const;
  void appendLimit(SqlText& sql, const Json& limit, const Json& offset) const;
  std::string keyName() const { return "key of " + key_->name; }
  Keyset keyset() const { return {dialect_, shapes_->models(), *entity_, tenant_, sort_}; }
  std::string aggregateText(const Aggregate& a) const;
  std::string named(const Field& f) const { return "t." + dialect_.quoted(f.name); }

  std::shared_ptr<const Shapes> shapes_;
  Dialect dialect_;
  std::string tenant_;
  uint64_t mostRows_;
  const Entity* entity_;
  std::vector<const Field*> columns_, distinct_;
  std::vector<Aggregate> aggregates_;
  Json filter_, limit_, offset_, after_, before_;
  bool hasCursors_ = false, reversed_ = false;
  std::vector<SortKey> sort_;
  const Field* key_ = nullptr;
  Schema expected_;
  mutable std::mutex mutex_;
  mutable std::array<std::unique_ptr<const Statement>, 16> made_;  // by the binary digits of the number of keys
};

}  // namespace tenon::modeling
