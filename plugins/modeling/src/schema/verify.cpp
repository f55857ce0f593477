// SPDX-License-Identifier: Apache-2.0
#include "verify.h"

#include <algorithm>

#include "difference.h"
#include "model/field_type.h"
#include "sync/column_default.h"
#include "tenon/json_writer.hpp"

namespace tenon::modeling {

namespace {

struct Finding {
  std::string field, zh, en;
};

bool indexIs(const PhysicalIndex& physical, const Index& index) {
  return physical.unique == index.unique &&
         std::equal(physical.columns.begin(), physical.columns.end(), index.fields.begin(), index.fields.end(),
                    [](const auto& c, const auto& f) { return c.first == f.fieldName && c.second == f.descending; });
}

std::string decimalText(int64_t precision, int64_t scale) {
  return "(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
}

void compareType(const Field& f, const PhysicalColumn& c, std::vector<Finding>& out) {
  const auto physical = fieldTypeOf(c.logical);
  // A key that the database counts has the width that the database gives it.
  // Not every database takes a number for a truth value.
  const bool same = physical && mayCarry(f.type, *physical) && (f.type != FieldType::Boolean || *physical == f.type) &&
                    ((f.identity && f.isAutoIncrement()) || !differInWidth(f.type, *physical));
  if (!same)
    out.push_back({f.name, "列的类型不是 " + std::string(nameOf(f.type)),
                   "the column's type is not one of " + std::string(nameOf(f.type))});
  else if (f.type == FieldType::String && c.length && *c.length != static_cast<int64_t>(f.length))
    out.push_back(
        {f.name, "列的长度是 " + std::to_string(*c.length), "the column's length is " + std::to_string(*c.length)});
  else if (f.type == FieldType::Float && c.precision && !isFloatingPoint(f) &&
           (*c.precision != static_cast<int64_t>(f.precision) ||
            c.scale.value_or(0) != static_cast<int64_t>(f.scale))) {
    const std::string is = decimalText(*c.precision, c.scale.value_or(0));
    out.push_back({f.name, "列的精度是 " + is, "the column's precision is " + is});
  }
}

void compareDefault(const Field& f, const PhysicalColumn& c, std::vector<Finding>& out) {
  if (f.isAutoIncrement() && !c.generated)
    out.push_back({f.name, "数据库不再为该列计数", "the database does not count this column"});
  const DefaultValue::Kind kind = f.defaultValue.kind;
  if (kind == DefaultValue::Kind::Generated || f.identity) return;
  if (c.defaultExpression) return;  // it may well answer that value, and models have no word for it
  const DefaultValue physical = defaultOf(c, f);
  if (physical.kind != kind || physical.value != f.defaultValue.value)
    out.push_back({f.name, "列的默认值不一致", "the column's default is another one"});
}

void compareColumn(const Field& f, const PhysicalColumn& c, std::vector<Finding>& out) {
  compareType(f, c, out);
  compareDefault(f, c, out);
  if (c.nullable != (f.nullable && !f.identity))
    out.push_back({f.name, c.nullable ? "列可以为空" : "列不能为空",
                   c.nullable ? "the column may be null" : "the column may not be null"});
}

/// A unique key that no field and no index of the model speaks of refuses records that the model takes.
bool isUnknownKey(const Entity& e, const PhysicalIndex& index) {
  if (!index.unique ||
      std::any_of(e.indexes.begin(), e.indexes.end(), [&](const Index& i) { return i.name == index.name; }))
    return false;
  const Field* alone = index.columns.size() == 1 ? e.field(index.columns[0].first) : nullptr;
  return alone == nullptr || (!alone->unique && !alone->identity);
}

std::vector<Finding> compare(const Entity& e, const PhysicalTable& table) {
  std::vector<Finding> out;
  for (const Field& f : e.fields) {
    if (!f.isColumn()) continue;
    if (const PhysicalColumn* c = table.column(f.name))
      compareColumn(f, *c, out);
    else
      out.push_back({f.name, "列不存在", "there is no such column"});
    if ((f.unique || f.identity) && !table.isUnique(f.name))
      out.push_back({f.name, "没有唯一键", "there is no unique key"});
  }
  for (const auto& c : table.columns)
    if (e.field(c.name) == nullptr && fieldTypeOf(c.logical))  // a type that no field can have is left out by sync
      out.push_back({c.name, "模型中没有该列", "the model has no such field"});
  for (const auto& i : table.indexes)
    if (isUnknownKey(e, i)) out.push_back({i.name, "模型中没有该唯一索引", "the model has no such unique index"});
  for (const Index& i : e.indexes) {
    const auto at =
        std::find_if(table.indexes.begin(), table.indexes.end(), [&](const auto& x) { return x.name == i.name; });
    if (at == table.indexes.end())
      out.push_back({i.name, "索引不存在", "there is no such index"});
    else if (!indexIs(*at, i))
      out.push_back({i.name, "索引不一致", "the index is another one"});
  }
  return out;
}

}  // namespace

std::string differencesJson(const ModelSet& models, const PhysicalSchema& schema, bool english) {
  std::string out;
  JsonWriter w(out);
  w.beginArray();
  for (const auto& m : models.all()) {
    const auto* e = std::get_if<Entity>(&m);
    if (e == nullptr) continue;
    const auto table = schema.tables.find(e->name);
    const std::vector<Finding> found = table != schema.tables.end()
                                           ? compare(*e, table->second)
                                           : std::vector<Finding>{{"", "表不存在", "there is no such table"}};
    if (found.empty()) continue;
    w.beginObject().key("model").string(e->name).key("differences").beginArray();
    for (const auto& f : found) {
      w.beginObject().key("field");
      if (f.field.empty())
        w.null();
      else
        w.string(f.field);
      w.key("message").string(english ? f.en : f.zh).endObject();
    }
    w.endArray().endObject();
  }
  w.endArray();
  return out;
}

}  // namespace tenon::modeling
