// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include "tenon/extras/json.hpp"

namespace tenon::identity {

Settings::Settings(const Host& host) {
  const Json json = parseJson(host.config("").value_or("{}"));
  const auto bad = [](const std::string& key) {
    throw Failure(TENON_INVALID, "unknown or bad configuration key \"" + key + "\"");
  };
  const auto number = [&](const std::string& key, const Json& v, auto& member, uint64_t least, uint64_t most) {
    if (!v.is_number_unsigned() || v.get<uint64_t>() < least || v.get<uint64_t>() > most) bad(key);
    member = v.get<std::remove_reference_t<decltype(member)>>();
  };
  for (auto it = json.begin(); it != json.end(); ++it) {
    const std::string& key = it.key();
    const Json& v = *it;
    if (key == "adminPassword" && v.is_string())
      adminPassword = v.get<std::string>();
    else if (key == "resetAdminPassword" && v.is_boolean())
      resetAdminPassword = v.get<bool>();
    else if (key == "secureCookie" && v.is_boolean())
      secureCookie = v.get<bool>();
    else if (key == "accessMinutes")
      number(key, v, accessMinutes, 1, 1440);
    else if (key == "refreshDays")
      number(key, v, refreshDays, 1, 365);
    else if (key == "hashMemoryKib")
      number(key, v, hasher.memory_kib, 8, 4194304);
    else if (key == "hashPasses")
      number(key, v, hasher.passes, 1, 100);
    else if (key == "hashesAtOnce")
      number(key, v, hasher.atOnce, 1, 64);
    else if (key == "lockOutFailures")
      number(key, v, lockOut.failures, 1, 1000);
    else if (key == "lockOutFailuresOfAddress")
      number(key, v, lockOut.failuresOfAddress, 1, 100000);
    else if (key == "tenants" && v.is_array() && !v.empty()) {
      tenants.clear();
      for (const auto& t : v) {
        const std::string id = t.is_string() ? t.get<std::string>() : "";
        // "f" is the first segment of the platform's own paths.
        if (id.empty() || id == "f" || id.size() > 63 ||
            id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") !=
                std::string::npos)
          bad("tenants");
        tenants.push_back(id);
      }
    } else
      bad(key);
  }
}

}  // namespace tenon::identity
