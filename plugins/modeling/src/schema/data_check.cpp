// SPDX-License-Identifier: Apache-2.0
#include "data_check.h"

#include "conversion.h"
#include "kept_values.h"
#include "model/field_type.h"
#include "sync/physical.h"

namespace tenon::modeling {

namespace {

constexpr int kNamedRows = 5;

}  // namespace

std::string DataCheck::pathOf(const Field& f, const char* member) const {
  return "fields[" + std::to_string(change_.after->indexOf(f.name)) + "]." + member;
}

bool DataCheck::isEmpty() {
  const Dialect& d = connection_.dialect();
  static const Schema expected{{"n", "l"}};
  Rows rows = connection_.query("select 1 as n from " + d.quoted(change_.before->name) + " " +
                                    fillTemplate(d.raw()->limit, {{"limit", "1"}, {"offset", "0"}}),
                                nullptr, &expected, cancel_);
  return !rows.next();
}

/// Counts the rows of a condition and names the first of them.
void DataCheck::report(const std::string& condition, const std::string& path, const std::string& zh,
                       const std::string& en, Invalid& problems) {
  const Dialect& d = connection_.dialect();
  const std::string from = " from " + d.quoted(change_.before->name) + " where " + condition;
  static const Schema counted{{"n", "l"}};
  int64_t count = 0;
  {
    Rows rows = connection_.query("select count(*) as n" + from, nullptr, &counted, cancel_);
    if (rows.next()) count = rows.batch()[0].i64(0);
  }
  if (count == 0) return;
  std::string list;
  if (const Field* id = change_.before->identity()) {
    const Schema expected{{id->name, "u"}};
    Rows rows =
        connection_.query("select " + d.quoted(id->name) + from + " order by " + d.quoted(id->name) + " " +
                              fillTemplate(d.raw()->limit, {{"limit", std::to_string(kNamedRows)}, {"offset", "0"}}),
                          nullptr, &expected, cancel_);
    while (rows.next())
      for (int64_t r = 0; r < rows.batch().rows(); ++r)
        list += (list.empty() ? id->name + " " : ", ") + std::string(rows.batch()[0].text(r));
    if (count > kNamedRows) list += ", ...";
  }
  const std::string rows = std::to_string(count), tail = list.empty() ? "" : ": " + list;
  problems.add(path, rows + " 行" + zh + tail, rows + (count == 1 ? " row " : " rows ") + en + tail);
}

/// Rows that share their values of these columns. Nulls are no values.
void DataCheck::lookAtUnique(const std::vector<const Field*>& stored, const std::string& path, Invalid& problems) {
  const Dialect& d = connection_.dialect();
  std::string columns, present;
  for (const Field* f : stored) {
    columns += (columns.empty() ? "" : ", ") + d.quoted(f->name);
    present += (present.empty() ? "" : " and ") + d.quoted(f->name) + " is not null";
  }
  report("(" + columns + ") in (select " + columns + " from " + d.quoted(change_.before->name) + " where " + present +
             " group by " + columns + " having count(*) > 1)",
         path, "的值重复", "have a value that another row has too", problems);
}

void DataCheck::lookAtUniqueIndexes(const EntityDifference& diff, Invalid& problems) {
  for (const Index* i : diff.addedIndexes) {
    if (!i->unique) continue;
    std::vector<const Field*> stored;
    for (const auto& column : i->fields)
      for (const KeptField& k : diff.kept)
        if (k.after->name == column.fieldName) stored.push_back(k.before);
    // With a new column among them all rows hold its default, or null.
    if (stored.size() == i->fields.size())
      lookAtUnique(stored, "indexes[" + std::to_string(i - change_.after->indexes.data()) + "].unique", problems);
  }
}

/// Values that the new column does not keep as they are. With force only those that cannot go either.
void DataCheck::lookAtLosses(const KeptField& k, Invalid& problems) {
  const Dialect& d = connection_.dialect();
  const Field &before = *k.before, &after = *k.after;
  const std::string column = d.quoted(before.name);
  if (shortens(before, after) && !(force_ && isText(before.type) && !after.identity))
    report(isTooLong(d, before, after), pathOf(after, "length"), "的值过长", "hold longer values", problems);
  // What is dropped must be allowed to be missing, or have a default in its place.
  if (force_ && (after.nullable || fillingOf(d, k))) return;
  if (narrowsToWhole(before, after))
    report(force_ ? isBeyond(column, after) : isNarrowed(column, after), pathOf(after, "type"), "的值不是新类型的整数",
           "hold numbers that are none of the new type", problems);
  else if (readsNumbers(before, after))
    report(isNoNumber(d, column, after), pathOf(after, "type"), "的值不是新类型的数字",
           "hold texts that are no number of the new type", problems);
  else if (readsTruth(before, after))
    report(isNoTruth(d, column), pathOf(after, "type"), "的值不是 true 或 false",
           "hold texts that are neither true nor false", problems);
  else if (!isWidening(before, after))
    report(column + " is not null", pathOf(after, "type"), "的值不能转换为新类型",
           "hold values that are none of the new type", problems);
  else if (narrows(before, after) && isFloatingPoint(before))
    report(force_ ? isTooLarge(column, after) : column + " is not null", pathOf(after, "precision"), "的值超出精度",
           "hold more digits", problems);
  else if (narrows(before, after))
    report(force_ ? isBeyond(column, after) : isNarrowed(column, after), pathOf(after, "precision"), "的值超出精度",
           "hold more digits", problems);
}

void DataCheck::lookAtKept(const KeptField& k, Invalid& problems) {
  const Field &before = *k.before, &after = *k.after;
  if (becomesRequired(k) && !fillingOf(connection_.dialect(), k)) {
    const bool standard = after.defaultValue.kind == DefaultValue::Kind::Fixed;
    report(connection_.dialect().quoted(before.name) + " is null", pathOf(after, "nullable"),
           standard ? "为空，请先修改类型" : "为空",
           standard ? "hold no value: change the type first" : "hold no value", problems);
  }
  if (after.unique && !before.unique && !after.identity) lookAtUnique({&before}, pathOf(after, "unique"), problems);
  lookAtLosses(k, problems);
}

/// Could values that are rewritten be given back, row by row, if the change failed? See KeptValues.
bool DataCheck::lacksWayBack() {
  const Dialect& d = connection_.dialect();
  if (!d.has(TENON_SQL_ALTER_LIST) || rowsAtStake(d, change_, force_, alone_).empty()) return false;
  const Field* id = change_.before->identity();
  if (id == nullptr) return true;
  const PhysicalSchema schema = readPhysicalSchema(connection_, cancel_, change_.before->name);
  const auto table = schema.tables.find(change_.before->name);
  const PhysicalColumn* column = table == schema.tables.end() ? nullptr : table->second.column(id->name);
  return column != nullptr && (column->nullable || !table->second.isUnique(id->name));
}

void DataCheck::lookAtElements(const Field& field, const EnumModel& elements, const std::string& path,
                               Invalid& problems) {
  const Dialect& d = connection_.dialect();
  report(isNoElement(d, d.quoted(field.name), field, elements), path, "的值不是枚举 " + elements.name + " 的元素",
         "hold what is no element of " + elements.name, problems);
}

void DataCheck::look(bool droppedOnPurpose, const Enums& enums, Invalid& problems) {
  if (change_.before == nullptr || change_.after == nullptr) return;
  const EntityDifference diff = difference(*change_.before, *change_.after, change_.renames);
  const bool empty = isEmpty();
  for (const KeptField& k : diff.kept) {
    const bool counts = k.before->isAutoIncrement(), willCount = k.after->isAutoIncrement();
    if (k.before->identity != k.after->identity || counts != willCount ||
        (k.after->identity && !isWidening(*k.before, *k.after)))
      problems.add(pathOf(*k.after, "identity"), "主键不能修改", "the identity cannot be changed");
    else if (!empty)
      lookAtKept(k, problems);
    const bool otherEnum = k.after->type == FieldType::EnumRef && isText(k.before->type) &&
                           (k.before->type != k.after->type || k.before->from != k.after->from ||
                            (k.before->multiple && !k.after->multiple));
    if (const EnumModel* of = otherEnum && !empty && !force_ ? enums(k.after->from) : nullptr) {
      Field stored = *k.before;
      stored.multiple = k.after->multiple;
      lookAtElements(stored, *of, pathOf(*k.after, k.before->from != k.after->from ? "from" : "multiple"), problems);
    }
  }
  if (!empty && lacksWayBack())
    problems.add("fields", "没有主键的表无法还原被改写的值",
                 "the values of a table without a key of one field could not be turned back");
  if (!empty) lookAtUniqueIndexes(diff, problems);
  for (const Field* f : diff.added) {
    if (f->identity) problems.add(pathOf(*f, "identity"), "主键不能修改", "the identity cannot be changed");
    if (!empty && !f->nullable && f->defaultValue.kind != DefaultValue::Kind::Fixed && !f->identity)
      problems.add(pathOf(*f, "nullable"), "已有数据，新增必填字段需要默认值",
                   "there are rows: a required field needs a fixed default");
    if (!empty && f->unique && f->defaultValue.kind == DefaultValue::Kind::Fixed)
      problems.add(pathOf(*f, "unique"), "默认值会重复", "every row would have the same default");
  }
  for (const Field* f : diff.dropped)
    if (f->identity) problems.add("fields", "主键不能删除: " + f->name, "the identity cannot be dropped: " + f->name);
  if (!empty && !droppedOnPurpose && !force_) lookAtDropped(diff, problems);
}

void DataCheck::lookAtDropped(const EntityDifference& diff, Invalid& problems) {
  for (const Field* f : diff.dropped) {
    if (f->identity) continue;
    Invalid inner;
    report(connection_.dialect().quoted(f->name) + " is not null", "", "的值会丢失", "would lose a value", inner);
    for (const auto& p : inner.problems()) problems.add("fields", f->name + ": " + p.zh, f->name + ": " + p.en);
  }
}

void DataCheck::lookAgain(bool droppedOnPurpose, Invalid& problems) {
  if (change_.before == nullptr) return;
  if (change_.after == nullptr) {
    if (!droppedOnPurpose && !force_ && !isEmpty()) problems.add("name", "表中有记录", "the table has records");
    return;
  }
  const EntityDifference diff = difference(*change_.before, *change_.after, change_.renames);
  for (const KeptField& k : diff.kept) lookAtLosses(k, problems);
  if (!droppedOnPurpose && !force_) lookAtDropped(diff, problems);
}

}  // namespace tenon::modeling
