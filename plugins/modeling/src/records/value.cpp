// SPDX-License-Identifier: Apache-2.0
#include "value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "model/field_type.h"
#include "model/names.h"
#include "tenon/json_writer.hpp"
#include "tenon/temporal.hpp"

namespace tenon::modeling {

namespace {

Mismatch mismatch(std::string zh, std::string en) {
  return {std::move(zh), std::move(en)};
}

template <class T>
std::optional<T> parsed(std::string_view s) {
  T v{};
  const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
  return r.ec == std::errc() && r.ptr == s.data() + s.size() && !s.empty() ? std::optional(v) : std::nullopt;
}

std::optional<int64_t> wholeNumber(const Json& json) {
  if (json.is_number_unsigned()) {
    const auto u = json.get<uint64_t>();
    return u <= static_cast<uint64_t>(INT64_MAX) ? std::optional(static_cast<int64_t>(u)) : std::nullopt;
  }
  if (json.is_number_integer()) return json.get<int64_t>();
  if (json.is_number_float()) {
    const double d = json.get<double>();
    return std::nearbyint(d) == d && std::abs(d) < 9e15 ? std::optional(static_cast<int64_t>(d)) : std::nullopt;
  }
  return json.is_string() ? parsed<int64_t>(json.get_ref<const std::string&>()) : std::nullopt;
}

bool holdsZero(std::string_view text) noexcept {
  return text.find('\0') != std::string_view::npos;
}

Mismatch zeroCharacter() {
  return mismatch("不能包含空字符", "must not hold a zero character");
}

int depthOf(const Json& json) {
  if (!json.is_structured()) return 0;
  int deepest = 0;
  for (const auto& x : json) deepest = std::max(deepest, depthOf(x));
  return deepest + 1;
}

bool anyZero(const Json& json) {
  if (json.is_string()) return holdsZero(json.get_ref<const std::string&>());
  if (json.is_object())
    return std::any_of(json.items().begin(), json.items().end(),
                       [](const auto& member) { return holdsZero(member.key()) || anyZero(member.value()); });
  return json.is_array() && std::any_of(json.begin(), json.end(), anyZero);
}

std::string plainText(const Json& json) {
  return json.is_string() ? json.get<std::string>() : dumpJson(json);
}

/// A number past the signed ones, which a column without a sign may hold.
std::optional<uint64_t> upperHalf(const Json& json) {
  std::optional<uint64_t> n;
  if (json.is_number_unsigned()) n = json.get<uint64_t>();
  if (json.is_string()) n = parsed<uint64_t>(json.get_ref<const std::string&>());
  return n && *n > static_cast<uint64_t>(INT64_MAX) ? n : std::nullopt;
}

std::optional<Mismatch> integerValue(const Field& f, const Json& json, bool forFilter, Value& out) {
  const auto large = upperHalf(json);
  if (large && forFilter && f.type == FieldType::Long) {
    out = Value::whole("L", static_cast<int64_t>(*large));
    return std::nullopt;
  }
  const auto n = wholeNumber(json);
  if (!n && (!large || f.type == FieldType::Long)) return mismatch("必须是整数", "must be a whole number");
  if (f.type == FieldType::Int && (large || *n < INT32_MIN || *n > INT32_MAX))
    return Mismatch{"超出 32 位整数范围", "must fit 32 bits", TENON_REASON_RANGE};
  out = Value::whole("l", *n);
  return std::nullopt;
}

std::optional<Mismatch> floatValue(const Field& f, const Json& json, bool forFilter, Value& out) {
  std::optional<double> d;
  if (json.is_number())
    d = json.get<double>();
  else if (json.is_string())
    d = parsed<double>(json.get_ref<const std::string&>());
  if (!d || !std::isfinite(*d)) return mismatch("必须是数字", "must be a number");
  if (!forFilter && !isFloatingPoint(f)) {
    // As every database rounds it; where a double has no more digits than the scale, it stays as it is. Rounding can
    // carry a number past its precision: 99.999 with two digits of four behind the point.
    const double unit = std::pow(10.0, f.scale), scaled = *d * unit;
    if (std::abs(scaled) < 9e15) d = std::round(scaled) / unit;
    const double digits = static_cast<double>(f.precision) - static_cast<double>(f.scale);
    if (std::abs(*d) >= std::pow(10.0, digits)) return mismatch("超出精度范围", "has more digits than the field keeps");
  }
  out.kind = Value::Kind::Double;
  out.format = "g";
  out.number = *d;
  return std::nullopt;
}

std::optional<Mismatch> booleanValue(const Json& json, Value& out) {
  std::optional<bool> b;
  std::string text = json.is_string() ? json.get<std::string>() : std::string();
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  if (json.is_boolean())
    b = json.get<bool>();
  else if (json == 1 || text == "1" || text == "true")
    b = true;
  else if (json == 0 || text == "0" || text == "false")
    b = false;
  if (!b) return mismatch("必须是布尔值", "must be true or false");
  out.kind = Value::Kind::Boolean;
  out.format = "b";
  out.boolean = *b;
  return std::nullopt;
}

Mismatch outOfRange() {
  return mismatch("超出日期范围", "is out of the range of dates");
}

std::optional<Mismatch> temporalValue(const Field& f, const Json& json, Value& out) {
  const std::string text = json.is_string() ? json.get<std::string>() : std::string();
  if (f.type == FieldType::Date) {
    const auto d = parseDate(text);
    if (!d) return mismatch("必须是日期 YYYY-MM-DD", "must be a date YYYY-MM-DD");
    if (*d < kFirstMicros / kMicrosPerDay || *d > kLastMicros / kMicrosPerDay) return outOfRange();
    out = Value::whole("tdD", *d);
  } else if (f.type == FieldType::Time) {
    const auto t = parseTime(text);
    if (!t) return mismatch("必须是时间 HH:MM:SS", "must be a time HH:MM:SS");
    out = Value::whole("ttu", *t);
  } else {
    const auto t = parseDateTime(text);
    if (!t) return mismatch("必须是日期时间 YYYY-MM-DDTHH:MM:SS", "must be a date and time YYYY-MM-DDTHH:MM:SS");
    int64_t micros = t->micros;
    if (t->offsetMinutes) {  // brought to the server's zone, in which texts without an offset are meant
      micros -= int64_t{*t->offsetMinutes} * 60000000;
      micros += int64_t{serverOffsetMinutes(micros)} * 60000000;
    }
    if (micros < kFirstMicros || micros > kLastMicros) return outOfRange();
    // Databases that keep milliseconds would round the last of them into the year 10000.
    micros = std::min(micros, kLastMicros / 1000 * 1000);
    out = Value::whole("tsu:", micros);
  }
  return std::nullopt;
}

std::optional<Mismatch> enumValue(const Field& f, const Json& json, const ModelSet& models, bool forFilter,
                                  Value& out) {
  const EnumModel* e = models.enumModel(f.from);
  std::vector<std::string> elements;
  if (f.multiple && json.is_array()) {
    for (const auto& x : json) {
      if (!x.is_string()) return mismatch("必须是字符串数组", "must be an array of texts");
      elements.push_back(x.get<std::string>());
    }
  } else if (!json.is_string()) {
    return mismatch("必须是字符串", "must be a text");
  } else {
    std::string_view rest = json.get_ref<const std::string&>();
    while (f.multiple && rest.find(',') != std::string_view::npos) {
      elements.emplace_back(rest.substr(0, rest.find(',')));
      rest.remove_prefix(rest.find(',') + 1);
    }
    if (!rest.empty() || !f.multiple) elements.emplace_back(rest);
  }
  std::string joined;
  for (const auto& x : elements) {
    if (holdsZero(x)) return zeroCharacter();
    if (!forFilter && e != nullptr && std::find(e->elements.begin(), e->elements.end(), x) == e->elements.end())
      return mismatch("不是枚举值: " + x, "is no element of " + f.from + ": " + x);
    joined += (joined.empty() ? "" : ",") + x;
  }
  if (!forFilter && characterCount(joined) > 255) return mismatch("过长", "is too long");
  out = Value::of(std::move(joined));
  return std::nullopt;
}

}  // namespace

std::optional<Mismatch> jsonMismatch(const Json& json) {
  if (depthOf(json) > kDeepestJson) return mismatch("嵌套过深", "is nested too deep");
  if (anyZero(json)) return zeroCharacter();
  return std::nullopt;
}

std::optional<Mismatch> convert(const Field& f, const Json& json, const ModelSet& models, bool forFilter, Value& out) {
  const bool temporal = f.type == FieldType::DateTime || f.type == FieldType::Date || f.type == FieldType::Time;
  if (json.is_null() || (temporal && !forFilter && json == "")) {  // forms send empty texts for no date
    out = Value::null(arrowFormat(f));
    return std::nullopt;
  }
  switch (f.type) {
    case FieldType::Int:
    case FieldType::Long: return integerValue(f, json, forFilter, out);
    case FieldType::Float: return floatValue(f, json, forFilter, out);
    case FieldType::Boolean: return booleanValue(json, out);
    case FieldType::DateTime:
    case FieldType::Date:
    case FieldType::Time: return temporalValue(f, json, out);
    case FieldType::EnumRef: return enumValue(f, json, models, forFilter, out);
    case FieldType::Json: out = Value::of(dumpJson(json)); return jsonMismatch(json);
    case FieldType::String:
    case FieldType::Text:
      out = Value::of(plainText(json));
      if (!forFilter && f.type == FieldType::String && characterCount(out.text) > f.length)
        return mismatch("长度不能超过 " + std::to_string(f.length),
                        "must have at most " + std::to_string(f.length) + " characters");
      if (holdsZero(out.text)) return zeroCharacter();
      return std::nullopt;
    case FieldType::Relation: return mismatch("关联字段不能直接取值", "a relation has no value of its own");
  }
  return std::nullopt;
}

std::optional<Value> identityFromText(const Field& identity, std::string_view text) {
  if (identity.type == FieldType::String || identity.type == FieldType::Text) return Value::of(std::string(text));
  const auto n = parsed<int64_t>(text);
  return n ? std::optional(Value::whole("l", *n)) : std::nullopt;
}

Value cellValue(const ColumnView& c, const char* format, int64_t row) {
  if (c.isNull(row)) return Value::null(format);
  switch (c.format().kind) {
    case ColumnKind::Text:
    case ColumnKind::Bytes: return Value::of(std::string(c.text(row)));
    case ColumnKind::Boolean: {
      Value v = Value::null("b");
      v.kind = Value::Kind::Boolean;
      v.boolean = c.boolean(row);
      return v;
    }
    case ColumnKind::Float: {
      Value v = Value::null("g");
      v.kind = Value::Kind::Double;
      v.number = c.f64(row);
      return v;
    }
    case ColumnKind::Decimal: {
      std::string digits;
      appendDecimal(digits, c.decimal(row), c.format().scale);
      return Value::of(std::move(digits));
    }
    case ColumnKind::Time:
    case ColumnKind::Timestamp: return Value::whole(format, c.i64(row) * (1000000 / c.format().ticksPerSecond));
    default: return Value::whole(format, c.i64(row));
  }
}

void put(RowBuilder& row, size_t column, const Value& v) {
  switch (v.kind) {
    case Value::Kind::Hole:  // nobody has filled it
    case Value::Kind::Null: row.null(column); break;
    case Value::Kind::Integer:
      if (row.schema().width(column) == 4)
        row.i32(column, static_cast<int32_t>(v.integer));
      else
        row.i64(column, v.integer);
      break;
    case Value::Kind::Double: row.f64(column, v.number); break;
    case Value::Kind::Boolean: row.boolean(column, v.boolean); break;
    case Value::Kind::Text: row.text(column, v.text); break;
  }
}

RowBuilder parameters(const std::vector<Value>& values) {
  std::vector<Column> columns;
  columns.reserve(values.size());
  for (const auto& v : values) columns.push_back({"", v.format});
  RowBuilder row{Schema(std::move(columns))};
  for (size_t i = 0; i < values.size(); ++i) put(row, i, values[i]);
  row.endRow();
  return row;
}

}  // namespace tenon::modeling
