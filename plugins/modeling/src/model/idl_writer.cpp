// SPDX-License-Identifier: Apache-2.0
#include "idl_writer.h"

#include <algorithm>

#include "field_type.h"
#include "names.h"
#include "tenon/json_writer.hpp"

namespace tenon::modeling {

namespace {

std::string quotedText(std::string_view s) {
  std::string out;
  appendJsonString(out, s);
  return out;
}

std::string scalarText(const Json& v) {
  return v.is_string() ? v.get<std::string>() : dumpJson(v);
}

std::string listText(const Json& texts) {
  std::string list;
  for (const auto& v : texts) {
    const std::string text = scalarText(v);
    list += (list.empty() ? "" : ", ") + (isIdentifier(text) ? text : quotedText(text));
  }
  return "[" + list + "]";
}

bool isListOfTexts(const Json& v) {
  return v.is_array() && std::all_of(v.begin(), v.end(), [](const Json& x) { return x.is_string(); });
}

std::string defaultText(const Field& f) {
  const DefaultValue& d = f.defaultValue;
  if (d.kind == DefaultValue::Kind::Generated) return " @default(" + d.name + "())";
  if (d.kind != DefaultValue::Kind::Fixed) return {};
  if (f.type == FieldType::EnumRef && f.multiple && d.value.is_array()) return " @default(" + listText(d.value) + ")";
  return " @default(" + quotedText(scalarText(d.value)) + ")";
}

std::string fieldLine(const Field& f) {
  std::string out = "  " + f.name + (f.nullable ? "? : " : " : ") + concreteType(f);
  if (f.comment) out += " @comment(" + quotedText(*f.comment) + ")";
  if (f.unique) out += " @unique";
  if (f.identity) out += " @id";
  if (f.type == FieldType::String) out += " @length(\"" + std::to_string(f.length) + "\")";
  if (f.type == FieldType::Float)
    out += " @precision(\"" + std::to_string(f.precision) + "\") @scale(\"" + std::to_string(f.scale) + "\")";
  if (f.type == FieldType::Relation)
    out += " @relation(localField: " + quotedText(f.localField) + ", foreignField: " + quotedText(f.foreignField) +
           ", cascadeDelete: \"" + (f.cascadeDelete ? "true" : "false") + "\")";
  out += defaultText(f);
  if (!f.additionalProperties.empty()) {
    std::string list;
    for (auto it = f.additionalProperties.begin(); it != f.additionalProperties.end(); ++it)
      list += (list.empty() ? "" : ", ") + it.key() + ": " +
              (isListOfTexts(it.value()) ? listText(it.value()) : quotedText(scalarText(it.value())));
    out += " @additional(" + list + ")";
  }
  return out + ",\n";
}

/// Whether the text of the field would be read as this field.
bool sayable(const Field& f) {
  if (!isIdentifier(f.name)) return false;
  for (auto it = f.additionalProperties.begin(); it != f.additionalProperties.end(); ++it)
    if (!isIdentifier(it.key())) return false;
  if (f.type != FieldType::EnumRef && f.type != FieldType::Relation) return true;
  return isIdentifier(f.from) && (f.multiple || !idlType(f.from));
}

struct Writer {
  std::string operator()(const Entity& e) const {
    if (!isIdentifier(e.name) || !std::all_of(e.fields.begin(), e.fields.end(), sayable)) return {};
    std::string out = "model " + e.name + " {\n";
    for (const auto& f : e.fields) out += fieldLine(f);
    if (e.comment) out += "  @comment(" + quotedText(*e.comment) + "),\n";
    for (const auto& index : e.indexes) {
      std::string list;
      for (const auto& f : index.fields)
        list += (list.empty() ? "" : ", ") + f.fieldName + (f.descending ? ": (sort: \"desc\")" : "");
      // A name that SQLite has given to a constraint can be given to nothing else.
      const bool isGiven = !index.name.starts_with("sqlite_");
      out += "  @index(" + (isGiven ? "name: " + quotedText(index.name) + ", " : std::string()) + "unique: \"" +
             (index.unique ? "true" : "false") + "\", fields: [" + list + "]),\n";
    }
    return out + "}";
  }
  std::string operator()(const EnumModel& e) const {
    if (!isIdentifier(e.name)) return {};
    std::string out = "enum " + e.name + " {\n";
    for (size_t i = 0; i < e.elements.size(); ++i)
      out += "  " + e.elements[i] + (i + 1 < e.elements.size() ? ",\n" : "\n");
    return out + "}";
  }
  std::string operator()(const NativeQuery&) const { return {}; }
};

}  // namespace

std::optional<FieldType> idlType(std::string_view name) noexcept {
  const auto type = fieldTypeNamed(name);
  const bool refers = type == FieldType::EnumRef || type == FieldType::Relation;
  return type && !refers && nameOf(*type) == name ? type : std::nullopt;  // no older names
}

std::string idlOf(const Model& model) {
  return std::visit(Writer{}, model);
}

}  // namespace tenon::modeling
