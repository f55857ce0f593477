// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/extras/json.hpp"
#include "tenon/http.hpp"

namespace tenon::graphql {

/// What a client sends: GraphQL over HTTP.
struct GraphqlRequest {
  std::string query, operationName;
  std::string documentId;  ///< of a trusted document, instead of the query
  Json variables = Json::object(), extensions = Json::object();
};

/// A request that is none: answered with this status.
class BadRequest : public std::runtime_error {
 public:
  BadRequest(int32_t status, const std::string& message, std::string_view code = "parse-failed")
      : std::runtime_error(message), status_(status), code_(code) {}
  int32_t status() const noexcept { return status_; }
  std::string_view code() const noexcept { return code_; }  ///< extensions.code

 private:
  int32_t status_;
  std::string_view code_;
};

/// Of the parameters of a GET, whose variables and extensions are JSON texts. Throws BadRequest.
GraphqlRequest readQuery(const Request& request);
/// Of a body: one, or a list of up to `most`. Throws BadRequest, also for a media type that a page of another origin
/// could send without being asked.
struct GraphqlRequests {
  std::vector<GraphqlRequest> list;
  bool isBatch = false;
};
GraphqlRequests readBody(const Request& request, size_t most);

/// application/json, and application/graphql-response+json.
enum class Media : uint8_t { Json, Response };
/// What a client takes, by its Accept. nullopt: neither.
std::optional<Media> accepted(std::optional<std::string_view> accept);
std::string_view nameOf(Media media) noexcept;
/// Does a client prefer text/event-stream to those, by its Accept?
bool prefersEvents(std::optional<std::string_view> accept);

}  // namespace tenon::graphql
