// SPDX-License-Identifier: Apache-2.0
#include "model_json.h"

#include <algorithm>
#include <set>

#include "field_type.h"
#include "idl_writer.h"
#include "routes/answer.h"
#include "tenon/json_writer.hpp"

namespace tenon::modeling {

namespace {

// ---- writing -----------------------------------------------------------------------------------------------

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

/// Distinct names inside ${...}, in order of first use.
std::vector<std::string> parametersOf(const std::string& statement) {
  std::vector<std::string> out;
  for (size_t at = statement.find("${"); at != std::string::npos; at = statement.find("${", at + 2)) {
    const size_t end = statement.find('}', at);
    if (end == std::string::npos) break;
    const std::string name = statement.substr(at + 2, end - at - 2);
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
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
    for (const auto& p : parametersOf(q.statement)) w.string(p);
    w.endArray().key("fields").beginArray().endArray();
  }
};

const char* kindOf(const Model& m) {
  return std::holds_alternative<Entity>(m) ? "entity" : std::holds_alternative<EnumModel>(m) ? "enum" : "native_query";
}

// ---- reading -----------------------------------------------------------------------------------------------

/// Reads members of one JSON object, collecting what is wrong.
class Reader {
 public:
  Reader(const Json& json, std::string path, Invalid& problems)
      : json_(json), path_(std::move(path)), problems_(problems) {}

  const Json* member(const char* key) const {
    const auto it = json_.find(key);
    return it == json_.end() || it->is_null() ? nullptr : &*it;
  }
  std::string text(const char* key, bool required = false) {
    const Json* v = member(key);
    if (v != nullptr && v->is_string()) {
      auto s = v->get<std::string>();
      if (!required || s.find_first_not_of(" \t") != std::string::npos) return s;
    }
    if (v != nullptr && !v->is_string())
      wrong(key, "必须是字符串", "must be a string");
    else if (required)
      wrong(key, "不能为空", "must not be blank");
    return {};
  }
  std::optional<std::string> optionalText(const char* key) {
    return member(key) != nullptr ? std::optional(text(key)) : std::nullopt;
  }
  bool boolean(const char* key, bool standard) {
    const Json* v = member(key);
    if (v == nullptr) return standard;
    if (v->is_boolean()) return v->get<bool>();
    if (*v == "true" || *v == "false") return *v == "true";
    wrong(key, "必须是布尔值", "must be true or false");
    return standard;
  }
  uint32_t number(const char* key, uint32_t standard, uint32_t least, uint32_t most) {
    const Json* v = member(key);
    if (v == nullptr) return standard;
    int64_t n = -1;
    if (v->is_number_integer())
      n = v->get<int64_t>();
    else if (v->is_string() && v->get_ref<const std::string&>().size() < 10 &&
             !v->get_ref<const std::string&>().empty() &&
             v->get_ref<const std::string&>().find_first_not_of("0123456789") == std::string::npos)
      n = std::stoll(v->get<std::string>());
    if (n >= least && n <= most) return static_cast<uint32_t>(n);
    const std::string range = std::to_string(least) + ".." + std::to_string(most);
    wrong(key, "必须在 " + range + " 之间", "must be within " + range);
    return standard;
  }
  Json object(const char* key) {
    const Json* v = member(key);
    if (v == nullptr) return Json::object();
    if (v->is_object()) return *v;
    wrong(key, "必须是对象", "must be an object");
    return Json::object();
  }
  void wrong(const std::string& key, std::string zh, std::string en) {
    problems_.add(path_ + key, std::move(zh), std::move(en));
  }
  const std::string& path() const { return path_; }

 private:
  const Json& json_;
  std::string path_;
  Invalid& problems_;
};

DefaultValue readDefault(Reader& r) {
  DefaultValue d;
  const Json* v = r.member("defaultValue");
  if (v == nullptr) return d;
  if (!v->is_object()) {  // the older form: the value itself
    d.kind = DefaultValue::Kind::Fixed;
    d.value = *v;
    return d;
  }
  const auto at = [&](const char* key) { return v->contains(key) ? (*v)[key] : Json(); };
  const Json type = at("type"), value = at("value"), name = at("name");
  const bool generated = type == "generated" || (type.is_null() && value.is_null() && name.is_string());
  if (generated && name.is_string() && !name.get_ref<const std::string&>().empty()) {
    d.kind = DefaultValue::Kind::Generated;
    d.name = name.get<std::string>();
  } else if (!generated && !value.is_null()) {
    d.kind = DefaultValue::Kind::Fixed;
    d.value = value;
  }
  return d;
}

void checkDefault(const Field& f, Reader& r) {
  if (f.defaultValue.kind != DefaultValue::Kind::Generated) return;
  const std::string& n = f.defaultValue.name;
  const bool fits = n == "uuid" || n == "ulid" ? f.type == FieldType::String || f.type == FieldType::Text
                    : n == "now"               ? f.type == FieldType::DateTime || f.type == FieldType::Date ||
                                       f.type == FieldType::Time || f.type == FieldType::String
                    : n == "autoIncrement" ? f.identity && (f.type == FieldType::Int || f.type == FieldType::Long)
                                           : false;
  if (!fits)
    r.wrong("defaultValue.name", "默认值函数 " + n + " 不适用于该字段",
            "the generator " + n + " does not fit this field");
}

Field readField(Reader r) {
  Field f;
  f.name = r.text("name", true);
  if (f.name.size() > 100 || f.name.find_first_of("\"'`.") != std::string::npos)
    r.wrong("name", "名称过长或含有非法字符", "is too long or holds a quote or a dot");
  const std::string type = r.text("type", true);
  const auto known = fieldTypeNamed(type);
  if (!type.empty() && !known) r.wrong("type", "未知的字段类型 " + type, "unknown type " + type);
  f.type = known.value_or(FieldType::String);
  f.comment = r.optionalText("comment");
  f.unique = r.boolean("unique", false);
  f.nullable = r.boolean("nullable", true);
  f.identity = r.boolean("identity", false);
  f.defaultValue = readDefault(r);
  f.additionalProperties = r.object("additionalProperties");
  if (f.type == FieldType::String) f.length = r.number("length", 255, 1, 10485760);
  if (f.type == FieldType::Float) {
    f.precision = r.number("precision", 20, 1, 65);
    f.scale = r.number("scale", 2, 0, f.precision);
  }
  if (f.type == FieldType::EnumRef || f.type == FieldType::Relation) {
    f.from = r.text("from", true);
    f.multiple = r.boolean("multiple", false);
  }
  if (f.type == FieldType::Relation) {
    f.localField = r.text("localField");
    f.foreignField = r.text("foreignField");
    f.cascadeDelete = r.boolean("cascadeDelete", false);
    if (f.unique || f.identity || f.defaultValue.kind != DefaultValue::Kind::None)
      r.wrong("type", "关联字段不能唯一、作为主键或有默认值",
              "a relation is neither unique nor an identity and has no default");
  }
  if (f.identity && f.type != FieldType::String && f.type != FieldType::Int && f.type != FieldType::Long)
    r.wrong("identity", "主键必须是 String、Int 或 Long", "an identity is a String, an Int or a Long");
  checkDefault(f, r);
  return f;
}

Index readIndex(Reader r, const Json& json, Invalid& problems) {
  Index index;
  index.name = r.text("name");
  index.unique = r.boolean("unique", false);
  if (!json.contains("fields") || !json["fields"].is_array() || json["fields"].empty())
    r.wrong("fields", "不能为空", "must not be empty");
  else
    for (size_t i = 0; i < json["fields"].size(); ++i) {
      Reader f(json["fields"][i], r.path() + "fields[" + std::to_string(i) + "].", problems);
      std::string direction = f.text("direction");
      std::transform(direction.begin(), direction.end(), direction.begin(),
                     [](unsigned char c) { return std::toupper(c); });
      index.fields.push_back({f.text("fieldName", true), direction == "DESC"});
    }
  return index;
}

Entity readEntity(Reader& r, const Json& json, Invalid& problems) {
  Entity e;
  const auto list = [&](const char* key, auto&& each) {
    const Json* v = r.member(key);
    if (v == nullptr) return;
    if (!v->is_array() || v->size() > 1000) return r.wrong(key, "必须是数组", "must be an array of at most 1000");
    for (size_t i = 0; i < v->size(); ++i) {
      const std::string path = r.path() + key + "[" + std::to_string(i) + "].";
      if ((*v)[i].is_object())
        each((*v)[i], path);
      else
        problems.add(path.substr(0, path.size() - 1), "必须是对象", "must be an object");
    }
  };
  std::set<std::string> names;
  list("fields", [&](const Json& one, const std::string& path) {
    e.fields.push_back(readField(Reader(one, path, problems)));
    std::string lower = e.fields.back().name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (!lower.empty() && !names.insert(lower).second) problems.add(path + "name", "字段名重复", "duplicate field");
  });
  if (std::count_if(e.fields.begin(), e.fields.end(), [](const Field& f) { return f.identity; }) > 1)
    r.wrong("fields", "最多一个主键字段", "at most one field is the identity");
  list("indexes", [&](const Json& one, const std::string& path) {
    e.indexes.push_back(readIndex(Reader(one, path, problems), one, problems));
    for (const auto& f : e.indexes.back().fields) {
      const Field* field = e.field(f.fieldName);
      if (field == nullptr || !field->isColumn())
        problems.add(path + "fields", "索引字段不存在: " + f.fieldName, "no such column: " + f.fieldName);
    }
  });
  (void)json;
  return e;
}

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

Model readModel(const Json& json, const std::string& path) {
  Invalid problems;
  if (!json.is_object()) throw Invalid(path.empty() ? "model" : path, "必须是对象", "must be an object");
  Reader r(json, path, problems);
  std::string type = r.text("type", true);
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::string name = r.text("name", true);
  if (name.size() > 100 || name.find_first_of("\"'`.") != std::string::npos)
    r.wrong("name", "名称过长或含有非法字符", "is too long or holds a quote or a dot");
  Model model;
  if (type == "entity") {
    model = readEntity(r, json, problems);
  } else if (type == "enum") {
    EnumModel e;
    const Json* elements = r.member("elements");
    if (elements == nullptr || !elements->is_array() || elements->empty())
      r.wrong("elements", "不能为空", "must not be empty");
    else
      for (const auto& x : *elements) {
        const std::string element = x.is_string() ? x.get<std::string>() : std::string();
        if (element.empty() ||
            element.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") !=
                std::string::npos ||
            (element[0] >= '0' && element[0] <= '9') ||
            std::find(e.elements.begin(), e.elements.end(), element) != e.elements.end())
          r.wrong("elements", "枚举值非法或重复: " + element, "a bad or repeated element: " + element);
        e.elements.push_back(element);
      }
    model = std::move(e);
  } else if (type == "native_query") {
    NativeQuery q;
    q.statement = r.text("statement", true);
    model = std::move(q);
  } else if (!type.empty()) {
    r.wrong("type", "必须是 entity、enum 或 native_query", "must be entity, enum or native_query");
  }
  std::visit(
      [&](auto& m) {
        m.name = name;
        m.comment = r.optionalText("comment");
        m.additionalProperties = r.object("additionalProperties");
      },
      model);
  problems.raise();
  return model;
}

}  // namespace tenon::modeling
