// SPDX-License-Identifier: Apache-2.0
#include "rewrites.h"

#include "conversion.h"
#include "model/field_type.h"
#include "sql/ddl.h"

namespace tenon::modeling {

namespace {

/// What force does to the values of one column.
void fit(const Dialect& d, const KeptField& k, std::vector<Rewrite>& out) {
  const Field &before = *k.before, &after = *k.after;
  const std::string column = d.quoted(before.name);
  // Where null may not stand even for a while, the default does.
  const std::string nothing = before.nullable ? "null" : fillingOf(d, k).value_or("null");
  const auto add = [&](const std::string& value, const std::string& condition) {
    out.push_back({&before, value, condition});
  };
  if (isText(before.type) && shortens(before, after)) add(cut(column, after), isTooLong(d, before, after));
  if (isFloatingPoint(before) && narrows(before, after)) {
    add(nothing, isTooLarge(column, after));
    add(rounded("cast(" + column + " as " + columnType(d, after) + ")", after), column + " is not null");
  } else if (narrows(before, after) || narrowsToWhole(before, after)) {
    add(nothing, isBeyond(column, after));
    const std::string number = rounded(column, after);
    add(number, number + " <> " + column);
  } else if (readsNumbers(before, after)) {
    add(nothing, isNoNumber(d, column, after));
  } else if (readsTruth(before, after)) {
    add(nothing, isNoTruth(d, column));
  } else if (!isWidening(before, after)) {
    add(nothing, column + " is not null");
  }
}

}  // namespace

std::vector<Rewrite> rewritesOf(const Dialect& d, const TableChange& change, bool force) {
  std::vector<Rewrite> out;
  if (change.before == nullptr || change.after == nullptr) return out;
  for (const KeptField& k : difference(*change.before, *change.after, change.renames).kept) {
    if (force && !k.after->identity) fit(d, k, out);
    const std::string column = d.quoted(k.before->name);
    if (const auto filling = fillingOf(d, k); filling && becomesRequired(k))
      out.push_back({k.before, *filling, column + " is null"});
    if (readsTruth(*k.before, *k.after)) out.push_back({k.before, truthAsDigit(d, column), column + " is not null"});
  }
  return out;
}

std::string statementOf(const Dialect& d, const TableChange& change, const Rewrite& r) {
  return "update " + d.quoted(change.before->name) + " set " + d.quoted(r.field->name) + " = " + r.value + " where " +
         r.condition;
}

}  // namespace tenon::modeling
