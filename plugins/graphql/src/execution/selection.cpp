// SPDX-License-Identifier: Apache-2.0
#include "selection.h"

#include <bit>

#include "coercion.h"
#include "error.h"
#include "schema/names.h"

namespace tenon::graphql {

namespace {

constexpr int kDeepestFilter = 32;  // that modeling takes

/// JSON is compared with texts of JSON; what is none is a text itself.
Json jsonOperand(const Json& given) {
  if (!given.is_string()) return given;
  try {
    Json value = parseJson(given.get_ref<const std::string&>());
    return value.is_null() ? given : value;
  } catch (const JsonError&) {
    return given;
  }
}

bool comparesWhole(std::string_view op) noexcept {
  return op == "_eq" || op == "_ne" || op == "_neq";
}

/// A column's comparison as the record API takes it.
Json conditionOf(const ModelField& f, const Json& given) {
  if (!given.is_object()) return given;
  const bool one = f.type == ColumnType::Enum && !f.multiple;
  Json out = Json::object();
  for (const auto& [op, operand] : given.items()) {
    if (op == "_overlaps") {
      out["_and"].push_back({{one ? "_in" : "_contains", operand}});
    } else if (op == "_contains_all" && operand.is_array()) {
      for (const Json& element : operand) out["_and"].push_back({{one ? "_eq" : "_contains", element}});
    } else if (op == "_contains" && one) {
      out["_and"].push_back({{"_eq", operand}});
    } else if (f.type == ColumnType::Json && comparesWhole(op)) {
      out[op] = jsonOperand(operand);
    } else if (f.type == ColumnType::Json && (op == "_in" || op == "_nin") && operand.is_array()) {
      out[op] = Json::array();
      for (const Json& v : operand) out[op].push_back(jsonOperand(v));
    } else {
      out[op] = operand;
    }
  }
  return out;
}

template <class Each>
Json eachOf(const Json& logic, const Each& each) {
  if (!logic.is_array()) return each(logic);
  Json out = Json::array();
  for (const Json& one : logic) out.push_back(each(one));
  return out;
}

Json sortKey(const std::string& path, const Json& direction) {
  const auto& text = direction.get_ref<const std::string&>();
  Json key = {{"field", path}, {"order", text.starts_with("desc") ? "desc" : "asc"}};
  if (text.ends_with("_first")) key["nulls"] = "first";
  if (text.ends_with("_last")) key["nulls"] = "last";
  return key;
}

void appendSort(Json& out, const EntityTypes& entity, const Json& order, const std::string& path) {
  for (const auto& [name, direction] : order.items()) {
    if (direction.is_null()) continue;
    if (!direction.is_object()) {
      out.push_back(sortKey(path + name, direction));
    } else if (const ModelField* counted = entity.entity().counted(name)) {
      if (!isGiven(direction, "count")) continue;
      out.push_back(sortKey(path + counted->name, direction["count"]));
      out.back()["count"] = true;
    } else if (const ModelField* f = entity.entity().field(name)) {
      if (const EntityTypes* target = entity.related(*f)) appendSort(out, *target, direction, path + name + ".");
    }
  }
}

void selectRows(Selecting& out, const Json& a, const ReadLimits& limits) {
  const bool pages = isGiven(a, "size") || isGiven(a, "page"), slices = isGiven(a, "limit") || isGiven(a, "offset");
  if (pages && slices) throw FieldError("size and page do not go with limit and offset", "validation-failed");
  constexpr int64_t kFar = 1000000000000;
  if (pages) {
    const int64_t size = isGiven(a, "size") ? wholeNumber(a, "size", 1, limits.mostRows) : limits.pageSize;
    out.limit = size;
    out.offset = isGiven(a, "page") ? (wholeNumber(a, "page", 1, kFar / limits.mostRows) - 1) * size : 0;
  } else {
    out.isCapped = !isGiven(a, "limit");
    out.limit = out.isCapped ? limits.rows : wholeNumber(a, "limit", 0, limits.mostRows);
    if (isGiven(a, "offset")) out.offset = wholeNumber(a, "offset", 0, kFar);
  }
}

}  // namespace

bool isGiven(const Json& arguments, const char* name) {
  const auto it = arguments.find(name);
  return it != arguments.end() && !it->is_null();
}

int64_t wholeNumber(const Json& arguments, const char* name, int64_t least, int64_t most) {
  const int64_t n = arguments[name].get<int64_t>();
  if (n < least || n > most)
    throw FieldError(
        std::string(name) + " must be a whole number from " + std::to_string(least) + " to " + std::to_string(most),
        "validation-failed");
  return n;
}

Json filterOf(const EntityTypes& entity, const Json& where, int depth) {
  if (!where.is_object()) return where;
  if (depth > kDeepestFilter)
    throw FieldError("where is nested deeper than " + std::to_string(kDeepestFilter) + " levels", "limit-exceeded");
  Json out = Json::object();
  for (const auto& [key, value] : where.items()) {
    const ModelField* f = entity.entity().field(key);
    if (const ModelField* counted = entity.entity().counted(key)) {
      out[key] = value;
      if (const EntityTypes* target = entity.related(*counted); target != nullptr && isGiven(value, "count"))
        if (isGiven(value["count"], "filter"))
          out[key]["count"]["filter"] = filterOf(*target, value["count"]["filter"], depth + 1);
    } else if (f == nullptr || joinsConditions(key)) {
      out[key] = eachOf(value, [&](const Json& one) { return filterOf(entity, one, depth + 1); });
    } else if (f->isColumn()) {
      out[key] = conditionOf(*f, value);
    } else if (const EntityTypes* target = entity.related(*f)) {
      out[key] = filterOf(*target, value, depth + 1);
    }
  }
  return out;
}

Json sortOf(const EntityTypes& entity, const Json& sort) {
  Json out = Json::array();
  for (const Json& one : sort) appendSort(out, entity, one, {});
  return out;
}

Selecting selectingOf(const EntityTypes& entity, const Json& a, const ReadLimits& limits) {
  Selecting out;
  if (isGiven(a, "where")) out.filter = filterOf(entity, a["where"]);
  if (isGiven(a, "order_by") && isGiven(a, "sort"))
    throw FieldError("order_by does not go with sort", "validation-failed");
  if (isGiven(a, "order_by")) appendSort(out.sort, entity, a["order_by"], {});
  if (isGiven(a, "sort")) out.sort = sortOf(entity, a["sort"]);
  if (isGiven(a, "distinct_on")) out.distinct = a["distinct_on"];
  // Which record comes first must not be an accident.
  for (size_t i = 0; i < out.distinct.size(); ++i) {
    const bool leads =
        std::any_of(out.sort.begin(),
                    out.sort.begin() + static_cast<std::ptrdiff_t>(std::min(out.sort.size(), out.distinct.size())),
                    [&](const Json& key) { return key["field"] == out.distinct[i]; });
    if (!out.sort.empty() && !leads)
      throw FieldError("the order must begin with the fields of distinct_on", "validation-failed");
  }
  selectRows(out, a, limits);
  return out;
}

std::optional<Json> filterById(const EntityTypes& entity, const Json& id) {
  const ModelField& identity = *entity.entity().identity();
  const auto& text = id.get_ref<const std::string&>();
  Json value = text;
  if (identity.type == ColumnType::Int || identity.type == ColumnType::Long) {
    const auto n = numberIn<int64_t>(text);
    const auto large = n ? std::nullopt : numberIn<uint64_t>(text);  // of a column without a sign
    if (!n && !large) return std::nullopt;
    value = n ? Json(*n) : Json(*large);
  }
  return Json{{identity.name, {{"_eq", std::move(value)}}}};
}

namespace {

constexpr size_t kMostListed = 10000;  // values of a list that modeling takes

class Taking {
 public:
  explicit Taking(Json& values) : values_(values) {}

  void object(const EntityTypes& entity, Json& filter) {
    if (!filter.is_object()) return;
    for (auto& [key, value] : filter.items()) {
      const ModelField* f = entity.entity().field(key);
      if (const ModelField* counted = entity.entity().counted(key))
        count(entity.related(*counted), value);
      else if (f == nullptr || joinsConditions(key))
        each(value, [&](Json& one) { object(entity, one); });
      else if (f->isColumn())
        column(*f, value);
      else if (const EntityTypes* target = entity.related(*f))
        object(*target, value);
    }
  }

 private:
  template <class Each>
  static void each(Json& value, const Each& one) {
    if (!value.is_array()) return one(value);
    for (Json& v : value) one(v);
  }

  void count(const EntityTypes* target, Json& condition) {
    static const ModelField number = [] {
      ModelField f;
      f.type = ColumnType::Long;
      return f;
    }();
    if (target == nullptr || !isGiven(condition, "count")) return;
    Json& of = condition["count"];
    if (isGiven(of, "filter")) object(*target, of["filter"]);
    if (isGiven(of, "predicate")) column(number, of["predicate"]);
  }

  void column(const ModelField& f, Json& condition) {
    if (!condition.is_object()) return;
    for (auto& [op, operand] : condition.items()) {
      if (joinsConditions(op))
        each(operand, [&](Json& one) { column(f, one); });
      else if (op == "_is_null" || (f.type == ColumnType::Enum && f.multiple))
        continue;  // another value is another statement
      else if (operand.is_array() && !(f.type == ColumnType::Json && comparesWhole(op)))
        list(op, operand);
      else
        take(operand);
    }
  }

  /// Lists of about one length are one statement: the last value again fills them up.
  void list(const std::string& op, Json& operand) {
    if ((op == "_in" || op == "_nin") && !operand.empty() && !operand.back().is_null())
      while (operand.size() < std::min(std::bit_ceil(operand.size()), kMostListed))
        operand.push_back(Json(operand.back()));
    for (Json& v : operand) take(v);
  }

  void take(Json& operand) {
    if (operand.is_null()) return;
    Json hole = {{"$", values_.size()}};
    values_.push_back(std::exchange(operand, std::move(hole)));
  }

  Json& values_;
};

}  // namespace

void takeValues(const EntityTypes& entity, Json& filter, Json& values) {
  Taking(values).object(entity, filter);
}

}  // namespace tenon::graphql
