// SPDX-License-Identifier: Apache-2.0
#include "model_json.h"

#include "field_type.h"
#include "idl_writer.h"
#include "native/statement.h"
#include "tenon/json_writer.hpp"

namespace tenon::modeling {

namespace {

void optionalText(JsonWriter& w, const char* key, const std::optional<std::string>& v) {
  w.key(key);
  if (v)
    w.string(*v);
  else
    w.null();
}

void writeDefault(JsonWriter& w, const DefaultValue& d) {
  w.key("defaultValue");
  if (d.kind == DefaultValue::Kind::None) {
    w.null();
    return;
  }
  const bool fixed = d.kind == DefaultValue::Kind::Fixed;
  w.beginObject().key("type").string(fixed ? "fixed" : "generated").key("value");
  if (fixed)
    w.raw(dumpJson(d.value));
  else
    w.null();
  w.key("name");
  if (fixed)
    w.null();
  else
    w.string(d.name);
  w.key("fixed").boolean(fixed).key("generated").boolean(!fixed).endObject();
}

void writeField(JsonWriter& w, const Field& f, const std::string& owner) {
  w.beginObject().key("name").string(f.name).key("type").string(nameOf(f.type)).key("modelName").string(owner);
  optionalText(w, "comment", f.comment);
  w.key("unique").boolean(f.unique).key("nullable").boolean(f.nullable).key("identity").boolean(f.identity);
  writeDefault(w, f.defaultValue);
  w.key("additionalProperties").raw(dumpJson(f.additionalProperties)).key("concreteType").string(concreteType(f));
  if (f.type == FieldType::String) w.key("length").integer(f.length);
  if (f.type == FieldType::Float) w.key("precision").integer(f.precision).key("scale").integer(f.scale);
  if (f.type == FieldType::EnumRef || f.type == FieldType::Relation)
    w.key("from").string(f.from).key("multiple").boolean(f.multiple);
  if (f.type == FieldType::Relation)
    w.key("localField")
        .string(f.localField)
        .key("foreignField")
        .string(f.foreignField)
        .key("cascadeDelete")
        .boolean(f.cascadeDelete);
  w.endObject();
}

void writeIndex(JsonWriter& w, const Index& index, const std::string& owner) {
  w.beginObject().key("name").string(index.name).key("modelName").string(owner).key("unique").boolean(index.unique);
  w.key("fields").beginArray();
  for (const auto& f : index.fields)
    w.beginObject()
        .key("fieldName")
        .string(f.fieldName)
        .key("direction")
        .string(f.descending ? "DESC" : "ASC")
        .endObject();
  w.endArray().endObject();
}

struct BodyWriter {
  JsonWriter& w;
  void operator()(const Entity& e) const {
    w.key("fields").beginArray();
    for (const auto& f : e.fields) writeField(w, f, e.name);
    w.endArray().key("indexes").beginArray();
    for (const auto& i : e.indexes) writeIndex(w, i, e.name);
    w.endArray();
  }
  void operator()(const EnumModel& e) const {
    w.key("elements").beginArray();
    for (const auto& x : e.elements) w.string(x);
    w.endArray();
  }
  void operator()(const NativeQuery& q) const {
    w.key("statement").string(q.statement).key("parameters").beginArray();
    for (const auto& p : native::parametersOf(q.statement)) w.string(p);
    w.endArray().key("fields").beginArray().endArray();
  }
};

}  // namespace

void appendModel(std::string& out, const Model& model, bool withIdl) {
  JsonWriter w(out);
  w.beginObject().key("type").string(kindOf(model)).key("name").string(nameOf(model));
  std::visit(
      [&](const auto& m) {
        optionalText(w, "comment", m.comment);
        w.key("additionalProperties").raw(dumpJson(m.additionalProperties));
      },
      model);
  if (withIdl) {
    const std::string idl = idlOf(model);
    w.key("idl");
    if (idl.empty())
      w.null();
    else
      w.string(idl);
  }
  std::visit(BodyWriter{w}, model);
  w.endObject();
}

}  // namespace tenon::modeling
