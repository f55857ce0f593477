// SPDX-License-Identifier: Apache-2.0
#include "filter.h"

#include <algorithm>
#include <array>

#include "model/field_type.h"
#include "pattern.h"
#include "routes/answer.h"

namespace tenon::modeling {

namespace {

enum class Op : uint8_t {
  Eq,
  Ne,
  Gt,
  Gte,
  Lt,
  Lte,
  In,
  Nin,
  Between,
  Contains,
  NotContains,
  StartsWith,
  EndsWith,
  IsNull,
  Like,
  Nlike,
  Ilike,
  Nilike,
  Regex,
  Nregex
};

struct OpName {
  std::string_view name;
  Op op;
};
constexpr std::array<OpName, 21> kOps = {{{"_eq", Op::Eq},
                                          {"_ne", Op::Ne},
                                          {"_neq", Op::Ne},
                                          {"_gt", Op::Gt},
                                          {"_gte", Op::Gte},
                                          {"_lt", Op::Lt},
                                          {"_lte", Op::Lte},
                                          {"_in", Op::In},
                                          {"_nin", Op::Nin},
                                          {"_between", Op::Between},
                                          {"_contains", Op::Contains},
                                          {"_not_contains", Op::NotContains},
                                          {"_starts_with", Op::StartsWith},
                                          {"_ends_with", Op::EndsWith},
                                          {"_is_null", Op::IsNull},
                                          {"_like", Op::Like},
                                          {"_nlike", Op::Nlike},
                                          {"_ilike", Op::Ilike},
                                          {"_nilike", Op::Nilike},
                                          {"_regex", Op::Regex},
                                          {"_nregex", Op::Nregex}}};

constexpr char kRow[] = "";  // of a relation's condition: what must hold for one related row

/// Builds one condition text. A condition that constrains nothing is empty text.
class Builder {
 public:
  Builder(SqlText& sql, const Dialect& dialect, const ModelSet& models, std::string_view tenant)
      : sql_(sql), dialect_(dialect), models_(models), tenant_(tenant) {}

  /// "(a and b)" appended; false when nothing constrains (then nothing was appended).
  bool object(const Entity& entity, const std::string& alias, const Json& filter, const std::string& path, int depth) {
    return group(filter, path, depth, [&](const std::string& key, const Json& value, const std::string& at) {
      if (key == "_and" || key == "_or" || key == "_not")
        return logic(key, value, at, depth,
                     [&](const Json& one, const std::string& p) { return object(entity, alias, one, p, depth + 1); });
      const Field* field = entity.field(key);
      if (field == nullptr) throw Invalid(at, "字段不存在: " + key, "no such field: " + key);
      return field->isColumn() ? column(*field, alias, value, at, depth)
                               : relation(entity, *field, alias, value, at, depth);
    });
  }

 private:
  /// "(a and b)": joins what each(0), each(1) ... append. False, and nothing appended, when none of them does.
  template <class Each>
  bool joined(size_t n, std::string_view joiner, Each&& each) {
    const size_t start = sql_.text.size();
    sql_.text += '(';
    bool any = false;
    for (size_t i = 0; i < n; ++i) {
      const size_t before = sql_.text.size();
      if (any) sql_.text += joiner;
      if (each(i))
        any = true;
      else
        sql_.text.resize(before);
    }
    if (any)
      sql_.text += ')';
    else
      sql_.text.resize(start);
    return any;
  }

  /// The members of an object, all of which must hold.
  template <class Each>
  bool group(const Json& object, const std::string& path, int depth, Each&& each) {
    if (depth > kMostFilterDepth) throw Invalid(path, "过滤条件嵌套过深", "is nested too deeply");
    if (!object.is_object()) throw Invalid(path, "必须是对象", "must be an object");
    auto it = object.begin();
    return joined(object.size(), " and ", [&](size_t) {
      const auto member = it++;
      return each(member.key(), member.value(), path + "." + member.key());
    });
  }

  /// _and, _or: an array of objects, or one; _not: one object. Empty members constrain nothing.
  template <class Each>
  bool logic(const std::string& op, const Json& value, const std::string& path, int depth, Each&& each) {
    if (depth > kMostFilterDepth) throw Invalid(path, "过滤条件嵌套过深", "is nested too deeply");
    if (op == "_not") {
      const size_t start = sql_.text.size();
      sql_.text += "not ";
      if (each(value, path)) return true;
      sql_.text.resize(start);
      return false;
    }
    if (!value.is_array() && !value.is_object()) throw Invalid(path, "必须是对象数组", "must be an array of objects");
    const std::string_view joiner = op == "_or" ? " or " : " and ";
    if (!value.is_array()) return joined(1, joiner, [&](size_t) { return each(value, path); });
    return joined(value.size(), joiner, [&](size_t i) { return each(value[i], path + "[" + std::to_string(i) + "]"); });
  }

  bool column(const Field& field, const std::string& alias, const Json& value, const std::string& path, int depth) {
    if (value.is_array()) return apply(field, alias, Op::In, value, path);
    if (!value.is_object() || (field.type == FieldType::Json && !looksLikeOperators(value)))
      return apply(field, alias, Op::Eq, value, path);
    return group(value, path, depth, [&](const std::string& key, const Json& operand, const std::string& at) {
      if (key == "_and" || key == "_or" || key == "_not")
        return logic(key, operand, at, depth,
                     [&](const Json& one, const std::string& p) { return column(field, alias, one, p, depth + 1); });
      for (const auto& o : kOps)
        if (o.name == key) return apply(field, alias, o.op, operand, at);
      throw Invalid(at, "未知的操作符: " + key, "unknown operator: " + key);
    });
  }

  static bool looksLikeOperators(const Json& object) {
    return std::all_of(object.items().begin(), object.items().end(),
                       [](const auto& i) { return !i.key().empty() && i.key()[0] == '_'; });
  }

  /// What a condition says of a related row must hold for one row; whether there is one at all is asked beside it.
  bool relation(const Entity& entity, const Field& field, const std::string& alias, const Json& value,
                const std::string& path, int depth) {
    if (value.is_null()) return exists(entity, field, alias, nullptr, true, path, depth);
    if (!value.is_object()) throw Invalid(path, "关联条件必须是对象", "a relation's condition must be an object");
    Json row = Json::object(), rest = Json::object();
    for (const auto& [key, operand] : value.items()) (asksForPresence(key, operand, depth) ? rest : row)[key] = operand;
    if (value.empty()) return false;
    const auto both = [&](const std::string& key, const Json& operand, const std::string& at) {
      if (key == kRow) return exists(entity, field, alias, &operand, false, path, depth);
      if (key == "_and" || key == "_or" || key == "_not")
        return logic(key, operand, at, depth, [&](const Json& one, const std::string& p) {
          return relation(entity, field, alias, one, p, depth + 1);
        });
      const bool none = key == "_is_null" ? operand == true : key == "_eq";
      if (key == "_is_null" ? !operand.is_boolean() : !operand.is_null())
        throw Invalid(at, "关联只能与 null 比较", "a relation is compared with null only");
      return exists(entity, field, alias, nullptr, none, at, depth);
    };
    if (!row.empty()) rest[kRow] = std::move(row);
    return group(rest, path, depth, both);
  }

  /// _eq, _ne and _is_null of the relation itself, at this place or inside the logic here.
  static bool asksForPresence(const std::string& key, const Json& operand, int depth) {
    if (key == "_eq" || key == "_ne" || key == "_is_null") return true;
    if ((key != "_and" && key != "_or" && key != "_not") || depth > kMostFilterDepth) return false;
    const auto any = [&](const Json& object) {
      return object.is_object() && std::any_of(object.items().begin(), object.items().end(), [&](const auto& i) {
               return asksForPresence(i.key(), i.value(), depth + 1);
             });
    };
    return operand.is_array() ? std::any_of(operand.begin(), operand.end(), any) : any(operand);
  }

  /// exists (select 1 from target where target.foreign = alias.local and ...)
  bool exists(const Entity& entity, const Field& field, const std::string& alias, const Json* condition, bool negated,
              const std::string& path, int depth) {
    const Entity* target = models_.entity(field.from);
    const Field* local = field.localField.empty() ? entity.identity() : entity.field(field.localField);
    const Field* foreign = target == nullptr            ? nullptr
                           : field.foreignField.empty() ? target->identity()
                                                        : target->field(field.foreignField);
    if (local == nullptr || foreign == nullptr)
      throw Invalid(path, "关联的模型或字段不存在", "the relation's model or field does not exist");
    count(path);
    if (++hops_ > kMostHops) throw Invalid(path, "关联层级过深", "leads over too many relations");
    const std::string inner = "t" + std::to_string(++aliases_);
    sql_.text += negated ? "not exists (select 1 from " : "exists (select 1 from ";
    dialect_.identifier(sql_.text, target->name);
    sql_.text += " " + inner + " where ";
    qualified(inner, *foreign);
    sql_.text += " = ";
    qualified(alias, *local);
    if (condition != nullptr) {
      const size_t before = sql_.text.size();
      sql_.text += " and ";
      if (!object(*target, inner, *condition, path, depth + 1)) sql_.text.resize(before);
    }
    appendTenant(sql_, dialect_, *target, inner, tenant_);
    sql_.text += ')';
    --hops_;
    return true;
  }

  void count(const std::string& path) {
    if (++conditions_ > kMostConditions) throw Invalid(path, "过滤条件过多", "there are too many conditions");
  }
  void qualified(const std::string& alias, const Field& field) {
    sql_.text += alias;
    sql_.text += '.';
    dialect_.identifier(sql_.text, field.name);
  }
  Value converted(const Field& field, const Json& json, const std::string& path) {
    Value v;
    if (const auto wrong = convert(field, json, models_, true, v)) throw Invalid(path, wrong->zh, wrong->en);
    room(path);
    return v;
  }

  /// Appends a side of a comparison in the form in which values of this type compare.
  void comparable(const Field& f, std::string_view side) {
    const tenon_type_name* type = dialect_.type(logicalType(f.type));
    if (type == nullptr || type->comparable == nullptr)
      sql_.text += side;
    else
      sql_.text.append("(").append(fillTemplate(type->comparable, {{"value", side}})).append(")");
  }
  void comparableColumn(const Field& f, const std::string& alias) {
    comparable(f, alias + "." + dialect_.quoted(f.name));
  }
  /// A column as the text that patterns are matched with: JSON may be stored as something else.
  void textColumn(const Field& f, const std::string& alias) {
    if (f.type == FieldType::Json)
      comparableColumn(f, alias);
    else
      qualified(alias, f);
  }
  void comparableValue(const Field& f, Value v) { comparable(f, bound(std::move(v))); }

  /// Binds a value and answers its parameter's text, for a place inside one of the dialect's templates.
  std::string bound(Value v) {
    sql_.values.push_back(std::move(v));
    std::string parameter;
    dialect_.parameter(parameter, static_cast<uint32_t>(sql_.values.size()));
    return parameter;
  }

  bool compare(const Field& f, const std::string& alias, const char* op, const Json& operand, const std::string& path) {
    Value v = converted(f, operand, path);
    comparableColumn(f, alias);
    sql_.text += op;
    comparableValue(f, std::move(v));
    return true;
  }
  bool isNull(const Field& f, const std::string& alias, bool yes) {
    qualified(alias, f);
    sql_.text += yes ? " is null" : " is not null";
    return true;
  }

  bool list(const Field& f, const std::string& alias, bool negated, const Json& operand, const std::string& path) {
    const Json one = operand.is_array() ? operand : Json::array({operand});
    if (one.size() > kMostListValues) throw Invalid(path, "列表过长", "the list is too long");
    const bool hasNull = std::any_of(one.begin(), one.end(), [](const Json& v) { return v.is_null(); });
    size_t n = 0;
    for (const auto& v : one) n += v.is_null() ? 0 : 1;
    if (n == 0) {
      if (hasNull && !negated) return isNull(f, alias, true);
      sql_.text += negated ? "1 = 1" : "1 = 0";
      return true;
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
    return true;
  }

  /// A like pattern, bound; \ escapes. folded: letters compare without their case, as far as the database folds them.
  bool like(const Field& f, const std::string& alias, bool negated, std::string pattern, bool folded = false) {
    const auto side = [&](auto&& append) {
      if (folded) sql_.text += "lower(";
      append();
      if (folded) sql_.text += ')';
    };
    side([&] { textColumn(f, alias); });
    sql_.text += negated ? " not like " : " like ";
    room("filter");
    side([&] { sql_.bind(dialect_, Value::of(std::move(pattern))); });
    sql_.text += dialect_.raw()->like_escape;
    return true;
  }
  void room(const std::string& path) const {
    if (sql_.values.size() >= dialect_.maxParameters()) throw Invalid(path, "参数过多", "there are too many values");
  }

  bool matches(const Field& f, const std::string& alias, bool negated, const std::string& pattern,
               const std::string& path) {
    const char* regex = TENON_HAS(tenon_dialect, dialect_.raw(), regex) ? dialect_.raw()->regex : nullptr;
    if (regex == nullptr) throw Invalid(path, "该数据源不支持正则表达式", "this datasource has no regular expressions");
    room(path);
    const size_t before = sql_.text.size();
    textColumn(f, alias);
    const std::string column = sql_.text.substr(before);
    sql_.text.resize(before);
    const std::string parameter = bound(Value::of(pattern));
    sql_.text += negated ? "not (" : "(";
    sql_.text += fillTemplate(regex, {{"value", column}, {"pattern", parameter}}) + ")";
    return true;
  }

  /// An element of the stored list "A,B,C": exact, first, last or in the middle.
  bool element(const Field& f, const std::string& alias, bool negated, const std::string& value) {
    if (value.find(',') != std::string::npos) {  // which no element holds
      if (negated) return isNull(f, alias, false);
      sql_.text += "1 = 0";
      return true;
    }
    if (TENON_HAS(tenon_dialect, dialect_.raw(), list_has) && dialect_.raw()->list_has != nullptr) {
      room("filter");
      const std::string parameter = bound(Value::of(value));
      sql_.text += negated ? "not (" : "(";
      sql_.text += fillTemplate(dialect_.raw()->list_has,
                                {{"value", alias + "." + dialect_.quoted(f.name)}, {"element", parameter}}) +
                   ")";
      return true;
    }
    const std::string e = escapedPattern(value);
    sql_.text += negated ? "not (" : "(";
    like(f, alias, false, e);
    sql_.text += " or ";
    like(f, alias, false, e + ",%");
    sql_.text += " or ";
    like(f, alias, false, "%," + e);
    sql_.text += " or ";
    like(f, alias, false, "%," + e + ",%");
    sql_.text += ')';
    return true;
  }

  bool contains(const Field& f, const std::string& alias, Op op, const Json& operand, const std::string& path) {
    const bool negated = op == Op::NotContains;
    if (operand.is_null() || (operand.is_array() && operand.empty())) {
      sql_.text += negated ? "1 = 1" : "1 = 0";
      return true;
    }
    if (operand.is_array()) {
      if (operand.size() > kMostPatterns) throw Invalid(path, "列表过长", "the list is too long");
      sql_.text += '(';
      for (size_t i = 0; i < operand.size(); ++i) {
        if (i > 0) sql_.text += negated ? " and " : " or ";
        contains(f, alias, op, operand[i], path + "[" + std::to_string(i) + "]");
      }
      sql_.text += ')';
      return true;
    }
    if (operand.is_object()) throw Invalid(path, "必须是字符串", "must be a text");
    const std::string text = operandText(operand, path);
    if (f.type == FieldType::EnumRef && f.multiple && op != Op::StartsWith && op != Op::EndsWith)
      return element(f, alias, negated, text);
    const std::string e = escapedPattern(text);
    return like(f, alias, negated, op == Op::StartsWith ? e + "%" : op == Op::EndsWith ? "%" + e : "%" + e + "%");
  }

  static bool ordered(const Field& f) {
    return f.type != FieldType::Boolean && f.type != FieldType::Json && f.type != FieldType::EnumRef;
  }
  static bool textual(const Field& f) {
    return f.type == FieldType::String || f.type == FieldType::Text || f.type == FieldType::Json ||
           f.type == FieldType::EnumRef;
  }

  bool apply(const Field& f, const std::string& alias, Op op, const Json& operand, const std::string& path) {
    count(path);
    const bool comparesOrder = op == Op::Gt || op == Op::Gte || op == Op::Lt || op == Op::Lte || op == Op::Between;
    const bool comparesText =
        op == Op::Contains || op == Op::NotContains || op == Op::StartsWith || op == Op::EndsWith || op >= Op::Like;
    if ((comparesOrder && !ordered(f)) || (comparesText && !textual(f)))
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
      case Op::IsNull:
        if (!operand.is_boolean()) throw Invalid(path, "必须是布尔值", "must be true or false");
        return isNull(f, alias, operand.get<bool>());
      case Op::Between: {
        if (!operand.is_array() || operand.size() != 2 || operand[0].is_null() || operand[1].is_null())
          throw Invalid(path, "必须是两个值的数组", "must be an array of two values");
        Value low = converted(f, operand[0], path + "[0]"), high = converted(f, operand[1], path + "[1]");
        comparableColumn(f, alias);
        sql_.text += " between ";
        comparableValue(f, std::move(low));
        sql_.text += " and ";
        comparableValue(f, std::move(high));
        return true;
      }
      case Op::Like:
      case Op::Nlike:
      case Op::Ilike:
      case Op::Nilike:
      case Op::Regex:
      case Op::Nregex:
        if (op == Op::Regex || op == Op::Nregex)
          return matches(f, alias, op == Op::Nregex, regexPattern(operand, path), path);
        return like(f, alias, op == Op::Nlike || op == Op::Nilike, likePattern(operand, path),
                    op == Op::Ilike || op == Op::Nilike);
      case Op::Contains:
      case Op::NotContains:
      case Op::StartsWith:
      case Op::EndsWith: return contains(f, alias, op, operand, path);
    }
    return false;
  }

  SqlText& sql_;
  const Dialect& dialect_;
  const ModelSet& models_;
  const std::string_view tenant_;
  size_t conditions_ = 0;
  int aliases_ = 0, hops_ = 0;
};

}  // namespace

void appendWhere(SqlText& sql, const Dialect& dialect, const ModelSet& models, const Entity& entity,
                 std::string_view alias, const Json& filter, std::string_view tenant) {
  constexpr std::string_view kWhere = " where ", kAnd = " and ";
  const size_t before = sql.text.size();
  sql.text += kWhere;
  const bool any = Builder(sql, dialect, models, tenant).object(entity, std::string(alias), filter, "filter", 0);
  if (!any) sql.text.resize(before);
  const size_t filtered = sql.text.size();
  appendTenant(sql, dialect, entity, std::string(alias), tenant);
  if (!any && sql.text.size() > filtered) sql.text.replace(filtered, kAnd.size(), kWhere);
}

Json readFilter(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return Json::object();
  if (text.size() > kMostFilterBytes) throw Invalid("filter", "过滤条件过长", "is too long");
  try {
    Json filter = parseJson(text);
    if (filter.is_object()) return filter;
  } catch (const JsonError& error) {
    throw invalidJson("filter", error);
  }
  throw Invalid("filter", "必须是 JSON 对象", "must be a JSON object");
}

}  // namespace tenon::modeling
