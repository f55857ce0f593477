// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "syntax.h"

namespace tenon::modeling::idl {

/// Finds where in a declaration stands what a path of validate() names, such as "fields[2].length": at the annotation
/// that says it, or else at the nearest thing around it.
class Locator {
 public:
  /// The declaration must outlive the locator.
  explicit Locator(const Declaration& declaration);
  Position find(std::string_view path) const;

 private:
  const Declaration& declaration_;
  std::vector<const Annotation*> indexes_;  ///< of a model, in their order
};

}  // namespace tenon::modeling::idl
