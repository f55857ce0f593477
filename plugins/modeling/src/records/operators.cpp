// SPDX-License-Identifier: Apache-2.0
#include "operators.h"

#include <algorithm>
#include <array>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <optional>

#include "model/field_type.h"
#include "routes/answer.h"

namespace tenon::modeling {

namespace {

struct Named {
  std::string_view name;
  JsonChange::Kind kind;
};
constexpr std::array<Named, 5> kJsonChanges = {{{"_append", JsonChange::Kind::Append},
                                                {"_prepend", JsonChange::Kind::Prepend},
                                                {"_delete_key", JsonChange::Kind::DeleteKey},
                                                {"_delete_elem", JsonChange::Kind::DeleteElement},
                                                {"_delete_at_path", JsonChange::Kind::DeleteAtPath}}};

bool isNumber(const Field& f) noexcept {
  return f.type == FieldType::Int || f.type == FieldType::Long || f.type == FieldType::Float;
}
bool isWhole(const Field& f) noexcept {
  return f.type == FieldType::Int || f.type == FieldType::Long;
}

class Reading {
 public:
  Reading(const ModelSet& models, Invalid& problems, Operators& out)
      : models_(models), problems_(problems), out_(out) {}

  void operation(const Field& f, const std::string& name, const Json& operand) {
    const std::string path = f.name + "." + name;
    if (f.identity || f.isComputed()) return problems_.add(path, "该字段不能修改", "the field cannot be changed");
    if (name == "_inc") return increment(f, operand, path);
    const auto known =
        std::find_if(kJsonChanges.begin(), kJsonChanges.end(), [&](const Named& n) { return n.name == name; });
    if (known == kJsonChanges.end()) return problems_.add(path, "运算符不存在", "there is no such operator");
    if (f.type != FieldType::Json) return problems_.add(path, "不是 JSON 字段", "the field holds no JSON");
    if (!fits(known->kind, operand)) return problems_.add(path, "值的类型错误", "the operand is not of the type");
    if (const auto wrong = jsonMismatch(operand)) return problems_.add(path, wrong->zh, wrong->en);
    out_.jsonChanges.push_back({&f, known->kind, operand});
  }

 private:
  void increment(const Field& f, const Json& operand, const std::string& path) {
    if (!isNumber(f)) return problems_.add(path, "不是数字字段", "the field holds no number");
    if (operand.is_null()) return problems_.add(path, "不能为空", "must not be null");
    // The amount may be larger than any value of the field; the sum is checked with the records.
    Field wide = f;
    if (isWhole(f)) wide.type = FieldType::Long;
    Increment one{&f, {}};
    if (const auto wrong = convert(wide, operand, models_, true, one.by))
      return problems_.add(path, wrong->zh, wrong->en);
    out_.increments.push_back(std::move(one));
  }

  static bool fits(JsonChange::Kind kind, const Json& operand) {
    switch (kind) {
      case JsonChange::Kind::Append:
      case JsonChange::Kind::Prepend: return true;
      case JsonChange::Kind::DeleteKey: return operand.is_string();
      case JsonChange::Kind::DeleteElement: return operand.is_number_integer();
      case JsonChange::Kind::DeleteAtPath: break;
    }
    return operand.is_array() &&
           std::all_of(operand.begin(), operand.end(), [](const Json& step) { return step.is_string(); });
  }

  const ModelSet& models_;
  Invalid& problems_;
  Operators& out_;
};

Json listOf(Json value) {
  return value.is_array() ? value : Json::array({std::move(value)});
}

Json joined(Json first, const Json& second) {
  if (first.is_object() && second.is_object()) {
    for (const auto& [key, value] : second.items()) first[key] = value;
    return first;
  }
  Json out = listOf(std::move(first));
  for (const Json& item : listOf(second)) out.push_back(item);
  return out;
}

/// The position that is meant in a list of this length; nullopt: there is none.
std::optional<size_t> positionIn(const Json& list, int64_t position) {
  const auto length = static_cast<int64_t>(list.size());
  if (position < 0) position += length;
  return position >= 0 && position < length ? std::optional(static_cast<size_t>(position)) : std::nullopt;
}

std::optional<int64_t> numberIn(const std::string& text) {
  int64_t n = 0;
  const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
  return !text.empty() && r.ec == std::errc() && r.ptr == text.data() + text.size() ? std::optional(n) : std::nullopt;
}

void deleteKey(Json& value, const std::string& key) {
  if (value.is_object()) value.erase(key);
  if (!value.is_array()) return;
  Json kept = Json::array();
  for (const Json& item : value)
    if (item != key) kept.push_back(item);
  value = std::move(kept);
}

void deleteElement(Json& value, int64_t position) {
  if (!value.is_array()) return;
  if (const auto at = positionIn(value, position)) value.erase(*at);
}

void deleteAtPath(Json& value, const Json& path) {
  Json* at = &value;
  for (size_t i = 0; i < path.size(); ++i) {
    const auto& step = path[i].get_ref<const std::string&>();
    const bool isLast = i + 1 == path.size();
    if (at->is_object() && at->contains(step)) {
      if (isLast) return void(at->erase(step));
      at = &(*at)[step];
      continue;
    }
    const auto number = at->is_array() ? numberIn(step) : std::nullopt;
    const auto position = number ? positionIn(*at, *number) : std::nullopt;
    if (!position) return;
    if (isLast) return void(at->erase(*position));
    at = &(*at)[*position];
  }
}

}  // namespace

Operators readOperators(const Entity& entity, const ModelSet& models, const Json& json, const Json& set) {
  Operators out;
  if (json.is_null()) return out;
  mustBeObject(json);
  Invalid problems;
  Reading reading(models, problems, out);
  for (const auto& [name, operations] : json.items()) {
    const Field* f = entity.field(name);
    if (f == nullptr || !f->isColumn()) {
      problems.add(name, "字段不存在", "there is no such field");
    } else if (!operations.is_object() || operations.size() + (set.contains(name) ? 1 : 0) != 1) {
      problems.add(name, "只能有一个运算符", "takes one of _set and the other operators");
    } else {
      reading.operation(*f, operations.begin().key(), operations.begin().value());
    }
  }
  problems.raise();
  return out;
}

void appendIncrement(SqlText& sql, const Dialect& d, const Increment& increment) {
  const Field& f = *increment.field;
  const std::string column = d.quoted(f.name);
  // Some databases count with doubles where others have decimals: what is stored has the field's digits in all.
  const bool rounds = f.type == FieldType::Float && !isFloatingPoint(f);
  const std::string digits = std::to_string(f.precision) + "," + std::to_string(f.scale);
  sql.text += column + " = " + (rounds ? "round(cast(" : "") + column + " + ";
  sql.bind(d, increment.by);
  if (rounds) sql.text += " as decimal(" + digits + ")), " + std::to_string(f.scale) + ")";
}

void appendOverflow(SqlText& sql, const Dialect& d, const Increment& increment, const std::string& alias) {
  const Field& f = *increment.field;
  sql.text += alias + "." + d.quoted(f.name);
  if (isWhole(f)) {
    const int64_t by = increment.by.integer;
    const bool isInt = f.type == FieldType::Int;
    // What is left below the greatest value, and above the least one: neither can overflow itself.
    const int64_t bound = by >= 0 ? (isInt ? INT32_MAX : INT64_MAX) - by : (isInt ? INT32_MIN : INT64_MIN) - by;
    sql.text += by >= 0 ? " > " : " < ";
    return sql.bind(d, Value::whole("l", bound));
  }
  const double by = increment.by.number;
  // What is rounded up to the first number that has a digit too many is one as well.
  const double scale = static_cast<double>(f.scale);
  const double limit = isFloatingPoint(f)
                           ? DBL_MAX
                           : std::pow(10.0, static_cast<double>(f.precision) - scale) - 0.5 * std::pow(10.0, -scale);
  Value bound = increment.by;
  bound.number = by >= 0 ? limit - by : -limit - by;
  sql.text += by >= 0 ? " >= " : " <= ";
  sql.bind(d, std::move(bound));
}

Json changed(Json value, JsonChange::Kind kind, const Json& operand) {
  switch (kind) {
    case JsonChange::Kind::Append: return joined(std::move(value), operand);
    case JsonChange::Kind::Prepend: return joined(operand, value);
    case JsonChange::Kind::DeleteKey: deleteKey(value, operand.get_ref<const std::string&>()); break;
    case JsonChange::Kind::DeleteElement: deleteElement(value, operand.get<int64_t>()); break;
    case JsonChange::Kind::DeleteAtPath: deleteAtPath(value, operand); break;
  }
  return value;
}

}  // namespace tenon::modeling
