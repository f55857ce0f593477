// SPDX-License-Identifier: Apache-2.0
#include "conversion.h"

#include "model/field_type.h"
#include "model/names.h"
#include "number_text.h"
#include "sql/ddl.h"

namespace tenon::modeling {

namespace {

uint32_t lengthOf(const Field& f) {
  return f.type == FieldType::String ? f.length : f.type == FieldType::EnumRef ? 255 : UINT32_MAX;
}

// Letters of either case, each spelled out: how a database compares texts otherwise is its own affair.
#define TRUE_TEXTS "1|[Tt][Rr][Uu][Ee]"
#define FALSE_TEXTS "0|[Ff][Aa][Ll][Ss][Ee]"
constexpr char kTrue[] = "^(" TRUE_TEXTS ")$";
constexpr char kFalse[] = "^(" FALSE_TEXTS ")$";
constexpr char kTruth[] = "^(" TRUE_TEXTS "|" FALSE_TEXTS ")$";

/// Some databases let the end of a text be before its last line break.
std::string matches(const Dialect& dialect, const std::string& column, const std::string& pattern) {
  const char* regex = dialect.text(&tenon_dialect::regex);
  if (regex == nullptr) return "(1 = 0)";
  return "(" + fillTemplate(regex, {{"value", column}, {"pattern", textLiteral(pattern)}}) + " and " + column +
         " not like " + textLiteral("%\n") + ")";
}

}  // namespace

bool shortens(const Field& before, const Field& after) {
  return isText(after.type) && (!isText(before.type) || lengthOf(after) < lengthOf(before)) &&
         lengthOf(after) != UINT32_MAX;
}

bool narrows(const Field& before, const Field& after) {
  if (after.type != FieldType::Float) return false;
  const uint32_t whole = after.precision - after.scale;
  if (before.type == FieldType::Int || before.type == FieldType::Long)
    return !isFloatingPoint(after) && whole < (before.type == FieldType::Int ? 10U : 19U);
  if (before.type != FieldType::Float) return false;
  if (isFloatingPoint(before)) return after.scale != before.scale || after.precision != before.precision;
  return after.scale < before.scale || whole < before.precision - before.scale;
}

std::string rounded(const std::string& column, const Field& after) {
  return "round(" + column + (after.type == FieldType::Float ? ", " + std::to_string(after.scale) : "") + ")";
}

std::string isTooLarge(const std::string& number, const Field& after) {
  const uint32_t whole = after.precision - after.scale;
  return "abs(" + number + ") >= " + (whole > 0 ? std::string(whole, '9') : "0") + "." + std::string(after.scale, '9') +
         "5";
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
  return "(" + column + " is not null and not " + matches(dialect, column, numberPattern(after)) + ")";
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

std::string isNoTruth(const Dialect& dialect, const std::string& column) {
  return "(" + column + " is not null and not " + matches(dialect, column, kTruth) + ")";
}

std::string isNoElement(const Dialect& dialect, const std::string& column, const Field& field, const EnumModel& of) {
  std::string any;  // elements are names: none of their characters means anything to a pattern
  for (const auto& element : of.elements) any += (any.empty() ? "" : "|") + element;
  const std::string one = "(" + any + ")";
  const std::string pattern = "^" + (field.multiple ? "(" + one + "(," + one + ")*)?" : one) + "$";
  return "(" + column + " is not null and not " + matches(dialect, column, pattern) + ")";
}

std::string truthAsDigit(const Dialect& dialect, const std::string& column) {
  return "case when " + matches(dialect, column, kTrue) + " then '1' when " + matches(dialect, column, kFalse) +
         " then '0' else " + column + " end";
}

std::optional<std::string> fillingOf(const Dialect& dialect, const KeptField& k) {
  const Field &before = *k.before, &after = *k.after;
  const auto literal = defaultLiteral(dialect, after);
  if (!literal) return std::nullopt;
  if (before.type == FieldType::String || before.type == FieldType::Text) {
    const bool spelled = isText(after.type) || readsNumbers(before, after) || readsTruth(before, after);
    const std::string text = constantText(after);
    return spelled && characterCount(text) <= lengthOf(before) ? std::optional(textLiteral(text)) : std::nullopt;
  }
  const bool sameNumbers = after.type != FieldType::Float || isFloatingPoint(before) ||
                           (before.precision == after.precision && before.scale == after.scale);
  return before.type == after.type && sameNumbers ? literal : std::nullopt;
}

}  // namespace tenon::modeling
