// SPDX-License-Identifier: Apache-2.0
#include "conversion.h"

#include "model/field_type.h"
#include "number_text.h"
#include "sql/ddl.h"

namespace tenon::modeling {

namespace {

uint32_t lengthOf(const Field& f) {
  return f.type == FieldType::String ? f.length : f.type == FieldType::EnumRef ? 255 : UINT32_MAX;
}

}  // namespace

bool shortens(const Field& before, const Field& after) {
  return isText(after.type) && (!isText(before.type) || lengthOf(after) < lengthOf(before)) &&
         lengthOf(after) != UINT32_MAX;
}

bool narrows(const Field& before, const Field& after) {
  if (before.type != FieldType::Float || after.type != FieldType::Float) return false;
  if (isFloatingPoint(before)) return after.scale != before.scale || after.precision != before.precision;
  return after.scale < before.scale || after.precision - after.scale < before.precision - before.scale;
}

std::string rounded(const std::string& column, const Field& after) {
  return "round(" + column + (after.type == FieldType::Float ? ", " + std::to_string(after.scale) : "") + ")";
}

std::string isTooLarge(const std::string& number, const Field& after) {
  return "abs(" + number + ") >= 1" + std::string(after.precision - after.scale, '0');
}

std::string isBeyond(const std::string& column, const Field& after) {
  const std::string number = rounded(column, after);
  if (after.type == FieldType::Int) return "(" + number + " < -2147483648 or " + number + " > 2147483647)";
  if (after.type == FieldType::Long)
    return "(" + number + " < -9223372036854775808 or " + number + " >= 9223372036854775808)";
  return isTooLarge(number, after);
}

std::string isNarrowed(const std::string& column, const Field& after) {
  return "(" + rounded(column, after) + " <> " + column + " or " + isBeyond(column, after) + ")";
}

std::string isNoNumber(const Dialect& dialect, const std::string& column, const Field& after) {
  const char* regex = dialect.text(&tenon_dialect::regex);
  if (regex == nullptr) return column + " is not null";
  // Some databases let the end of a text be before its last line break.
  return "(not (" + fillTemplate(regex, {{"value", column}, {"pattern", textLiteral(numberPattern(after))}}) + ") or " +
         column + " like " + textLiteral("%\n") + ")";
}

bool becomesRequired(const KeptField& k) {
  return k.before->nullable && !k.after->nullable && !k.after->identity;
}

std::string cut(const std::string& column, const Field& after) {
  return "substr(" + column + ", 1, " + std::to_string(lengthOf(after)) + ")";
}

std::string isTooLong(const Dialect& dialect, const Field& before, const Field& after) {
  const std::string column = dialect.quoted(before.name);
  if (before.type == FieldType::Boolean) {  // spelled true and false, however the database has them
    if (lengthOf(after) >= 5) return "1 = 0";
    return lengthOf(after) < 4 ? column + " is not null" : column + " = " + dialect.raw()->false_literal;
  }
  const char* count = dialect.text(&tenon_dialect::char_length);
  if (count == nullptr) return "1 = 0";
  return fillTemplate(count, {{"value", column}}) + " > " + std::to_string(lengthOf(after));
}

std::string isNoTruth(const std::string& column) {
  return "lower(" + column + ") not in ('true', 'false', '1', '0')";
}

std::string truthAsDigit(const std::string& column) {
  return "case when lower(" + column + ") in ('true', '1') then '1' when lower(" + column +
         ") in ('false', '0') then '0' else " + column + " end";
}

}  // namespace tenon::modeling
