// SPDX-License-Identifier: Apache-2.0
#include "compiler.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <set>
#include <unordered_set>

#include "locate.h"
#include "model/field_type.h"
#include "model/idl_writer.h"
#include "model/normal_form.h"
#include "model/validate.h"
#include "routes/answer.h"
#include "tenon/str.hpp"

namespace tenon::modeling::idl {

namespace {

/// As much of a wrong value as a message repeats, in bytes.
constexpr size_t kShown = 100;

std::string lowered(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return s;
}

std::string shown(const std::string& text) {
  return "'" + std::string(utf8Prefix(text, kShown)) + "'";
}

/// What an argument is worth in JSON, for properties that only clients read: texts and lists of texts.
Json jsonOf(const Value& v) {
  if (v.kind == Value::Kind::Call) return v.text + "()";
  if (v.kind == Value::Kind::Text) return v.text;
  Json out = Json::array();
  for (const auto& e : v.elements) out.push_back(e.name.text);
  return out;
}

/// Which index a path of validate() is about, when it is about one of its fields: "indexes[2].fields[0].fieldName".
std::optional<size_t> indexWithWrongField(std::string_view path) {
  constexpr std::string_view kList = "indexes[", kField = ".fieldName";
  if (path.substr(0, kList.size()) != kList || path.size() < kField.size() ||
      path.substr(path.size() - kField.size()) != kField)
    return std::nullopt;
  size_t i = 0;
  std::from_chars(path.data() + kList.size(), path.data() + path.size(), i);
  return i;
}

class Compiler {
 public:
  explicit Compiler(ForeignIndexes foreign) : foreign_(foreign) {}

  Compiled run(const Document& document) {
    std::unordered_set<std::string_view> names;
    for (const auto& declaration : document) {
      Model model = std::visit([this](const auto& d) { return Model(compiled(d)); }, declaration);
      normalize(model);
      Invalid problems;
      validate(model, {}, problems);
      if (!problems.empty()) {
        const Locator locator(declaration);
        std::set<size_t, std::greater<>> leftOut;
        for (const auto& p : problems.problems()) {
          const Position position = locator.find(p.field);
          const auto index = foreign_ == ForeignIndexes::AreLeftOut ? indexWithWrongField(p.field) : std::nullopt;
          if (!index)
            out_.errors.push_back({position, {p.zh, p.en}});
          else if (leftOut.insert(*index).second)
            out_.warnings.push_back({position, {"索引被忽略: " + p.zh, "the index is left out: " + p.en}});
        }
        for (const size_t i : leftOut) {  // the last first
          auto& indexes = std::get<Entity>(model).indexes;
          indexes.erase(indexes.begin() + static_cast<std::ptrdiff_t>(i));
        }
      }
      const Name& name = std::visit([](const auto& d) -> const Name& { return d.name; }, declaration);
      if (!names.insert(name.text).second)
        wrong(name.position, "对象重复: " + name.text, "duplicate object: " + name.text);
      out_.models.push_back(std::move(model));
    }
    checkEnumDefaults(document);
    return std::move(out_);
  }

 private:
  /// Of enums that stand in the same document: those of others are for whoever has them to look up.
  void checkEnumDefaults(const Document& document) {
    TextMap<const EnumModel*> enums;
    for (const auto& m : out_.models)
      if (const auto* e = std::get_if<EnumModel>(&m)) enums.emplace(e->name, e);
    for (size_t m = 0; m < out_.models.size(); ++m) {
      const auto* entity = std::get_if<Entity>(&out_.models[m]);
      for (size_t i = 0; entity != nullptr && i < entity->fields.size(); ++i) {
        const Field& f = entity->fields[i];
        const auto e = enums.find(f.from);
        const std::string* foreign = e == enums.end() ? nullptr : foreignElement(f, e->second);
        if (foreign != nullptr && foreign->find('\0') == std::string::npos)  // else it is told already
          wrong(Locator(document[m]).find("fields[" + std::to_string(i) + "].defaultValue"),
                "不是枚举值: " + shown(*foreign), shown(*foreign) + " is no element of " + f.from);
      }
    }
  }

  EnumModel compiled(const EnumDeclaration& d) {
    EnumModel e;
    e.name = d.name.text;
    for (const auto& element : d.elements) e.elements.push_back(element.text);
    return e;
  }

  Entity compiled(const ModelDeclaration& d) {
    Entity e;
    e.name = d.name.text;
    if (const Annotation* a = lastOf(d.annotations, "comment")) e.comment = textOf(*a);
    for (const auto& f : d.fields) e.fields.push_back(field(f));
    for (const auto& a : d.annotations)
      if (a.name.text == "index") e.indexes.push_back(index(a));
    return e;
  }

  Field field(const FieldDeclaration& d) {
    Field f;
    f.name = d.name.text;
    f.nullable = d.nullable;
    const auto said = [&](std::string_view name) { return lastOf(d.annotations, name); };
    if (const auto scalar = d.list ? std::nullopt : idlType(d.type.text)) {
      f.type = *scalar;
    } else {
      f.type = said("relation") != nullptr ? FieldType::Relation : FieldType::EnumRef;
      f.from = d.type.text;
      f.multiple = d.list;
    }
    if (const Annotation* a = said("id")) f.identity = flagOf(*a, a->argument("value"), true);
    if (const Annotation* a = said("unique")) f.unique = flagOf(*a, a->argument("value"), true);
    if (const Annotation* a = said("comment")) f.comment = textOf(*a);
    if (f.type == FieldType::String) f.length = countOf(said("length"), f.length);
    if (f.type == FieldType::Float) {
      f.precision = countOf(said("precision"), f.precision);
      f.scale = countOf(said("scale"), std::min(f.scale, f.precision));
    }
    if (f.type == FieldType::Relation) relation(*said("relation"), f);
    if (const Annotation* a = said("additional")) f.additionalProperties = propertiesOf(*a);
    if (const Annotation* a = said("default")) f.defaultValue = defaultOf(*a, f);
    if (const Annotation* a = said("index"))
      out_.warnings.push_back({a->name.position,
                               {"此处的 @index 属于字段 " + f.name + "，将被忽略: 模型的注解必须在逗号或 \"{\" 之后",
                                "this @index belongs to the field " + f.name +
                                    " and is ignored: an annotation of the model follows a comma or \"{\""}});
    return f;
  }

  Json propertiesOf(const Annotation& a) {
    Json out = Json::object();
    if (a.arguments.size() > kMostMembers) {
      const std::string n = std::to_string(kMostMembers);
      wrong(a.name.position, "@additional 最多 " + n + " 个参数", "@additional takes at most " + n + " arguments");
      return out;
    }
    for (const auto& argument : a.arguments) out[argument.key] = jsonOf(argument.value);
    return out;
  }

  void relation(const Annotation& a, Field& f) {
    if (const Value* v = a.argument("localField")) f.localField = textOf(a, *v);
    if (const Value* v = a.argument("foreignField")) f.foreignField = textOf(a, *v);
    f.cascadeDelete = flagOf(a, a.argument("cascadeDelete"), false);
  }

  DefaultValue defaultOf(const Annotation& a, const Field& f) {
    const Value* v = a.argument("value");
    if (v == nullptr) {
      needsValue(a);
      return {};
    }
    if (v->kind == Value::Kind::Call) return {DefaultValue::Kind::Generated, {}, v->text};
    const bool holdsList = (f.type == FieldType::EnumRef && f.multiple) || f.type == FieldType::Json;
    if (v->kind == Value::Kind::List && !holdsList && f.isColumn()) {
      const std::string type(nameOf(f.type));
      wrong(a.name.position, "列表不是有效的 " + type + " 默认值", "a list is not a valid default of " + type);
      return {};
    }
    return {DefaultValue::Kind::Fixed, jsonOf(*v), {}};
  }

  Index index(const Annotation& a) {
    Index index;
    if (const Value* v = a.argument("name")) index.name = textOf(a, *v);
    index.unique = flagOf(a, a.argument("unique"), false);
    const Value* fields = a.argument("fields");
    if (fields == nullptr) return index;
    for (const auto& element : fields->elements) index.fields.push_back({element.name.text, descends(element)});
    return index;
  }

  bool descends(const Element& element) {
    bool descending = false;
    for (const auto& pair : element.pairs) {
      if (pair.key != "sort") continue;
      const std::string order = lowered(pair.value.text);
      descending = order == "desc";
      if (pair.value.kind != Value::Kind::Text || (order != "desc" && order != "asc"))
        wrong(pair.value.position, "sort 必须是 asc 或 desc", "sort must be asc or desc");
    }
    return descending;
  }

  std::string textOf(const Annotation& a, const Value& v) {
    if (v.kind != Value::Kind::Text)
      wrong(a.name.position, "@" + a.name.text + " 的参数必须是文本", "@" + a.name.text + " takes texts");
    return v.text;
  }
  std::string textOf(const Annotation& a) {
    if (const Value* v = a.argument("value")) return textOf(a, *v);
    needsValue(a);
    return {};
  }

  bool flagOf(const Annotation& a, const Value* v, bool standard) {
    if (v == nullptr) return standard;
    const std::string text = lowered(v->text);
    const bool on = text == "true" || text == "1";
    if (v->kind != Value::Kind::Text || (!on && text != "false" && text != "0"))
      wrong(a.name.position, "@" + a.name.text + " 的参数 " + shown(v->text) + " 不是 true 或 false",
            "argument " + shown(v->text) + " of @" + a.name.text + " is not true or false");
    return on;
  }

  /// Numbers that cannot be a count become the largest, which is past every limit.
  uint32_t countOf(const Annotation* a, uint32_t standard) {
    if (a == nullptr) return standard;
    const Value* v = a->argument("value");
    if (v == nullptr) {
      needsValue(*a);
      return standard;
    }
    int64_t n = 0;
    const char* end = v->text.data() + v->text.size();
    const auto read = std::from_chars(v->text.data(), end, n);
    if (v->kind != Value::Kind::Text || read.ptr != end || v->text.empty() || read.ec == std::errc::invalid_argument) {
      wrong(a->name.position, a->name.text + " " + shown(v->text) + " 不是整数",
            a->name.text + " " + shown(v->text) + " is not a whole number");
      return standard;
    }
    return read.ec == std::errc() && n >= 0 && n < UINT32_MAX ? static_cast<uint32_t>(n) : UINT32_MAX;
  }

  void needsValue(const Annotation& a) {
    wrong(a.name.position, "@" + a.name.text + " 需要一个值", "@" + a.name.text + " needs a value");
  }
  void wrong(const Position& position, std::string zh, std::string en) {
    out_.errors.push_back({position, {std::move(zh), std::move(en)}});
  }

  const ForeignIndexes foreign_;
  Compiled out_;
};

}  // namespace

Compiled compile(const Document& document, ForeignIndexes foreign) {
  return Compiler(foreign).run(document);
}

}  // namespace tenon::modeling::idl
