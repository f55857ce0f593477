// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "execution/error.h"
#include "graphql_request.h"

namespace tenon::graphql {

/// The answer to one operation. application/json is the published envelope: {"errors"?,"data","dataPresent",
/// "extensions"}; the other media type is the specification's, without data where nothing was executed.
struct Answer {
  std::vector<GraphqlError> errors;
  std::string data;           ///< JSON; empty: nothing was executed
  std::string extensions;     ///< a JSON object; empty = none
  std::string cacheKey = {};  ///< of one that is kept for others; empty = it is not
  uint64_t maxAge_s = 0;      ///< for how long
};

/// Appends the answer.
void write(std::string& out, const Answer& answer, Media media);
/// Appends one error, or the list of them.
void write(std::string& out, const GraphqlError& error, Media media);
void write(std::string& out, const std::vector<GraphqlError>& errors, Media media);
/// The status that goes with it: errors of the request are 200 in the published envelope.
int32_t statusOf(const Answer& answer, Media media) noexcept;

}  // namespace tenon::graphql
