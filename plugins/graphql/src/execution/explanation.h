// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "plan.h"

namespace tenon::graphql {

/// How one operation was executed, for those who may know: each statement of its reads. One thread.
class Explanation {
 public:
  using Clock = std::chrono::steady_clock;
  /// What was read for a field, just now.
  struct Read {
    const Node* node;
    std::string_view datasource;
    std::string_view statement;
    std::vector<std::string_view> types;  ///< of the values that were bound, in their order; the first ones of many
    size_t keys;                          ///< of the level above, which were bound together
    int64_t rows;
    Clock::time_point begun;
  };
  /// Passed over when there are very many.
  void add(const Read& read);

  /// [{"path","datasource","statement","values","keys"?,"rows","duration_us"}]
  Json json(const Plan& plan) const;

 private:
  struct Kept {
    const Node* node;
    Json told;
  };
  std::vector<Kept> reads_;
};

/// How the types of bound values are named. values: an array.
std::vector<std::string_view> boundTypesOf(const Json& values);

}  // namespace tenon::graphql
