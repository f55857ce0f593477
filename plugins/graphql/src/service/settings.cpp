// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <algorithm>
#include <iterator>

#include "tenon/extras/json.hpp"

namespace tenon::graphql {

namespace {

/// A whole number from `least` to `most`.
void read(const Json& json, const std::string& key, uint32_t& out, uint32_t least, uint32_t most) {
  if (!json.is_number_unsigned() || json.get<uint64_t>() < least || json.get<uint64_t>() > most)
    throw Failure(TENON_INVALID, "\"" + key + "\" must be a whole number from " + std::to_string(least) + " to " +
                                     std::to_string(most));
  out = json.get<uint32_t>();
}

void read(const Json& json, const std::string& key, bool& out) {
  if (!json.is_boolean()) throw Failure(TENON_INVALID, "\"" + key + "\" must be true or false");
  out = json.get<bool>();
}

void read(const Json& json, const std::string& key, SubscriptionSettings& out) {
  constexpr uint32_t kHour_ms = 3600000, kMany = 1000000, kMostBytes = 64U << 20U;
  if (!json.is_object()) throw Failure(TENON_INVALID, "\"" + key + "\" must be an object");
  struct Number {
    std::string_view name;
    uint32_t* value;
    uint32_t least, most;
  };
  const Number numbers[] = {{"interval_ms", &out.interval_ms, 0, kHour_ms},
                            {"timeout_ms", &out.timeout_ms, 1, kHour_ms},
                            {"connectionInit_ms", &out.connectionInit_ms, 1, kHour_ms},
                            {"authentication_ms", &out.authentication_ms, 1, kHour_ms},
                            {"workers", &out.workers, 1, 64},
                            {"connections", &out.connections, 0, kMany},
                            {"perConnection", &out.perConnection, 1, kMany},
                            {"perTenant", &out.perTenant, 1, kMany},
                            {"total", &out.total, 1, kMany},
                            {"messageBytes", &out.messageBytes, 1, kMostBytes},
                            {"queuedBytes", &out.queuedBytes, 1, kMostBytes}};
  for (const auto& [name, value] : json.items()) {
    const auto known =
        std::find_if(std::begin(numbers), std::end(numbers), [&](const auto& n) { return n.name == name; });
    if (known == std::end(numbers))
      throw Failure(TENON_INVALID, "unknown configuration key \"" + key + "." + name + "\"");
    read(value, key + "." + name, *known->value, known->least, known->most);
  }
}

}  // namespace

Settings::Settings(const Host& host) {
  constexpr uint32_t kMany = 1000000;
  auto requestBytes = static_cast<uint32_t>(execution.replyBytes);
  const Json json = parseJson(host.config("").value_or("{}"));
  for (const auto& [key, value] : json.items()) {
    if (key == "introspection") {
      read(value, key, introspection);
    } else if (key == "suggestions") {
      read(value, key, suggestions);
    } else if (key == "cachedDocuments") {
      read(value, key, cachedDocuments, 1, kMany);
    } else if (key == "persistedQueries") {
      read(value, key, persistedQueries, 0, kMany);
    } else if (key == "subscriptions") {
      read(value, key, subscriptions);
    } else if (key == "limits" && value.is_object()) {
      for (const auto& [name, limit] : value.items()) {
        const std::string at = "limits." + name;
        if (name == "documentBytes")
          read(limit, at, documentBytes, 1, 10 * kMany);
        else if (name == "batch")
          read(limit, at, batch, 0, 1000);
        else if (name == "tokens")
          read(limit, at, parse.tokens, 1, kMany);
        else if (name == "depth")
          read(limit, at, plan.depth, 0, 100);
        else if (name == "nodes")
          read(limit, at, plan.nodes, 0, kMany);
        else if (name == "aliases")
          read(limit, at, plan.aliases, 0, kMany);
        else if (name == "rootFields")
          read(limit, at, plan.rootFields, 0, kMany);
        else if (name == "rows")
          read(limit, at, execution.reads.rows, 1, kMany);
        else if (name == "mostRows")
          read(limit, at, execution.reads.mostRows, 1, kMany);
        else if (name == "requestRows")
          read(limit, at, execution.reads.requestRows, 1, 1000 * kMany);
        else if (name == "requestBytes")
          read(limit, at, requestBytes, 1, 1000 * kMany);
        else if (name == "joins")
          read(limit, at, execution.joins, 0, kMany);
        else
          throw Failure(TENON_INVALID, "unknown configuration key \"" + at + "\"");
      }
    } else {
      throw Failure(TENON_INVALID, "unknown or mistyped configuration key \"" + key + "\"");
    }
  }
  execution.reads.requestBytes = execution.replyBytes = requestBytes;
}

}  // namespace tenon::graphql
