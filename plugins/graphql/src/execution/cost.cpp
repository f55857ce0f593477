// SPDX-License-Identifier: Apache-2.0
#include "cost.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <unordered_set>

#include "schema/cost_rules.h"

namespace tenon::graphql {

namespace {

constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();

uint64_t sum(uint64_t a, uint64_t b) noexcept {
  uint64_t out = 0;
  return __builtin_add_overflow(a, b, &out) ? kMost : out;
}
uint64_t product(uint64_t a, uint64_t b) noexcept {
  uint64_t out = 0;
  return __builtin_mul_overflow(a, b, &out) ? kMost : out;
}

/// Whatever its directives and arguments are.
bool costsNothing(const ApiSchema& schema, const Node& node) {
  return node.definition->type->named().isLeaf() && node.parent != schema.mutation();
}

/// Does a variable decide what one of them costs, or something below?
bool areVariable(const ApiSchema& schema, const std::vector<Node>& nodes) {  // as deep as the plan, which is bounded
  const auto isVariable = [](const Argument& a) {
    return isSlicing(a.name.value) && a.value.kind == ValueKind::Variable;
  };
  return std::any_of(nodes.begin(), nodes.end(), [&](const Node& n) {
    const auto arguments = n.arguments();
    return !costsNothing(schema, n) &&
           (!n.conditions.empty() || std::any_of(arguments.begin(), arguments.end(), isVariable) ||
            areVariable(schema, n.children));
  });
}

class Counting {
 public:
  Counting(const Plan& plan, const Variables& variables, uint32_t mostRows)
      : schema_(*plan.schema), variables_(variables), mostRows_(mostRows) {
    collectExports(plan.roots);
  }

  /// membersSize: of the lists that are members of a page; 0 = they are none.
  uint64_t costOf(const std::vector<Node>& nodes,
                  uint64_t membersSize) const {  // as deep as the plan, which is bounded
    uint64_t out = 0;
    for (const Node& n : nodes)
      if (isIncluded(n, variables_) || mayBeIncluded(n)) out = sum(out, costOf(n, membersSize));
    return out;
  }

 private:
  void collectExports(const std::vector<Node>& nodes) {
    for (const Node& n : nodes) {
      if (!n.hasExports) continue;
      if (!n.exportAs.empty()) exports_.insert(n.exportAs);
      collectExports(n.children);
    }
  }

  /// What the client says of a variable may be replaced by an @export.
  bool isExported(std::string_view variable) const { return exports_.contains(variable); }
  bool mayBeIncluded(const Node& node) const {
    return std::any_of(node.conditions.begin(), node.conditions.end(), [&](const auto& all) {
      return std::any_of(all.begin(), all.end(), [&](const Condition& c) { return isExported(c.variable); });
    });
  }

  uint64_t costOf(const Node& node, uint64_t membersSize) const {
    if (costsNothing(schema_, node)) return 0;
    const CostRule rule = costRuleOf(schema_, *node.parent, *node.definition);
    uint64_t size = rule.assumedSize == 0 ? 1 : sizeOf(node, rule);
    if (membersSize != 0 && isSizedByParent(*node.definition)) size = membersSize;
    const uint64_t each = sum(rule.weight, costOf(node.children, rule.sizesMembers ? size : 0));
    return rule.sizesMembers ? each : product(size, each);
  }

  /// Never 0: a list that is empty is read as well.
  uint64_t sizeOf(const Node& node, const CostRule& rule) const {
    std::optional<uint64_t> out;
    for (const Argument& a : node.arguments())
      if (isSlicing(a.name.value))
        if (const auto n = numberOf(a.value)) out = std::max(out.value_or(0), *n);
    return std::max<uint64_t>(out.value_or(rule.assumedSize), 1);
  }

  /// nullopt: it says nothing.
  std::optional<uint64_t> numberOf(const Value& v) const {
    if (v.kind == ValueKind::Int) {
      uint64_t n = 0;
      const auto r = std::from_chars(v.text.data(), v.text.data() + v.text.size(), n);
      return r.ec == std::errc() ? n : v.text.starts_with('-') ? 0 : kMost;
    }
    if (v.kind != ValueKind::Variable) return std::nullopt;
    if (isExported(v.text)) return mostRows_;
    const auto it = variables_.find(v.text);
    if (it == variables_.end() || it->second.is_null()) return std::nullopt;
    // A negative number is refused when it is read.
    return it->second.is_number_integer() ? static_cast<uint64_t>(std::max<int64_t>(it->second.get<int64_t>(), 0)) : 0;
  }

  const ApiSchema& schema_;
  const Variables& variables_;
  const uint64_t mostRows_;
  std::unordered_set<std::string_view> exports_;
};

}  // namespace

uint64_t costOf(const Plan& plan, const Variables& variables, uint32_t mostRows) {
  return plan.cost ? *plan.cost : Counting(plan, variables, mostRows).costOf(plan.roots, 0);
}

std::optional<uint64_t> constantCostOf(const Plan& plan) {
  if (areVariable(*plan.schema, plan.roots)) return std::nullopt;
  return Counting(plan, {}, 0).costOf(plan.roots, 0);
}

void refuseCost(uint64_t cost, uint32_t limit) {
  if (!isPast(cost, limit)) return;
  throw RequestError({ErrorType::ExecutionAborted,
                      "The operation costs " + std::to_string(cost) + ", more than the limit of " +
                          std::to_string(limit) + ": select fewer records or fewer lists within lists.",
                      "limit-exceeded",
                      {},
                      nullptr});
}

}  // namespace tenon::graphql
