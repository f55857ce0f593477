// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace tenon::graphql {

namespace {

constexpr uint32_t kMany = 1000000, kHour_ms = 3600000;
constexpr size_t kMostTenants = 10000;
constexpr size_t kLongestName = 63;  // of a tenant, as a principal has it

/// A limit by its name in the configuration.
struct Limit {
  std::string_view name;
  uint32_t& (*of)(TenantSettings&);
  uint32_t least, most;
};
constexpr std::array<Limit, 16> kLimits = {
    {{"documentBytes", [](TenantSettings& s) -> uint32_t& { return s.documentBytes; }, 1, 10 * kMany},
     {"tokens", [](TenantSettings& s) -> uint32_t& { return s.parse.tokens; }, 1, kMany},
     {"depth", [](TenantSettings& s) -> uint32_t& { return s.plan.depth; }, 0, 100},
     {"nodes", [](TenantSettings& s) -> uint32_t& { return s.plan.nodes; }, 0, kMany},
     {"aliases", [](TenantSettings& s) -> uint32_t& { return s.plan.aliases; }, 0, kMany},
     {"rootFields", [](TenantSettings& s) -> uint32_t& { return s.plan.rootFields; }, 0, kMany},
     {"rows", [](TenantSettings& s) -> uint32_t& { return s.execution.reads.rows; }, 1, kMany},
     {"mostRows", [](TenantSettings& s) -> uint32_t& { return s.execution.reads.mostRows; }, 1, kMany},
     {"requestRows", [](TenantSettings& s) -> uint32_t& { return s.execution.reads.requestRows; }, 1, 1000 * kMany},
     {"requestBytes", [](TenantSettings& s) -> uint32_t& { return s.execution.reads.requestBytes; }, 1, 1000 * kMany},
     {"joins", [](TenantSettings& s) -> uint32_t& { return s.execution.joins; }, 0, kMany},
     {"batch", [](TenantSettings& s) -> uint32_t& { return s.batch; }, 0, 1000},
     {"cost", [](TenantSettings& s) -> uint32_t& { return s.cost; }, 0, 1000 * kMany},
     {"timeout_ms", [](TenantSettings& s) -> uint32_t& { return s.timeout_ms; }, 0, kHour_ms},
     {"requestsPerSecond", [](TenantSettings& s) -> uint32_t& { return s.rates.requestsPerSecond; }, 0, kMany},
     {"costPerSecond", [](TenantSettings& s) -> uint32_t& { return s.rates.costPerSecond; }, 0, 1000 * kMany}}};

[[noreturn]] void refuse(const std::string& key, const std::string& what) {
  throw Failure(TENON_INVALID, "\"" + key + "\" " + what);
}

/// A whole number from `least` to `most`.
void read(const Json& json, const std::string& key, uint32_t& out, uint32_t least, uint32_t most) {
  if (!json.is_number_unsigned() || json.get<uint64_t>() < least || json.get<uint64_t>() > most)
    refuse(key, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  out = json.get<uint32_t>();
}

void read(const Json& json, const std::string& key, bool& out) {
  if (!json.is_boolean()) refuse(key, "must be true or false");
  out = json.get<bool>();
}

void read(const Json& json, const std::string& key, SubscriptionSettings& out) {
  constexpr uint32_t kMostBytes = 64U << 20U;
  if (!json.is_object()) refuse(key, "must be an object");
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

/// False: there is no limit of that name.
bool readLimit(const std::string& name, const Json& value, const std::string& key, TenantSettings& out) {
  const auto* const it = std::find_if(kLimits.begin(), kLimits.end(), [&](const Limit& l) { return l.name == name; });
  if (it == kLimits.end()) return false;
  read(value, key, it->of(out), it->least, it->most);
  return true;
}

/// What is no limit. False: there is no such key.
bool readSwitch(const std::string& name, const Json& value, const std::string& key, TenantSettings& out) {
  bool* const place = name == "introspection" ? &out.introspection
                      : name == "suggestions" ? &out.suggestions
                      : name == "trustedOnly" ? &out.trustedOnly
                                              : nullptr;
  if (place != nullptr) read(value, key, *place);
  return place != nullptr;
}

std::vector<std::string> readNames(const Json& json, const std::string& key) {
  std::vector<std::string> out;
  const auto isName = [](const Json& n) { return n.is_string() && !n.get_ref<const std::string&>().empty(); };
  if (!json.is_array() || !std::all_of(json.begin(), json.end(), isName)) refuse(key, "must be a list of names");
  for (const Json& name : json) out.push_back(name.get<std::string>());
  return out;
}

void readTenant(const Json& json, const std::string& key, TenantSettings& out) {
  if (!json.is_object()) refuse(key, "must be an object");
  for (const auto& [name, value] : json.items()) {
    const std::string at = key + "." + name;
    if (!readSwitch(name, value, at, out) && !readLimit(name, value, at, out))
      throw Failure(TENON_INVALID, "unknown configuration key \"" + at + "\"");
  }
}

}  // namespace

Settings::Settings(const Host& host) {
  const Json json = parseJson(host.config("").value_or("{}"));
  const Json* ofTenants = nullptr;
  for (const auto& [key, value] : json.items()) {
    if (readSwitch(key, value, key, *this)) continue;
    if (key == "graphiql") {
      read(value, key, graphiql);
    } else if (key == "cachedDocuments") {
      read(value, key, cachedDocuments, 1, kMany);
    } else if (key == "persistedQueries") {
      read(value, key, persistedQueries, 0, kMany);
    } else if (key == "subscriptions") {
      read(value, key, subscriptions);
    } else if (key == "slow_ms") {
      read(value, key, slow_ms, 0, kHour_ms);
    } else if (key == "cacheBytes") {
      read(value, key, cacheBytes, 0, 4000 * kMany);
    } else if (key == "trustedDocuments" && value.is_string()) {
      trustedDocuments = value.get<std::string>();
    } else if (key == "administrators") {
      administrators = readNames(value, key);
    } else if (key == "tenants" && value.is_object()) {
      ofTenants = &value;
    } else if (key == "limits" && value.is_object()) {
      for (const auto& [name, limit] : value.items())
        if (!readLimit(name, limit, "limits." + name, *this))
          throw Failure(TENON_INVALID, "unknown configuration key \"limits." + name + "\"");
    } else {
      throw Failure(TENON_INVALID, "unknown or mistyped configuration key \"" + key + "\"");
    }
  }
  // Wherever it stands: a tenant has what holds for all, but for what it says itself.
  if (ofTenants != nullptr) readTenants(*ofTenants);
  checkTrust();
}

void Settings::readTenants(const Json& json) {
  if (json.size() > kMostTenants) refuse("tenants", "must not have more than " + std::to_string(kMostTenants));
  for (const auto& [tenant, value] : json.items()) {
    if (tenant.empty() || tenant.size() > kLongestName)
      refuse("tenants", "must have names of 1 to " + std::to_string(kLongestName) + " bytes");
    TenantSettings& own = tenants.emplace(tenant, static_cast<const TenantSettings&>(*this)).first->second;
    readTenant(value, "tenants." + tenant, own);
  }
}

void Settings::checkTrust() const {
  const bool isAny = trustedOnly || std::any_of(tenants.begin(), tenants.end(),
                                                [](const auto& tenant) { return tenant.second.trustedOnly; });
  if (isAny && trustedDocuments.empty()) refuse("trustedOnly", "needs \"trustedDocuments\"");
}

bool Settings::isAdministrator(std::string_view userName) const {
  return std::find(administrators.begin(), administrators.end(), userName) != administrators.end();
}

}  // namespace tenon::graphql
