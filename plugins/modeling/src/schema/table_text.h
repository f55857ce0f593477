// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::modeling {

/// The text of a "create table", taken apart so that columns can be defined anew and everything else, which models
/// have no word for, stays: checks, references, collations, comments.
class TableText {
 public:
  /// nullopt when the text is not "create table NAME ( ... ) ...": of a query, or of a virtual table.
  static std::optional<TableText> parse(std::string_view text);

  /// Gives a column another type, nullability and, unless the one it has is kept, default; its keys, checks, references
  /// and collation stay. False when there is no such column.
  bool define(std::string_view column, const std::string& definition, bool keepsDefault = false);
  /// Takes away the unique keys of just these columns, of the table or in the definition of the one. False when there
  /// is none.
  bool dropKey(const std::vector<std::string>& columns);
  /// What names the column beside itself, as checks do: the text of another column or of a constraint. Empty: nothing.
  std::string userOf(std::string_view column) const;
  /// Adds a column after the last one.
  void add(const std::string& definition);
  /// The statement for a table of that name, which is quoted already.
  std::string under(const std::string& quotedName) const;

 private:
  struct Item {
    std::string name;  // of a column, without its quotes; empty for a constraint of the table
    std::string text;
  };
  std::string tail_;  // after the closing parenthesis
  std::vector<Item> items_;
};

}  // namespace tenon::modeling
