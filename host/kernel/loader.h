// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include <tenon/plugin.h>

#include "manifest.h"

namespace tenon::host {

/// A plugin whose file was checked and mapped. The library stays mapped for the life of the process.
struct LoadedPlugin {
  Manifest manifest;
  const tenon_plugin* descriptor = nullptr;
};

/// Checks `manifest` against this host, copies the library into `privateFolder` under its hash, maps the copy
/// and checks that the descriptor agrees with the manifest. Throws Failure with one sentence.
LoadedPlugin loadPlugin(Manifest manifest, const std::filesystem::path& privateFolder);

}  // namespace tenon::host
