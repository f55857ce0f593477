// SPDX-License-Identifier: Apache-2.0
// Shapes of the JSON: which key is of which kind. Whether the values make sense is validate()'s matter.
#include <algorithm>
#include <array>
#include <unordered_set>

#include "field_type.h"
#include "model_json.h"
#include "normal_form.h"
#include "routes/answer.h"
#include "validate.h"

namespace tenon::modeling {

namespace {

/// Reads members of one JSON object, collecting what is of the wrong kind.
class Reader {
 public:
  Reader(const Json& json, std::string path, Invalid& problems)
      : json_(json), path_(std::move(path)), problems_(problems) {}

  const Json* member(const char* key) const {
    const auto it = json_.find(key);
    return it == json_.end() || it->is_null() ? nullptr : &*it;
  }
  std::string text(const char* key) {
    const Json* v = member(key);
    if (v == nullptr) return {};
    if (v->is_string()) return v->get<std::string>();
    wrong(key, "必须是字符串", "must be a string");
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
  /// Numbers that cannot be a count become the largest, which is past every limit.
  uint32_t count(const char* key, uint32_t standard) {
    const Json* v = member(key);
    if (v == nullptr) return standard;
    if (v->is_number_integer()) {
      const bool fits = (v->is_number_unsigned() || v->get<int64_t>() >= 0) && v->get<uint64_t>() < UINT32_MAX;
      return fits ? v->get<uint32_t>() : UINT32_MAX;
    }
    const std::string digits = v->is_string() ? v->get<std::string>() : std::string();
    if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos)  // as forms send it
      return digits.size() < 10 ? static_cast<uint32_t>(std::stoul(digits)) : UINT32_MAX;
    wrong(key, "必须是整数", "must be a whole number");
    return standard;
  }
  Json object(const char* key) {
    const Json* v = member(key);
    if (v == nullptr) return Json::object();
    if (v->is_object()) return *v;
    wrong(key, "必须是对象", "must be an object");
    return Json::object();
  }
  /// Calls each(reader of a member) for the objects of an array; one more than is allowed is enough to be refused.
  template <class Each>
  void objects(const char* key, Each&& each) {
    const Json* v = member(key);
    if (v == nullptr) return;
    if (!v->is_array()) return wrong(key, "必须是数组", "must be an array");
    for (size_t i = 0; i < std::min(v->size(), kMostMembers + 1); ++i) {
      const std::string here = path_ + key + "[" + std::to_string(i) + "]";
      const Json& one = (*v)[i];
      Invalid unheard;
      if (!one.is_object()) problems_.add(here, "必须是对象", "must be an object");
      each(Reader(one, here + ".", one.is_object() ? problems_ : unheard));
    }
  }
  void wrong(const std::string& key, std::string zh, std::string en) {
    problems_.add(path_ + key, std::move(zh), std::move(en));
  }

 private:
  const Json& json_;
  std::string path_;
  Invalid& problems_;
};

DefaultValue fixed(Json value) {
  return {DefaultValue::Kind::Fixed, std::move(value), {}};
}
DefaultValue generated(std::string name) {
  return {DefaultValue::Kind::Generated, {}, std::move(name)};
}

DefaultValue readDefault(const Reader& r) {
  const Json* v = r.member("defaultValue");
  if (v == nullptr) return {};
  if (!v->is_object()) return fixed(*v);  // the older form: the value itself
  const auto at = [&](const char* key) { return v->contains(key) ? (*v)[key] : Json(); };
  const Json type = at("type"), value = at("value"), name = at("name");
  const bool isGenerated = type == "generated" || (type.is_null() && value.is_null() && name.is_string());
  if (isGenerated && name.is_string() && name != "") return generated(name.get<std::string>());
  if (!isGenerated && !value.is_null()) return fixed(value);
  return {};
}

/// The older type ID says with generatedValue what the type is and where its values come from.
void readIdentity(Reader& r, Field& f) {
  struct Row {
    const char* name;
    FieldType type;
    const char* generator;
  };
  constexpr std::array<Row, 5> kRows = {{{"AUTO_INCREMENT", FieldType::Long, "autoIncrement"},
                                         {"BIGINT_NOT_GENERATED", FieldType::Long, ""},
                                         {"UUID", FieldType::String, "uuid"},
                                         {"ULID", FieldType::String, "ulid"},
                                         {"STRING_NOT_GENERATED", FieldType::String, ""}}};
  f.identity = true;
  const std::string how = r.text("generatedValue");
  for (const auto& row : kRows) {
    if (how != row.name) continue;
    f.type = row.type;
    f.defaultValue = *row.generator == '\0' ? DefaultValue{} : generated(row.generator);
    return;
  }
  r.wrong("generatedValue", "必须是 AUTO_INCREMENT、BIGINT_NOT_GENERATED、UUID、ULID 或 STRING_NOT_GENERATED",
          "must be AUTO_INCREMENT, BIGINT_NOT_GENERATED, UUID, ULID or STRING_NOT_GENERATED");
}

/// The older way of saying that a date is the present one.
void readPresent(Reader& r, Field& f) {
  const std::string how = r.text("generatedValue");
  if (how.empty()) return;
  const bool onUpdate = how == "NOW_ON_UPDATE" || how == "NOW_ON_CREATE_AND_UPDATE";
  if (!onUpdate && how != "NOW_ON_CREATE")
    return r.wrong("generatedValue", "必须是 NOW_ON_CREATE、NOW_ON_UPDATE 或 NOW_ON_CREATE_AND_UPDATE",
                   "must be NOW_ON_CREATE, NOW_ON_UPDATE or NOW_ON_CREATE_AND_UPDATE");
  f.defaultValue = generated("now");
  if (onUpdate) f.additionalProperties["onUpdate"] = true;
}

Field readField(Reader r) {
  Field f;
  f.name = r.text("name");
  const std::string type = r.text("type");
  const bool older = type == "ID";
  f.comment = r.optionalText("comment");
  f.unique = r.boolean("unique", false);
  f.nullable = r.boolean("nullable", !older);
  f.identity = r.boolean("identity", false);
  f.defaultValue = readDefault(r);
  f.additionalProperties = r.object("additionalProperties");
  if (older)
    readIdentity(r, f);
  else if (const auto known = fieldTypeNamed(type))
    f.type = *known;
  else if (r.member("type") == nullptr || type.empty())
    r.wrong("type", "不能为空", "must not be blank");
  else
    r.wrong("type", "未知的字段类型 " + type, "unknown type " + type);
  if (f.type == FieldType::Date || f.type == FieldType::DateTime || f.type == FieldType::Time) readPresent(r, f);
  if (f.type == FieldType::String) f.length = r.count("length", f.length);
  if (f.type == FieldType::Float) {
    f.precision = r.count("precision", f.precision);
    f.scale = r.count("scale", std::min(f.scale, f.precision));
  }
  if (f.type == FieldType::EnumRef || f.type == FieldType::Relation) {
    f.from = r.text("from");
    f.multiple = r.boolean("multiple", false);
  }
  if (f.type == FieldType::Relation) {
    f.localField = r.text("localField");
    f.foreignField = r.text("foreignField");
    f.cascadeDelete = r.boolean("cascadeDelete", false);
  }
  return f;
}

std::string lowered(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return std::tolower(c); });
  return s;
}

Index readIndex(Reader r) {
  Index index;
  index.name = r.text("name");
  index.unique = r.boolean("unique", false);
  r.objects("fields", [&](Reader f) {
    const std::string direction = lowered(f.text("direction"));
    if (!direction.empty() && direction != "asc" && direction != "desc")
      f.wrong("direction", "必须是 ASC 或 DESC", "must be ASC or DESC");
    index.fields.push_back({f.text("fieldName"), direction == "desc"});
  });
  return index;
}

EnumModel readEnum(Reader& r) {
  EnumModel e;
  const Json* elements = r.member("elements");
  if (elements != nullptr && !elements->is_array()) r.wrong("elements", "必须是数组", "must be an array");
  if (elements == nullptr || !elements->is_array()) return e;
  for (size_t i = 0; i < elements->size(); ++i) {
    const Json& x = (*elements)[i];
    if (!x.is_string()) r.wrong("elements[" + std::to_string(i) + "]", "必须是字符串", "must be a string");
    e.elements.push_back(x.is_string() ? x.get<std::string>() : std::string());
  }
  return e;
}

Model readKind(Reader& r) {
  const std::string type = lowered(r.text("type"));
  if (type == "enum") return readEnum(r);
  if (type == "native_query") {
    NativeQuery q;
    q.statement = r.text("statement");
    return q;
  }
  if (type != "entity") r.wrong("type", "必须是 entity、enum 或 native_query", "must be entity, enum or native_query");
  Entity e;
  r.objects("fields", [&](Reader f) { e.fields.push_back(readField(std::move(f))); });
  r.objects("indexes", [&](Reader i) { e.indexes.push_back(readIndex(std::move(i))); });
  return e;
}

/// Adds what validate() found beyond the problems of shape: a value that could not be read is told once, and what
/// follows from an unknown type is not told at all.
void addBeyond(Invalid& problems, const Invalid& found) {
  std::unordered_set<std::string> shapes;
  for (const auto& p : problems.problems()) shapes.insert(p.field);
  for (const auto& p : found.problems()) {
    bool told = shapes.count(p.field) > 0;
    for (size_t dot = p.field.find('.'); !told && dot != std::string::npos; dot = p.field.find('.', dot + 1)) {
      const std::string owner = p.field.substr(0, dot);
      told = shapes.count(owner) > 0 || shapes.count(owner + ".type") > 0;
    }
    if (!told) problems.add(p.field, p.zh, p.en);
  }
}

}  // namespace

Model readModel(const Json& json, const std::string& path) {
  if (!json.is_object()) throw Invalid(path.empty() ? "model" : path, "必须是对象", "must be an object");
  Invalid problems, found;
  Reader r(json, path, problems);
  Model model = readKind(r);
  std::visit(
      [&](auto& m) {
        m.name = r.text("name");
        m.comment = r.optionalText("comment");
        m.additionalProperties = r.object("additionalProperties");
      },
      model);
  normalize(model);
  validate(model, path, found);
  addBeyond(problems, found);
  problems.raise();
  return model;
}

}  // namespace tenon::modeling
