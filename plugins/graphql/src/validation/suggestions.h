// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenon::graphql {

/// Proposes names that a mistyped one may have meant. Bounded: a document of very many mistakes, or a type of very
/// many fields, gets no proposals any more. One document's; one thread.
class Suggestions {
 public:
  /// hidden: names must not leak.
  explicit Suggestions(bool hidden) noexcept : left_(hidden ? 0 : kMostComparisons) {}

  /// Is it worth listing `candidates` names?
  bool afford(size_t candidates) noexcept;
  /// ` Did you mean "a", "b", or "c"?`, the closest first, or nothing. subject: "the enum value", or empty.
  static std::string didYouMean(std::string_view given, std::vector<std::string_view> candidates,
                                std::string_view subject = {});
  /// The same of names that are proposed in the order in which they stand.
  static std::string didYouMean(const std::vector<std::string_view>& names, std::string_view subject);

 private:
  static constexpr size_t kMostComparisons = 20000;
  size_t left_;
};

}  // namespace tenon::graphql
