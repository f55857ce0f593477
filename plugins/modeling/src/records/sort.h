// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "sql_text.h"

namespace tenon::modeling {

/// One key of an order. Null is less than every value unless it is said where nulls go.
struct SortKey {
  enum class Nulls : uint8_t { Least, First, Last };
  std::string path;  ///< a column, or to-one relations and a column: "class.school.name"
  bool descending = false;
  Nulls nulls = Nulls::Least;
  bool counts = false;  ///< the path is a relation, and its related records are counted
};

/// Reads a sort parameter: a JSON array of {"field","order"?,"nulls"?,"count"?}, one such object, or "name,-id".
/// Throws Invalid.
std::vector<SortKey> readSort(std::string_view text);
/// The same of JSON.
std::vector<SortKey> readSort(const Json& sort);

/// Builds the keys of an order for rows of one entity. Rows of other tenants that a path leads over count as absent.
class Order {
 public:
  Order(const Dialect& dialect, const ModelSet& models, const Entity& entity, std::string_view tenant)
      : dialect_(dialect), models_(models), entity_(entity), tenant_(tenant) {}

  /// Values as they are stored, or in the form in which they compare with others. JSON always compares.
  enum class Form : uint8_t { Stored, Comparable };
  /// Appends `t."a" desc, t."id" asc`: the keys, then the identity, so that pages do not overlap; nothing for an entity
  /// without one when there are no keys. Throws Invalid for a path that leads nowhere.
  void append(SqlText& sql, const std::vector<SortKey>& keys, const std::string& alias = "t",
              Form form = Form::Stored) const;

  /// What a key orders by.
  struct Term {
    const Field* field;  ///< nullptr: a number of records
    bool mayBeNull;
  };
  /// Appends it, without a direction. Throws as append() does.
  Term term(SqlText& sql, const SortKey& key, const std::string& alias, Form form) const {
    return expression(sql, entity_, alias, key.path, key, form, 0);
  }
  static bool nullsFirst(const SortKey& k) noexcept {
    return k.nulls == SortKey::Nulls::Least ? !k.descending : k.nulls == SortKey::Nulls::First;
  }

 private:
  void key(SqlText& sql, const SortKey& key, const std::string& alias, Form form) const;
  Term expression(SqlText& sql, const Entity& entity, const std::string& alias, std::string_view path,
                  const SortKey& whole, Form form, int depth) const;

  const Dialect& dialect_;
  const ModelSet& models_;
  const Entity& entity_;
  std::string_view tenant_;
};

}  // namespace tenon::modeling
