// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sort.h"

namespace tenon::modeling {

/// A place in an order, by the values of its keys: rows behind it are found without counting those before. The
/// identity is the last key, so that no two rows are at one place. Values are compared as the database orders them.
class Keyset {
 public:
  /// The entity has an identity. Throws Invalid, also for a key whose values have no order.
  Keyset(const Dialect& dialect, const ModelSet& models, const Entity& entity, std::string_view tenant,
         std::vector<SortKey> keys);

  /// The columns with the keys' values, as they are asked for.
  std::vector<Column> columns() const;
  /// Appends `, t."age" as "key 0", ...`.
  void appendColumns(SqlText& sql) const;
  /// Appends `t."age" desc, t."id" asc`. reversed: from the end.
  void appendOrder(SqlText& sql, bool reversed) const;
  /// Appends the condition of the rows behind a place; reversed: of those before it. place: an array of the keys'
  /// values, each of which may be a hole. Throws Invalid.
  void appendBeyond(SqlText& sql, const Json& place, bool reversed) const;

 private:
  struct Key {
    SortKey key;
    Order::Term term;
  };
  const Field& fieldOf(const Key& key) const { return key.term.field != nullptr ? *key.term.field : countField(); }
  void appendKey(SqlText& sql, const Key& key, Order::Form form) const;
  void compare(SqlText& sql, const Key& key, const char* op, const Json& operand) const;
  void past(SqlText& sql, const Key& key, const Json& operand, bool reversed) const;

  const Dialect& dialect_;
  const ModelSet& models_;
  Order order_;
  std::vector<Key> keys_;
};

}  // namespace tenon::modeling
