// SPDX-License-Identifier: Apache-2.0
#include "column_default.h"

#include <charconv>

#include "model/normal_form.h"
#include "tenon/extras/json.hpp"

namespace tenon::modeling {

DefaultValue defaultOf(const PhysicalColumn& c, const Field& f) {
  DefaultValue d;
  if (c.generated && f.identity && (f.type == FieldType::Int || f.type == FieldType::Long)) {
    d.kind = DefaultValue::Kind::Generated;
    d.name = "autoIncrement";
    return d;
  }
  if (!c.standard || f.identity) return d;
  const std::string& text = *c.standard;
  Json value;
  switch (f.type) {
    case FieldType::Int:
    case FieldType::Long: {
      int64_t n = 0;
      const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
      if (r.ec == std::errc() && r.ptr == text.data() + text.size()) value = n;
      break;
    }
    case FieldType::Float: {
      double n = 0;
      const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
      if (r.ec == std::errc() && r.ptr == text.data() + text.size()) value = n;
      break;
    }
    case FieldType::Boolean:
      if (text == "1" || text == "true") value = true;
      if (text == "0" || text == "false") value = false;
      break;
    case FieldType::Json:
      if (Json::accept(text)) value = Json::parse(text);
      break;
    default: value = text;
  }
  // What no record could hold is no default of a model either: MySQL's 0000-00-00.
  if (value.is_null() || normalizeDefault(f, value)) return d;
  d.kind = DefaultValue::Kind::Fixed;
  d.value = std::move(value);
  return d;
}

}  // namespace tenon::modeling
