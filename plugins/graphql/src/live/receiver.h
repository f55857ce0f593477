// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "execution/error.h"

namespace tenon::graphql {

/// Who hears what becomes of an operation: results in their order, and then an end. Called on any thread, one call at a
/// time, with no lock held. Functions do not block; they do nothing for a client that has gone.
class Receiver {
 public:
  virtual ~Receiver() = default;
  /// result: an execution result as JSON.
  virtual void next(std::string_view result) = 0;
  /// Nothing was executed, or it cannot go on: the end.
  virtual void refused(const std::vector<GraphqlError>& errors) = 0;
  /// The end.
  virtual void complete() = 0;
};

}  // namespace tenon::graphql
