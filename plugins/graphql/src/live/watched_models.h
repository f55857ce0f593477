// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <set>
#include <string>

#include "execution/plan.h"

namespace tenon::graphql {

/// A model of a datasource, by their names.
struct WatchedModel {
  std::string datasource, model;
  auto operator<=>(const WatchedModel&) const = default;
};
using WatchedModels = std::set<WatchedModel>;

/// Every model whose records decide what the plan answers with these variables: those of all levels, aggregates and
/// joins, and those that conditions and orders lead over. What an @export decides is taken for there.
WatchedModels watchedModels(const Plan& plan, const Variables& variables);

}  // namespace tenon::graphql
