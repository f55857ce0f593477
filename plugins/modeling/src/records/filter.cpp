// SPDX-License-Identifier: Apache-2.0
#include "filter.h"

#include <algorithm>

#include "condition.h"
#include "json_member.h"
#include "routes/answer.h"

namespace tenon::modeling {

namespace {

constexpr char kRow[] = "";  // of a relation's condition: what must hold for one related row

/// Builds one condition text. A condition that constrains nothing is empty text.
class Builder {
 public:
  Builder(SqlText& sql, const Dialect& dialect, const ModelSet& models, std::string_view tenant)
      : sql_(sql), dialect_(dialect), models_(models), tenant_(tenant), conditions_(sql, dialect, models) {}

  /// "(a and b)" appended; false when nothing constrains (then nothing was appended).
  bool object(const Entity& entity, const std::string& alias, const Json& filter, const std::string& path, int depth) {
    return group(filter, path, depth, [&](const std::string& key, const Json& value, const std::string& at) {
      if (key == "_and" || key == "_or" || key == "_not")
        return logic(key, value, at, depth,
                     [&](const Json& one, const std::string& p) { return object(entity, alias, one, p, depth + 1); });
      const Field* field = entity.field(key);
      if (const Field* counted = countedRelation(entity, key)) return counts(entity, *counted, alias, value, at, depth);
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
    const auto append = [&](std::string_view op, const Json& operand, const std::string& at) {
      count(at);
      conditions_.append(field, alias, op, operand, at);
      return true;
    };
    if (value.is_array()) return append("_in", value, path);
    if (!value.is_object() || (field.type == FieldType::Json && !looksLikeOperators(value)))
      return append("_eq", value, path);
    return group(value, path, depth, [&](const std::string& key, const Json& operand, const std::string& at) {
      if (key == "_and" || key == "_or" || key == "_not")
        return logic(key, operand, at, depth,
                     [&](const Json& one, const std::string& p) { return column(field, alias, one, p, depth + 1); });
      return append(key, operand, at);
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

  bool exists(const Entity& entity, const Field& field, const std::string& alias, const Json* condition, bool negated,
              const std::string& path, int depth) {
    sql_.text += negated ? "not " : "";
    related(
        entity, field, alias, condition, path, depth, [](const Entity&, const std::string&) { return "1"; }, [] {});
    return true;
  }

  /// {"count":{"predicate":{"_gt":2},"filter":{...}?,"distinct":true?,"arguments":["age"]?}}: a condition on one
  /// number, which is counted once whatever is asked of it.
  bool counts(const Entity& entity, const Field& field, const std::string& alias, const Json& value,
              const std::string& path, int depth) {
    if (value.is_null()) return false;
    if (!value.is_object()) throw Invalid(path, "必须是对象", "must be an object");
    for (const auto& [key, of] : value.items())
      if (key != "count") throw Invalid(path + "." + key, "未知的聚合函数: " + key, "no such aggregate: " + key);
    const Json& count = member(value, "count");
    if (count.is_null()) return false;
    const std::string at = path + ".count";
    const Json &predicate = member(count, "predicate"), &filter = member(count, "filter"),
               &arguments = member(count, "arguments");
    if (!predicate.is_object()) throw Invalid(at + ".predicate", "必须是对象", "must be an object");
    if (predicate.empty()) return false;
    if (!arguments.is_null() && (!arguments.is_array() || arguments.size() > 1))
      throw Invalid(at + ".arguments", "最多一个字段", "takes one field");
    std::string number;
    related(
        entity, field, alias, filter.is_null() ? nullptr : &filter, at + ".filter", depth,
        [&](const Entity& target, const std::string& inner) {
          return number = countedOf(target, inner, arguments, member(count, "distinct") == true, at);
        },
        [&] {
          sql_.text += " having ";
          group(predicate, at + ".predicate", depth,
                [&](const std::string& op, const Json& operand, const std::string& where) {
                  this->count(where);
                  conditions_.appendCount(number, op, operand, where);
                  return true;
                });
        });
    return true;
  }

  std::string countedOf(const Entity& target, const std::string& inner, const Json& arguments, bool distinct,
                        const std::string& path) {
    if (arguments.empty()) return "count(*)";
    const Json& name = arguments[0];
    const Field* f = name.is_string() ? target.field(name.get_ref<const std::string&>()) : nullptr;
    if (f == nullptr || !f->isColumn())
      throw Invalid(path + ".arguments", "字段不存在: " + dumpJson(name), "no such field: " + dumpJson(name));
    const std::string column = inner + "." + dialect_.quoted(f->name);
    return "count(" + (distinct ? "distinct " + comparableText(dialect_, *f, column) : column) + ")";
  }

  /// Appends "exists (select 1 from target t1 where t1.foreign = alias.local and ...)". selected(target, "t1"): what it
  /// selects; more() appends what follows its conditions.
  template <class Selected, class More>
  void related(const Entity& entity, const Field& field, const std::string& alias, const Json* condition,
               const std::string& path, int depth, Selected&& selected, More&& more) {
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
    sql_.text.append("exists (select ").append(selected(*target, inner)).append(" from ");
    dialect_.identifier(sql_.text, target->name);
    sql_.text += " " + inner + " where ";
    conditions_.column(*foreign, inner);
    sql_.text += " = ";
    conditions_.column(*local, alias);
    if (condition != nullptr) {
      const size_t before = sql_.text.size();
      sql_.text += " and ";
      if (!object(*target, inner, *condition, path, depth + 1)) sql_.text.resize(before);
    }
    appendTenant(sql_, dialect_, *target, inner, tenant_);
    more();
    sql_.text += ')';
    --hops_;
  }

  void count(const std::string& path) {
    if (++counted_ > kMostConditions) throw Invalid(path, "过滤条件过多", "there are too many conditions");
  }

  SqlText& sql_;
  const Dialect& dialect_;
  const ModelSet& models_;
  const std::string_view tenant_;
  Conditions conditions_;
  size_t counted_ = 0;
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

const Field* countedRelation(const Entity& entity, std::string_view key) {
  constexpr std::string_view kSuffix = "_aggregate";
  if (!key.ends_with(kSuffix) || entity.field(key) != nullptr) return nullptr;
  const Field* f = entity.field(key.substr(0, key.size() - kSuffix.size()));
  return f != nullptr && !f->isColumn() && f->multiple ? f : nullptr;
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
