// SPDX-License-Identifier: Apache-2.0
#include "condition.h"

#include <algorithm>

#include "model/field_type.h"
#include "pattern.h"
#include "routes/answer.h"

namespace tenon::modeling {

enum class Conditions::Op : uint8_t {
  Eq,
  Ne,
  Gt,
  Gte,
  Lt,
  Lte,
  In,
  Nin,
  Between,
  IsNull,
  Contains,  // from here on texts are compared
  NotContains,
  StartsWith,
  EndsWith,
  Like,
  Nlike,
  Ilike,
  Nilike,
  Regex,
  Nregex,
  Iregex,
  Niregex
};

struct Conditions::OpName {
  std::string_view name;
  Op op;
};

const Conditions::OpName Conditions::kOps[] = {{"_eq", Op::Eq},
                                               {"_ne", Op::Ne},
                                               {"_neq", Op::Ne},
                                               {"_gt", Op::Gt},
                                               {"_gte", Op::Gte},
                                               {"_lt", Op::Lt},
                                               {"_lte", Op::Lte},
                                               {"_in", Op::In},
                                               {"_nin", Op::Nin},
                                               {"_between", Op::Between},
                                               {"_is_null", Op::IsNull},
                                               {"_contains", Op::Contains},
                                               {"_not_contains", Op::NotContains},
                                               {"_starts_with", Op::StartsWith},
                                               {"_ends_with", Op::EndsWith},
                                               {"_like", Op::Like},
                                               {"_nlike", Op::Nlike},
                                               {"_ilike", Op::Ilike},
                                               {"_nilike", Op::Nilike},
                                               {"_regex", Op::Regex},
                                               {"_nregex", Op::Nregex},
                                               {"_iregex", Op::Iregex},
                                               {"_niregex", Op::Niregex}};

namespace {

bool isOrdered(const Field& f) {
  return f.type != FieldType::Boolean && f.type != FieldType::Json && f.type != FieldType::EnumRef;
}
bool isTextual(const Field& f) {
  return f.type == FieldType::String || f.type == FieldType::Text || f.type == FieldType::Json ||
         f.type == FieldType::EnumRef;
}

}  // namespace

void Conditions::append(const Field& field, const std::string& alias, std::string_view op, const Json& operand,
                        const std::string& path) {
  for (const OpName& known : kOps)
    if (known.name == op) return apply(field, alias, known.op, operand, path);
  throw Invalid(path, "未知的操作符: " + std::string(op), "unknown operator: " + std::string(op));
}

void Conditions::apply(const Field& f, const std::string& alias, Op op, const Json& operand, const std::string& path) {
  const bool comparesOrder = op == Op::Gt || op == Op::Gte || op == Op::Lt || op == Op::Lte || op == Op::Between;
  if ((comparesOrder && !isOrdered(f)) || (op >= Op::Contains && !isTextual(f)))
    throw Invalid(path, "该类型的字段不支持此操作符",
                  "a " + std::string(nameOf(f.type)) + " field does not take this operator");
  if (comparesOrder && op != Op::Between && operand.is_null()) throw Invalid(path, "不能为空", "must not be null");
  switch (op) {
    case Op::Eq: return operand.is_null() ? isNull(f, alias, true) : compare(f, alias, " = ", operand, path);
    case Op::Ne: return operand.is_null() ? isNull(f, alias, false) : compare(f, alias, " <> ", operand, path);
    case Op::Gt: return compare(f, alias, " > ", operand, path);
    case Op::Gte: return compare(f, alias, " >= ", operand, path);
    case Op::Lt: return compare(f, alias, " < ", operand, path);
    case Op::Lte: return compare(f, alias, " <= ", operand, path);
    case Op::In: return list(f, alias, false, operand, path);
    case Op::Nin: return list(f, alias, true, operand, path);
    case Op::Between: return between(f, alias, operand, path);
    case Op::IsNull:
      if (!operand.is_boolean()) throw Invalid(path, "必须是布尔值", "must be true or false");
      return isNull(f, alias, operand.get<bool>());
    case Op::Regex:
    case Op::Nregex:
    case Op::Iregex:
    case Op::Niregex: return matches(f, alias, op, operand, path);
    case Op::Like:
    case Op::Nlike:
    case Op::Ilike:
    case Op::Nilike:
      return like(f, alias, op == Op::Nlike || op == Op::Nilike,
                  made(operand, path, [path](const Json& o) { return Value::of(likePattern(o, path)); }),
                  op == Op::Ilike || op == Op::Nilike);
    case Op::Contains:
    case Op::NotContains:
    case Op::StartsWith:
    case Op::EndsWith: return contains(f, alias, op, operand, path);
  }
}

void Conditions::appendCount(std::string_view count, std::string_view op, const Json& operand,
                             const std::string& path) {
  expression_ = count;
  append(countField(), {}, op, operand, path);
  expression_ = {};
}

void Conditions::column(const Field& field, const std::string& alias) {
  if (!expression_.empty()) return void(sql_.text += expression_);
  sql_.text += alias;
  sql_.text += '.';
  dialect_.identifier(sql_.text, field.name);
}

void Conditions::isNull(const Field& f, const std::string& alias, bool yes) {
  column(f, alias);
  sql_.text += yes ? " is null" : " is not null";
}

/// What `make` makes of the operand: now, or when it is there.
template <class Make>
Value Conditions::made(const Json& operand, const std::string& path, Make make) {
  room(path);
  if (const auto hole = sql_.holeIn(operand)) return sql_.later(*hole, std::move(make));
  return make(operand);
}

Value Conditions::converted(const Field& field, const Json& json, const std::string& path) {
  const bool areUnsigned = dialect_.has(TENON_SQL_UNSIGNED);
  return made(json, path, [&field, &models = models_, path, areUnsigned](const Json& operand) {
    Value v;
    if (const auto wrong = convert(field, operand, models, true, v))
      throw Invalid(path, wrong->zh, wrong->en).because(wrong->reason);
    if (v.isUnsigned() && !areUnsigned)
      throw Invalid(path, "超出 64 位整数范围", "must fit 64 bits with a sign").because(TENON_REASON_RANGE);
    return v;
  });
}

/// Appends a side of a comparison in the form in which values of this type compare.
void Conditions::comparableColumn(const Field& f, const std::string& alias) {
  const size_t before = sql_.text.size();
  column(f, alias);
  const std::string side = sql_.text.substr(before);
  sql_.text.resize(before);
  sql_.text += comparableText(dialect_, f, side);
}
void Conditions::comparableValue(const Field& f, Value v) {
  sql_.text += comparableText(dialect_, f, bound(std::move(v)));
}
/// A column as the text that patterns are matched with: JSON may be stored as something else.
void Conditions::textColumn(const Field& f, const std::string& alias) {
  if (f.type == FieldType::Json)
    comparableColumn(f, alias);
  else
    column(f, alias);
}

/// Binds a value and answers its parameter's text, for a place inside one of the dialect's templates.
std::string Conditions::bound(Value v) {
  sql_.values.push_back(std::move(v));
  std::string parameter;
  dialect_.parameter(parameter, static_cast<uint32_t>(sql_.values.size()));
  return parameter;
}

void Conditions::room(const std::string& path) const {
  if (sql_.values.size() >= dialect_.maxParameters()) throw Invalid(path, "参数过多", "there are too many values");
}

void Conditions::compare(const Field& f, const std::string& alias, const char* op, const Json& operand,
                         const std::string& path) {
  Value v = converted(f, operand, path);
  comparableColumn(f, alias);
  sql_.text += op;
  comparableValue(f, std::move(v));
}

void Conditions::between(const Field& f, const std::string& alias, const Json& operand, const std::string& path) {
  if (!operand.is_array() || operand.size() != 2 || operand[0].is_null() || operand[1].is_null())
    throw Invalid(path, "必须是两个值的数组", "must be an array of two values");
  Value low = converted(f, operand[0], path + "[0]"), high = converted(f, operand[1], path + "[1]");
  comparableColumn(f, alias);
  sql_.text += " between ";
  comparableValue(f, std::move(low));
  sql_.text += " and ";
  comparableValue(f, std::move(high));
}

void Conditions::list(const Field& f, const std::string& alias, bool negated, const Json& operand,
                      const std::string& path) {
  const Json one = operand.is_array() ? operand : Json::array({operand});
  if (one.size() > kMostListValues) throw Invalid(path, "列表过长", "the list is too long");
  const bool hasNull = std::any_of(one.begin(), one.end(), [](const Json& v) { return v.is_null(); });
  size_t n = 0;
  for (const auto& v : one) n += v.is_null() ? 0 : 1;
  if (n == 0) {
    if (hasNull && !negated) return isNull(f, alias, true);
    sql_.text += negated ? "1 = 1" : "1 = 0";
    return;
  }
  if (hasNull && !negated) sql_.text += '(';
  comparableColumn(f, alias);
  sql_.text += negated ? " not in (" : " in (";
  bool first = true;
  for (size_t i = 0; i < one.size(); ++i) {
    if (one[i].is_null()) continue;
    if (!first) sql_.text += ", ";
    first = false;
    comparableValue(f, converted(f, one[i], path + "[" + std::to_string(i) + "]"));
  }
  sql_.text += ')';
  if (hasNull && !negated) {
    sql_.text += " or ";
    isNull(f, alias, true);
    sql_.text += ')';
  }
}

/// A like pattern, bound; \ escapes. folded: letters compare without their case, as far as the database folds them.
void Conditions::like(const Field& f, const std::string& alias, bool negated, Value pattern, bool folded) {
  const auto side = [&](auto&& append) {
    if (folded) sql_.text += "lower(";
    append();
    if (folded) sql_.text += ')';
  };
  side([&] { textColumn(f, alias); });
  sql_.text += negated ? " not like " : " like ";
  room("filter");
  side([&] { sql_.bind(dialect_, std::move(pattern)); });
  sql_.text += dialect_.raw()->like_escape;
}

void Conditions::matches(const Field& f, const std::string& alias, Op op, const Json& operand,
                         const std::string& path) {
  const char* regex = TENON_HAS(tenon_dialect, dialect_.raw(), regex) ? dialect_.raw()->regex : nullptr;
  if (regex == nullptr) throw Invalid(path, "该数据源不支持正则表达式", "this datasource has no regular expressions");
  const bool folded = op == Op::Iregex || op == Op::Niregex;
  Value pattern = made(operand, path, [path, folded](const Json& o) {
    const std::string text = regexPattern(o, path);
    return Value::of(folded ? "(?i)" + text : text);
  });
  const size_t before = sql_.text.size();
  textColumn(f, alias);
  const std::string column = sql_.text.substr(before);
  sql_.text.resize(before);
  const std::string parameter = bound(std::move(pattern));
  sql_.text += op == Op::Nregex || op == Op::Niregex ? "not (" : "(";
  sql_.text += fillTemplate(regex, {{"value", column}, {"pattern", parameter}}) + ")";
}

/// An element of the stored list "A,B,C": exact, first, last or in the middle.
void Conditions::element(const Field& f, const std::string& alias, bool negated, const std::string& value) {
  if (value.find(',') != std::string::npos) {  // which no element holds
    if (negated) return isNull(f, alias, false);
    sql_.text += "1 = 0";
    return;
  }
  if (TENON_HAS(tenon_dialect, dialect_.raw(), list_has) && dialect_.raw()->list_has != nullptr) {
    room("filter");
    const std::string parameter = bound(Value::of(value));
    sql_.text += negated ? "not (" : "(";
    sql_.text += fillTemplate(dialect_.raw()->list_has,
                              {{"value", alias + "." + dialect_.quoted(f.name)}, {"element", parameter}}) +
                 ")";
    return;
  }
  const std::string e = escapedPattern(value);
  sql_.text += negated ? "not (" : "(";
  const char* joiner = "";
  for (const std::string& pattern : {e, e + ",%", "%," + e, "%," + e + ",%"}) {
    sql_.text += std::exchange(joiner, " or ");
    like(f, alias, false, Value::of(pattern));
  }
  sql_.text += ')';
}

void Conditions::contains(const Field& f, const std::string& alias, Op op, const Json& operand,
                          const std::string& path) {
  const bool negated = op == Op::NotContains;
  if (operand.is_null() || (operand.is_array() && operand.empty())) {
    sql_.text += negated ? "1 = 1" : "1 = 0";
    return;
  }
  if (operand.is_array()) {
    if (operand.size() > kMostPatterns) throw Invalid(path, "列表过长", "the list is too long");
    sql_.text += '(';
    for (size_t i = 0; i < operand.size(); ++i) {
      if (i > 0) sql_.text += negated ? " and " : " or ";
      contains(f, alias, op, operand[i], path + "[" + std::to_string(i) + "]");
    }
    sql_.text += ')';
    return;
  }
  const bool ofList = f.type == FieldType::EnumRef && f.multiple && op != Op::StartsWith && op != Op::EndsWith;
  if (operand.is_object() && (ofList || !sql_.holeIn(operand))) throw Invalid(path, "必须是字符串", "must be a text");
  if (ofList) return element(f, alias, negated, operandText(operand, path));
  like(f, alias, negated, made(operand, path, [op, path](const Json& o) {
         const std::string e = escapedPattern(operandText(o, path));
         return Value::of(op == Op::StartsWith ? e + "%" : op == Op::EndsWith ? "%" + e : "%" + e + "%");
       }));
}

}  // namespace tenon::modeling
