// SPDX-License-Identifier: Apache-2.0
#include "verify.h"

#include <algorithm>

#include "difference.h"
#include "model/field_type.h"
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

void compareColumn(const Field& f, const PhysicalColumn& c, std::vector<Finding>& out) {
  const auto physical = fieldTypeOf(c.logical);
  if (!physical || !mayCarry(f.type, *physical))
    out.push_back({f.name, "列的类型不是 " + std::string(nameOf(f.type)),
                   "the column's type is not one of " + std::string(nameOf(f.type))});
  else if (f.type == FieldType::String && c.length && *c.length != static_cast<int64_t>(f.length))
    out.push_back(
        {f.name, "列的长度是 " + std::to_string(*c.length), "the column's length is " + std::to_string(*c.length)});
  if (c.nullable != (f.nullable && !f.identity))
    out.push_back({f.name, c.nullable ? "列可以为空" : "列不能为空",
                   c.nullable ? "the column may be null" : "the column may not be null"});
}

std::vector<Finding> compare(const Entity& e, const PhysicalTable& table) {
  std::vector<Finding> out;
  for (const Field& f : e.fields) {
    if (!f.isColumn()) continue;
    if (const PhysicalColumn* c = table.column(f.name))
      compareColumn(f, *c, out);
    else
      out.push_back({f.name, "列不存在", "there is no such column"});
    if (f.unique && !f.identity && !table.isUnique(f.name))
      out.push_back({f.name, "没有唯一键", "there is no unique key"});
  }
  for (const auto& c : table.columns)
    if (e.field(c.name) == nullptr) out.push_back({c.name, "模型中没有该列", "the model has no such field"});
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
