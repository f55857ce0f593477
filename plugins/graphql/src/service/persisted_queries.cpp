// SPDX-License-Identifier: Apache-2.0
#include "persisted_queries.h"

#include "execution/error.h"
#include "tenon/extras/sha256.hpp"

namespace tenon::graphql {

namespace {

[[noreturn]] void refuse(const char* message, std::string_view code) {
  throw RequestError({ErrorType::ValidationError, message, code, {}, nullptr});
}

}  // namespace

PersistedQueries::Document PersistedQueries::documentOf(const std::string& query, const Json& extensions,
                                                        std::string_view tenant) {
  const auto given = extensions.find("persistedQuery");
  if (given == extensions.end() || !given->is_object()) return {query, {}};
  const Json version = given->value("version", Json()), hash = given->value("sha256Hash", Json());
  if (version != 1 || !hash.is_string()) refuse("Unsupported persisted query version", "validation-failed");
  if (entries_ == 0) refuse("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED");
  std::string key(tenant);
  key += '\0';
  key += hash.get_ref<const std::string&>();
  if (query.empty()) {
    auto known = byHash_.find(key);
    if (!known) refuse("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND");
    return {std::move(*known), {}};
  }
  if (sha256Hex(query) != hash.get_ref<const std::string&>())
    refuse("provided sha does not match query", "validation-failed");
  return {query, std::move(key)};
}

}  // namespace tenon::graphql
