// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tenon/extras/json.hpp"

namespace tenon::compliance {

/// The command line, and the file that --config names:
///   {
///     "home":       "/some/folder",                           the installation's home; otherwise a temporary one
///     "plugin":     { },                                      the plugin's own configuration section
///     "datasource": { "dbKind": "x", "url": "..." },          what open() is given
///     "statements": { "rows": "...", "slow": "...", "bad": "..." },   for drivers without SQL, or to overrule
///   }
struct Options {
  bool list = false;
  std::filesystem::path library;
  std::vector<std::string> only;  ///< ids, or groups; empty = all
  std::filesystem::path junit;
  uint64_t timeout_ms = 20000;
  bool inProcess = false;

  std::string home;  ///< empty = a temporary folder
  Json plugin = Json::object();
  Json datasource;  ///< null without --config
  Json statements = Json::object();

  bool wants(const std::string& id) const;
};

/// Throws Failure with the sentence to print.
Options readOptions(int argc, char** argv);

extern const char* const kUsage;

}  // namespace tenon::compliance
