// SPDX-License-Identifier: Apache-2.0
#include "binding.h"

#include <algorithm>

#include "routes/answer.h"

namespace tenon::modeling::native {

namespace {

Value valueOf(const Json& json) {
  switch (json.type()) {
    case Json::value_t::null: return Value::null("u");
    case Json::value_t::boolean: {
      Value v = Value::null("b");
      v.kind = Value::Kind::Boolean;
      v.boolean = json.get<bool>();
      return v;
    }
    case Json::value_t::number_float: {
      Value v = Value::null("g");
      v.kind = Value::Kind::Double;
      v.number = json.get<double>();
      return v;
    }
    case Json::value_t::number_unsigned:  // past the largest signed number it is bound as its digits
      if (json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) return Value::of(dumpJson(json));
      return Value::whole("l", json.get<int64_t>());
    case Json::value_t::number_integer: return Value::whole("l", json.get<int64_t>());
    case Json::value_t::string: return Value::of(json.get<std::string>());
    default: return Value::of(dumpJson(json));
  }
}

std::vector<Value> valuesOf(const Json& json) {
  if (!json.is_array()) return {valueOf(json)};
  std::vector<Value> out;
  out.reserve(json.size());
  for (const auto& element : json) out.push_back(valueOf(element));
  return out;
}

}  // namespace

Bound bindParameters(const Statement& statement, const Dialect& dialect, const Json& parameters) {
  Invalid problems;
  std::vector<std::vector<Value>> given;
  std::vector<size_t> widths;
  const size_t most = std::min<size_t>(kMostParameters, dialect.maxParameters());
  for (const auto& name : statement.names()) {
    const auto it = parameters.find(name);
    given.emplace_back();
    if (it == parameters.end()) {
      problems.add("parameters." + name, "不能为空", "is required");
    } else if (it->is_array() && it->size() > most) {
      problems.add("parameters." + name, "不能超过 " + std::to_string(most) + " 个值",
                   "must not have more than " + std::to_string(most) + " values");
    } else {
      given.back() = valuesOf(*it);
    }
    for (const auto& v : given.back())
      if (v.text.find('\0') != std::string::npos)
        problems.add("parameters." + name, "不能包含空字符", "must not hold a zero character");
    widths.push_back(given.back().size());
  }
  problems.raise();
  size_t total = 0;
  for (const size_t place : statement.places()) total += widths[place];
  if (total > most)
    throw Invalid("parameters", "参数值总数不能超过 " + std::to_string(most),
                  "must not be more than " + std::to_string(most) + " values in all");
  Bound out{statement.render(dialect, widths), {}};
  out.values.reserve(total);
  for (const size_t place : statement.places())
    out.values.insert(out.values.end(), given[place].begin(), given[place].end());
  return out;
}

}  // namespace tenon::modeling::native
