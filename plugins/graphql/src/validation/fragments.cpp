// SPDX-License-Identifier: Apache-2.0
#include <unordered_set>

#include "context.h"

namespace tenon::graphql {

namespace {

/// Follows the spreads of all fragments, depth first, each fragment once. The path is kept on the heap: a chain of
/// fragments may be as long as the document.
class CycleSearch {
 public:
  explicit CycleSearch(ValidationContext& context) : context_(context) {}

  void from(const Fragment& first) {
    enter(first);
    while (!path_.empty()) {
      Step& step = path_.back();
      const auto& spreads = context_.referencesOf(step.fragment).spreads;
      if (step.next == spreads.size()) {
        place_.erase(step.fragment->name.value);
        path_.pop_back();
        continue;
      }
      const Selection* spread = spreads[step.next++];
      step.through = spread;
      if (const auto cycle = place_.find(spread->name.value); cycle != place_.end())
        report(cycle->second);
      else if (const Fragment* f = context_.fragment(spread->name.value))
        enter(*f);
    }
  }

 private:
  struct Step {
    const Fragment* fragment;
    size_t next = 0;
    const Selection* through = nullptr;
  };

  void enter(const Fragment& f) {
    if (!visited_.insert(f.name.value).second) return;
    place_[f.name.value] = path_.size();
    path_.push_back({&f});
  }

  /// The cycle begins at this place of the path, and ends where it came to.
  void report(size_t begin) {
    std::string via;
    std::vector<uint32_t> starts;
    for (size_t i = begin; i < path_.size(); ++i) {
      starts.push_back(path_[i].through->start);
      if (i + 1 < path_.size())
        via += (via.empty() ? " via \"" : ", \"") + std::string(path_[i].through->name.value) + "\"";
    }
    context_.report(
        Rule::NoFragmentCycles,
        "Cannot spread fragment \"" + std::string(path_.back().through->name.value) + "\" within itself" + via + ".",
        starts);
  }

  ValidationContext& context_;
  std::vector<Step> path_;
  std::unordered_map<std::string_view, size_t> place_;
  std::unordered_set<std::string_view> visited_;
};

}  // namespace

void checkFragments(ValidationContext& context) {
  CycleSearch search(context);
  std::unordered_set<std::string_view> used;
  for (const Definition& d : context.document().definitions()) {
    if (d.fragment != nullptr) search.from(*d.fragment);
    if (d.operation != nullptr)
      for (const Fragment* f : context.reachable(d.operation)) used.insert(f->name.value);
  }
  for (const Definition& d : context.document().definitions())
    if (d.fragment != nullptr && !used.contains(d.fragment->name.value))
      context.report(Rule::NoUnusedFragments, "Fragment \"" + std::string(d.fragment->name.value) + "\" is never used.",
                     {d.fragment->start});
}

}  // namespace tenon::graphql
