// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "tenon/dialect.hpp"

namespace tenon::modeling {

/// The statements that bring a table to life, in order: the table, its unique keys, its indexes, its comments. One
/// statement where the dialect's "create table" takes all of it.
/// exact: texts compare to the letter, whatever the database does otherwise.
std::vector<std::string> createTable(const Dialect& dialect, const Entity& entity, bool exact = false);
/// The column, and its unique key when it has one.
std::vector<std::string> addColumn(const Dialect& dialect, const Entity& entity, const Field& field);
/// Of fields of the entity. Where null is not less than every value by itself, as all our sorts have it, the index says
/// so, or it would serve none of them.
std::string createIndex(const Dialect& dialect, const Entity& entity, const Index& index);
/// "unique index `UK_x` (`a` asc)": an index as a clause of "create table" or "alter table".
std::string indexClause(const Dialect& dialect, const Entity& entity, const Index& index);
/// One statement, or several, each on a line.
std::string dropIndex(const Dialect& dialect, const std::string& table, const std::string& name);
/// `"c" varchar(40) default 'x' not null`, with the comment where the dialect says it there.
/// declared, expression: a type and a default (no constant) to be kept as the database spells them; empty = the
/// field's.
std::string columnDefinition(const Dialect& dialect, const Field& field, std::string_view declared = {},
                             std::string_view expression = {});
/// varchar(40). Never that of a column that the database counts.
std::string columnType(const Dialect& dialect, const Field& field);
/// A fixed default as SQL, or nullopt: the only place where a value stands in a statement's text, because DDL binds
/// nothing.
std::optional<std::string> defaultLiteral(const Dialect& dialect, const Field& field);
/// Calls fn(line) for each line of a dialect's text of several statements.
template <class Fn>
void eachLine(std::string_view lines, Fn&& fn) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    fn(std::string(line));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
}
/// A fixed default as a text, without quotes.
std::string constantText(const Field& field);
/// A text as an SQL constant.
std::string textLiteral(std::string_view text);
/// "comment on table ...": only where the dialect has such statements. NULL takes the comment away.
std::string commentOnTable(const Dialect& dialect, const Entity& entity);
std::string commentOnColumn(const Dialect& dialect, const std::string& table, const Field& field);

}  // namespace tenon::modeling
