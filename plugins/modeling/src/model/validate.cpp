// SPDX-License-Identifier: Apache-2.0
#include "validate.h"

#include <algorithm>
#include <unordered_set>

#include "field_type.h"
#include "names.h"
#include "normal_form.h"
#include "routes/answer.h"
#include "tenon/str.hpp"

namespace tenon::modeling {

namespace {

constexpr uint32_t kLongestString = 10485760;
constexpr uint32_t kMostDigits = 65;
/// As much of a wrong value as a message repeats, in bytes.
constexpr size_t kShown = 100;

std::string folded(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return s;
}

bool isControl(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

std::string at(const char* list, size_t i) {
  return std::string(list) + "[" + std::to_string(i) + "]";
}

class Validator {
 public:
  Validator(std::string path, Invalid& problems) : path_(std::move(path)), problems_(problems) {}

  void operator()(const Entity& e) {
    checkName("name", e.name, true);
    if (e.fields.size() > kMostMembers) return tooMany("fields");
    if (e.indexes.size() > kMostMembers) return tooMany("indexes");
    std::unordered_set<std::string> names;
    bool identified = false;
    for (size_t i = 0; i < e.fields.size(); ++i) {
      const Field& f = e.fields[i];
      const std::string here = at("fields", i) + ".";
      checkField(f, here);
      if (!f.name.empty() && !names.insert(folded(f.name)).second)
        wrong(here + "name", "字段名重复", "duplicate field");
      if (f.identity && identified) wrong(here + "identity", "最多一个主键字段", "at most one field is the identity");
      identified = identified || f.identity;
    }
    checkComment("comment", e.comment);
    TextMap<const Field*> byName;
    for (const auto& f : e.fields) byName.emplace(f.name, &f);
    names.clear();
    for (size_t i = 0; i < e.indexes.size(); ++i) {
      const std::string here = at("indexes", i) + ".";
      checkIndex(e.indexes[i], byName, here);
      if (!names.insert(e.indexes[i].name).second) wrong(here + "name", "索引名重复", "duplicate index");
    }
  }

  void operator()(const EnumModel& e) {
    checkName("name", e.name, false);
    checkComment("comment", e.comment);
    if (e.elements.empty()) wrong("elements", "至少需要一个枚举值", "at least one element is needed");
    std::unordered_set<std::string_view> seen;
    for (size_t i = 0; i < e.elements.size(); ++i) {
      const std::string& element = e.elements[i];
      const std::string shown(utf8Prefix(element, kShown));
      if (!isIdentifier(element))
        wrong(at("elements", i), "枚举值只能由字母、数字和下划线组成且不以数字开头: " + shown,
              "an element is made of letters, digits and underscores and starts with no digit: " + shown);
      else if (!seen.insert(element).second)
        wrong(at("elements", i), "枚举值重复: " + shown, "duplicate element: " + shown);
    }
  }

  void operator()(const NativeQuery& q) {
    checkName("name", q.name, false);
    checkComment("comment", q.comment);
    if (isBlank(q.statement)) wrong("statement", "statement 不能为空", "statement must not be blank");
  }

 private:
  void wrong(const std::string& key, std::string zh, std::string en) {
    problems_.add(path_ + key, std::move(zh), std::move(en));
  }
  void tooMany(const std::string& key) {
    const std::string n = std::to_string(kMostMembers);
    wrong(key, "最多 " + n + " 个", "at most " + n + " are allowed");
  }
  void within(const std::string& key, const std::string& path, uint32_t n, uint32_t least, uint32_t most) {
    if (n >= least && n <= most) return;
    const std::string range = std::to_string(least) + ".." + std::to_string(most);
    wrong(path + key, key + " 必须在 " + range + " 之间", key + " must be within " + range);
  }

  /// quotable: the name of a table or a column stands in statements between quotes, and in paths between dots.
  void checkName(const std::string& key, const std::string& name, bool quotable) {
    if (isBlank(name)) return wrong(key, "名称不能为空", "name must not be blank");
    if (characterCount(name) > kLongestName) {
      const std::string n = std::to_string(kLongestName);
      wrong(key, "名称不能超过 " + n + " 个字符", "name must have at most " + n + " characters");
    }
    if (!quotable) return;
    if (name.find_first_of("\"'`.") != std::string::npos || std::any_of(name.begin(), name.end(), isControl))
      wrong(key, "名称不能含有引号、点或控制字符", "name must hold no quote, dot or control character");
    if (name.front() == ' ' || name.back() == ' ')
      wrong(key, "名称不能以空格开头或结尾", "name must not start or end with a blank");
  }

  void checkComment(const std::string& key, const std::optional<std::string>& comment) {
    if (comment && comment->find('\0') != std::string::npos)
      wrong(key, "不能包含空字符", "must not hold a zero character");
  }

  void checkField(const Field& f, const std::string& here) {
    checkName(here + "name", f.name, true);
    checkComment(here + "comment", f.comment);
    if (f.type == FieldType::String) within("length", here, f.length, 1, kLongestString);
    if (f.type == FieldType::Float) {
      within("precision", here, f.precision, 1, kMostDigits);
      if (f.precision >= 1 && f.precision <= kMostDigits) within("scale", here, f.scale, 0, f.precision);
    }
    if ((f.type == FieldType::EnumRef || f.type == FieldType::Relation) && isBlank(f.from))
      wrong(here + "from", "from 不能为空", "from must not be blank");
    if (!f.isColumn()) return checkRelation(f, here);
    if (f.identity && f.type != FieldType::String && f.type != FieldType::Int && f.type != FieldType::Long)
      wrong(here + "identity", "主键必须是 String、Int 或 Long", "an identity is a String, an Int or a Long");
    if (f.defaultValue.kind == DefaultValue::Kind::Fixed) checkFixed(f, here);
    if (f.defaultValue.kind == DefaultValue::Kind::Generated) checkGenerated(f, here);
  }

  void checkRelation(const Field& f, const std::string& here) {
    if (f.unique) wrong(here + "unique", "关联字段不能唯一", "a relation cannot be unique");
    if (f.identity) wrong(here + "identity", "关联字段不能作为主键", "a relation cannot be the identity");
    if (f.defaultValue.kind != DefaultValue::Kind::None)
      wrong(here + "defaultValue", "关联字段不能有默认值", "a relation cannot have a default");
  }

  void checkFixed(const Field& f, const std::string& here) {
    Json value = f.defaultValue.value;
    const auto mismatch = normalizeDefault(f, value);
    if (!mismatch) return;
    const std::string text = value.is_string() ? value.get<std::string>() : dumpJson(value);
    const std::string shown = "'" + std::string(utf8Prefix(text, kShown)) + "'", type(nameOf(f.type));
    // Of the other types the name alone says what a value must be.
    const bool explain = f.type == FieldType::String || f.type == FieldType::Text || f.type == FieldType::Float ||
                         f.type == FieldType::EnumRef || f.type == FieldType::Json;
    wrong(here + "defaultValue.value",
          "默认值 " + shown + " 不是有效的 " + type + (explain ? " (" + mismatch->zh + ")" : ""),
          "default " + shown + " is not a valid " + type + (explain ? " (" + mismatch->en + ")" : ""));
  }

  void checkGenerated(const Field& f, const std::string& here) {
    const std::string& n = f.defaultValue.name;
    const FieldType t = f.type;
    bool known = true, fits = false;
    if (n == "uuid" || n == "ulid")
      fits = t == FieldType::String || t == FieldType::Text;
    else if (n == "now")
      fits = t == FieldType::DateTime || t == FieldType::Date || t == FieldType::Time || t == FieldType::String;
    else if (n == "autoIncrement")
      fits = f.identity && (t == FieldType::Int || t == FieldType::Long);
    else
      known = false;
    const std::string shown(utf8Prefix(n, kShown));
    if (!known)
      wrong(here + "defaultValue.name", "未知的默认值函数 " + shown, "unknown generator " + shown);
    else if (!fits)
      wrong(here + "defaultValue.name", "默认值函数 " + n + " 不适用于该字段",
            "the generator " + n + " does not fit this field");
  }

  void checkIndex(const Index& index, const TextMap<const Field*>& fields, const std::string& here) {
    if (characterCount(index.name) > kLongestName || std::any_of(index.name.begin(), index.name.end(), isControl)) {
      const std::string n = std::to_string(kLongestName);
      wrong(here + "name", "索引名不能超过 " + n + " 个字符，且不能含有控制字符",
            "an index name must have at most " + n + " characters and no control character");
    }
    if (index.fields.empty()) wrong(here + "fields", "索引至少需要一个字段", "an index needs at least one field");
    if (index.fields.size() > kMostMembers) return tooMany(here + "fields");
    std::unordered_set<std::string_view> seen;
    for (size_t i = 0; i < index.fields.size(); ++i) {
      const std::string& name = index.fields[i].fieldName;
      const std::string key = here + at("fields", i) + ".fieldName", shown(utf8Prefix(name, kShown));
      const auto it = fields.find(name);
      if (isBlank(name))
        wrong(key, "索引字段不能为空", "an index field must not be blank");
      else if (it == fields.end())
        wrong(key, "索引字段不存在: " + shown, "no such field: " + shown);
      else if (!it->second->isColumn())
        wrong(key, "关联字段不能建立索引: " + shown, "a relation cannot be indexed: " + shown);
      else if (!seen.insert(name).second)
        wrong(key, "索引字段重复: " + shown, "duplicate index field: " + shown);
    }
  }

  std::string path_;
  Invalid& problems_;
};

}  // namespace

void validate(const Model& model, const std::string& path, Invalid& problems) {
  std::visit(Validator(path, problems), model);
}

}  // namespace tenon::modeling
