// SPDX-License-Identifier: Apache-2.0
#include "normal_form.h"

#include <algorithm>
#include <cmath>

#include "names.h"
#include "sql/key_names.h"
#include "tenon/temporal.hpp"

namespace tenon::modeling {

namespace {

/// Whole numbers up to here are written without a fraction and come back the same.
constexpr double kLargestWhole = 9e15;

std::optional<Mismatch> jsonDefault(Json& value) {
  // Until nothing is left to unpack: what is stored and read again must come out the same.
  while (value.is_string()) {
    Json inner;
    try {
      inner = parseJson(value.get_ref<const std::string&>());
    } catch (const JsonError& e) {
      if (e.kind() == JsonError::Kind::TooDeep) return Mismatch{"嵌套过深", "is nested too deep"};
      break;  // a plain text
    }
    value = std::move(inner);
  }
  return jsonMismatch(value);
}

/// The elements of a multiple enum's stored text; an empty one is none.
Json listOf(std::string_view joined) {
  Json out = Json::array();
  while (!joined.empty()) {
    const std::string_view element = joined.substr(0, joined.find(','));
    if (!element.empty()) out.push_back(std::string(element));
    joined.remove_prefix(std::min(joined.size(), element.size() + 1));
  }
  return out;
}

Json jsonOf(const Field& f, const Value& v) {
  switch (v.kind) {
    case Value::Kind::Hole:
    case Value::Kind::Null: return {};
    case Value::Kind::Boolean: return v.boolean;
    case Value::Kind::Double:
      if (std::nearbyint(v.number) == v.number && std::abs(v.number) < kLargestWhole)
        return static_cast<int64_t>(v.number);
      return v.number;
    case Value::Kind::Text: return f.type == FieldType::EnumRef && f.multiple ? listOf(v.text) : Json(v.text);
    case Value::Kind::Integer: break;
  }
  std::string text;
  switch (f.type) {
    case FieldType::Date: appendDate(text, static_cast<int32_t>(v.integer)); return text;
    case FieldType::Time: appendTime(text, v.integer); return text;
    case FieldType::DateTime: appendDateTime(text, v.integer); return text;
    default: return v.integer;
  }
}

}  // namespace

std::optional<Mismatch> normalizeDefault(const Field& f, Json& value) {
  if (dumpJson(value).size() > kLongestDefault) return Mismatch{"过长", "is too long"};
  if (f.type == FieldType::Json) return jsonDefault(value);
  Value converted;
  if (auto wrong = convert(f, value, {}, false, converted)) return wrong;
  if (converted.isNull()) return Mismatch{"不能为空", "must not be blank"};
  value = jsonOf(f, converted);
  return std::nullopt;
}

const std::string* foreignElement(const Field& field, const EnumModel* enumModel) {
  if (enumModel == nullptr || field.type != FieldType::EnumRef || field.defaultValue.kind != DefaultValue::Kind::Fixed)
    return nullptr;
  const auto foreign = [&](const Json& v) -> const std::string* {
    const auto* text = v.get_ptr<const std::string*>();
    const auto& elements = enumModel->elements;
    return text != nullptr && std::find(elements.begin(), elements.end(), *text) == elements.end() ? text : nullptr;
  };
  const Json& value = field.defaultValue.value;
  if (!value.is_array()) return foreign(value);
  for (const auto& v : value)
    if (const auto* found = foreign(v)) return found;
  return nullptr;
}

void normalize(Model& model) {
  auto* entity = std::get_if<Entity>(&model);
  if (entity == nullptr) return;
  for (auto& f : entity->fields) {
    DefaultValue& d = f.defaultValue;
    if (d.kind != DefaultValue::Kind::Fixed || !f.isColumn()) continue;
    normalizeDefault(f, d.value);
    if (d.value.is_null()) d = {};  // the JSON text "null"
  }
  for (auto& index : entity->indexes) {
    if (!isBlank(index.name)) continue;
    std::vector<std::string> names;
    for (const auto& f : index.fields) names.push_back(f.fieldName);
    index.name = indexName(entity->name, names);
  }
}

}  // namespace tenon::modeling
