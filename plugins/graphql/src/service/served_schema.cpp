// SPDX-License-Identifier: Apache-2.0
#include "served_schema.h"

#include <algorithm>

#include "schema/sdl.h"
#include "tenon/extras/sha256.hpp"
#include "validation/validate.h"

namespace tenon::graphql {

namespace {

constexpr size_t kCachedReads = 4096;
constexpr size_t kCachedBytes = size_t{32} << 20U;  // of documents

/// The first field that asks for the schema itself, or nullptr.
const Node* introspection(const std::vector<Node>& nodes) {
  for (const Node& n : nodes) {
    if (n.is(IntrospectionAction::Schema) || n.is(IntrospectionAction::TypeByName)) return &n;
    if (const Node* below = introspection(n.children)) return below;
  }
  return nullptr;
}

}  // namespace

ServedSchema::ServedSchema(std::shared_ptr<const ApiSchema> schema, const Data& data, std::string tenant,
                           const Settings& settings)
    : schema_(std::move(schema)),
      settings_(settings.of(tenant)),
      reads_(data, std::move(tenant), kCachedReads),
      plans_(settings.cachedDocuments, kCachedBytes) {}

std::shared_ptr<const Plan> ServedSchema::plan(std::string_view document, std::string_view operation) {
  thread_local std::string key;
  key.assign(operation).append(1, '\0').append(document);
  if (auto known = plans_.find(key)) return *known;
  auto made = make(document, operation);
  plans_.put(key, made);
  return made;
}

const std::string& ServedSchema::sdl() {
  std::call_once(sdlMade_, [this] {
    sdl_ = sdlOf(*schema_);
    version_ = sha256Hex(sdl_);
  });
  return sdl_;
}

const std::string& ServedSchema::version() {
  sdl();
  return version_;
}

std::shared_ptr<const Plan> ServedSchema::make(std::string_view text, std::string_view operation) const {
  if (text.size() > settings_.documentBytes)
    throw RequestError({ErrorType::ExecutionAborted,
                        "The document is larger than " + std::to_string(settings_.documentBytes) + " bytes: it has " +
                            std::to_string(text.size()) + ".",
                        "limit-exceeded",
                        {},
                        nullptr});
  std::shared_ptr<const Document> document;
  try {
    document = parse(std::string(text), settings_.parse);
  } catch (const TooManyTokens& e) {
    throw RequestError({ErrorType::InvalidSyntax, e.what(), "limit-exceeded", {e.location()}, nullptr});
  } catch (const SyntaxError& e) {
    throw RequestError({ErrorType::InvalidSyntax, e.what(), "parse-failed", {e.location()}, nullptr});
  }
  std::vector<GraphqlError> errors;
  for (ValidationError& e : validate(*schema_, *document, {!settings_.suggestions, 100}))
    errors.push_back(
        {ErrorType::ValidationError, std::move(e.message), "validation-failed", std::move(e.locations), nullptr});
  if (!errors.empty()) throw RequestError(std::move(errors));
  auto plan = makePlan(schema_, document, operation, settings_.plan);
  if (const Node* asks = settings_.introspection ? nullptr : introspection(plan->roots))
    throw RequestError({ErrorType::ValidationError,
                        "GraphQL introspection has been disabled, but the requested query contained the field \"" +
                            std::string(asks->definition->name) + "\".",
                        "validation-failed",
                        {locationOf(document->source(), asks->fields.front()->start)},
                        nullptr});
  return plan;
}

}  // namespace tenon::graphql
