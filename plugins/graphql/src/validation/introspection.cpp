// SPDX-License-Identifier: Apache-2.0
#include <deque>

#include "context.h"

// A type's fields have types, which have fields: a short document may ask for the schema many times over. As in the
// reference implementation, three lists in one another are refused, counted by their names alone.

namespace tenon::graphql {

namespace {

constexpr int kMostLists = 3;

bool isList(std::string_view field) noexcept {
  return field == "fields" || field == "interfaces" || field == "possibleTypes" || field == "inputFields";
}

/// How many lists lie in one another below a selection set, its fragments left open.
struct Nesting {
  int lists = 0;
  std::vector<std::pair<int, std::string_view>> spreads;  ///< a fragment, and how many lists are around it

  void look(const SelectionSet& set, int around) {  // as deep as the parser allows
    for (const Selection& s : set.selections) {
      if (s.kind == Selection::Kind::FragmentSpread) {
        spreads.emplace_back(around, s.name.value);
        continue;
      }
      const int here = around + (s.kind == Selection::Kind::Field && isList(s.name.value) ? 1 : 0);
      lists = std::max(lists, here);
      if (s.selectionSet != nullptr) look(*s.selectionSet, here);
    }
  }
};

class IntrospectionDepth {
 public:
  explicit IntrospectionDepth(ValidationContext& context) : context_(context) {}

  void check() {
    for (const Definition& d : context_.document().definitions()) {
      if (d.operation != nullptr) find(*d.operation->selectionSet);
      if (d.fragment != nullptr) find(*d.fragment->selectionSet);
    }
  }

 private:
  void find(const SelectionSet& set) {
    for (const Selection& s : set.selections) {
      const bool asks = s.kind == Selection::Kind::Field && (s.name.value == "__schema" || s.name.value == "__type");
      if (asks && s.selectionSet != nullptr && depthBelow(*s.selectionSet) >= kMostLists)
        context_.report(Rule::MaxIntrospectionDepth, "Maximum introspection depth exceeded", {s.start});
      else if (!asks && s.selectionSet != nullptr)
        find(*s.selectionSet);
    }
  }

  int depthBelow(const SelectionSet& set) {
    if (!measured_) measureFragments();
    Nesting n;
    n.look(set, 0);
    return depthOf(n);
  }

  int depthOf(const Nesting& n) {
    int depth = n.lists;
    context_.spend(n.spreads.size());
    for (const auto& [around, name] : n.spreads)
      if (const auto it = depth_.find(name); it != depth_.end()) depth = std::max(depth, around + it->second);
    return std::min(depth, kMostLists);
  }

  /// A fragment is measured again when one that it spreads has become deeper: at most three times.
  void measureFragments() {
    measured_ = true;
    std::unordered_map<std::string_view, Nesting> nestings;
    std::unordered_map<std::string_view, std::vector<std::string_view>> users;
    std::deque<std::string_view> left;
    for (const Definition& d : context_.document().definitions()) {
      if (d.fragment == nullptr) continue;
      Nesting& n = nestings[d.fragment->name.value] = {};
      n.look(*d.fragment->selectionSet, 0);
      for (const auto& [around, name] : n.spreads) users[name].push_back(d.fragment->name.value);
      left.push_back(d.fragment->name.value);
    }
    for (; !left.empty(); left.pop_front()) {
      int& known = depth_[left.front()];
      const int depth = depthOf(nestings[left.front()]);
      if (depth <= known) continue;
      known = depth;
      for (const std::string_view user : users[left.front()]) left.push_back(user);
    }
  }

  ValidationContext& context_;
  bool measured_ = false;
  std::unordered_map<std::string_view, int> depth_;  // of fragments
};

}  // namespace

void checkIntrospection(ValidationContext& context) {
  IntrospectionDepth(context).check();
}

}  // namespace tenon::graphql
