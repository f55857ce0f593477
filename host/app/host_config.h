// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config_section.h"
#include "http/http_config.h"
#include "kernel/plugin_manager.h"
#include "services/log/log_service.h"
#include "services/tasks/tasks_service.h"

namespace tenon::host {

/// Everything an operator decides, read and checked.
struct HostConfig {
  std::filesystem::path home;  ///< absolute; data, private copies of libraries
  LogConfig log;
  std::string logFile;  ///< empty = standard error
  HttpConfig http;
  TasksConfig tasks;
  LifecycleLimits lifecycle;
  uint64_t drainGrace_ms = 500;       ///< open connections may still send a request for this long
  uint64_t drainDeadline_ms = 30000;  ///< requests in flight are cut after this
  size_t maxSeriesPerPlugin = 10000;
  std::filesystem::path clockOffsetFile;
  std::vector<PluginRequest> plugins;                       ///< the enabled ones
  std::map<std::string, Json, std::less<>> pluginSections;  ///< "config" of each
};

/// Reads `file` (JSON with comments) and the plugins.d folder it names. `programFolder`: where the running
/// binary is, for the default plugin path. `home` overrides the file's. Every mistake goes to `problems`.
HostConfig readHostConfig(const std::filesystem::path& file, const std::filesystem::path& programFolder,
                          const std::string& home, ConfigProblems& problems);

/// The "http" section.
HttpConfig readHttpConfig(ConfigSection section, const std::filesystem::path& relativeTo);

}  // namespace tenon::host
