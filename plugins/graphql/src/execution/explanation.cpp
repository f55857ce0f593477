// SPDX-License-Identifier: Apache-2.0
#include "explanation.h"

#include <algorithm>

namespace tenon::graphql {

namespace {

constexpr size_t kMostReads = 1000, kMostTypes = 100;

/// Response keys from the operation down to a node. False: it is not there.
bool pathTo(const Node* wanted, const std::vector<Node>& nodes, Json& path) {  // as deep as the plan, which is bounded
  for (const Node& n : nodes) {
    path.push_back(n.key);
    if (&n == wanted || pathTo(wanted, n.children, path)) return true;
    path.erase(path.size() - 1);
  }
  return false;
}

}  // namespace

void Explanation::add(const Read& read) {
  if (reads_.size() >= kMostReads) return;
  Json told = {{"datasource", read.datasource}, {"statement", read.statement}, {"values", read.types}};
  if (read.keys > 0) told["keys"] = read.keys;
  told["rows"] = read.rows;
  told["duration_us"] =
      std::chrono::duration_cast<std::chrono::microseconds>(Explanation::Clock::now() - read.begun).count();
  reads_.push_back({read.node, std::move(told)});
}

Json Explanation::json(const Plan& plan) const {
  Json out = Json::array();
  for (const Kept& read : reads_) {
    Json path = Json::array();
    pathTo(read.node, plan.roots, path);
    Json one = {{"path", std::move(path)}};
    one.update(read.told);
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<std::string_view> boundTypesOf(const Json& values) {
  std::vector<std::string_view> out;
  for (const Json& v : values) {
    if (out.size() == kMostTypes) break;
    out.push_back(v.is_string()           ? "text"
                  : v.is_number_integer() ? "integer"
                  : v.is_number()         ? "number"
                  : v.is_boolean()        ? "boolean"
                                          : "json");
  }
  return out;
}

}  // namespace tenon::graphql
