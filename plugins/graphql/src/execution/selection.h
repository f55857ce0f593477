// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "schema/entity_types.h"
#include "tenon/extras/json.hpp"

namespace tenon::graphql {

/// Bounds of what one field reads.
struct ReadLimits {
  uint32_t rows = 1000;                ///< of a list that says nothing of its size
  uint32_t mostRows = 10000;           ///< of one that does
  uint32_t pageSize = 30;              ///< of a page without a size
  uint32_t requestRows = 100000;       ///< of all fields of a request together
  uint32_t requestBytes = 64U << 20U;  ///< of their texts
};

/// What a field reads, apart from its columns: made of its arguments.
struct Selecting {
  Json filter = Json::object();
  Json sort = Json::array();
  Json distinct = Json::array();
  std::optional<int64_t> limit, offset;
  bool isCapped = false;  ///< the limit is ours: there may be more

  // Of a connection:
  bool hasCursors = false, isReversed = false;
  Json after, before;  ///< places in the order, or null
};

/// Is an argument there, and not null?
bool isGiven(const Json& arguments, const char* name);
/// A whole number within bounds. Throws FieldError.
int64_t wholeNumber(const Json& arguments, const char* name, int64_t least, int64_t most);
/// The values of "sort": a list of *_order_by.
Json sortOf(const EntityTypes& entity, const Json& sort);

/// Of the arguments where, order_by, sort, size, page, limit, offset and distinct_on. Throws FieldError.
Selecting selectingOf(const EntityTypes& entity, const Json& arguments, const ReadLimits& limits);
/// As the record API's filter, from a *_bool_exp. Throws FieldError for one that is nested too deeply.
Json filterOf(const EntityTypes& entity, const Json& where, int depth = 0);

/// The record whose identity this text is; nullopt when it can be none.
std::optional<Json> filterById(const EntityTypes& entity, const Json& id);

/// Takes the values out of a filter and leaves {"$":n} in their places, so that reads which differ in values only are
/// one read.
void takeValues(const EntityTypes& entity, Json& filter, Json& values);

}  // namespace tenon::graphql
