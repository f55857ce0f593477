// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tenon::host {

/// A need or an offer: a service id and, for services that plugins offer, a name ("" = any).
struct ServiceName {
  std::string id, name;
  bool optional = false;
  uint32_t minSize = 0;  ///< of a need: bytes of the table, 0 = any
};

/// What plugin.json says: read and checked before a byte of the library is mapped.
struct Manifest {
  std::string id, version, title;
  uint32_t abiMajor = 0, abiMinor = 0;
  std::string platform;
  std::filesystem::path library;  ///< absolute
  std::string sha256;             ///< lower-case hex
  std::vector<ServiceName> needs, offers;
};

/// Reads `folder`/plugin.json. Throws Failure(INVALID) with one sentence that an operator can act on.
Manifest readManifest(const std::filesystem::path& folder);

/// "linux-x86_64": what a manifest's platform must be here.
std::string thisPlatform();

bool validPluginId(std::string_view id);

}  // namespace tenon::host
