// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "options.h"
#include "plugin_file.h"

namespace tenon::compliance {

/// The plugin broke the rule; what() is one sentence for its author.
struct Broken : std::runtime_error {
  using runtime_error::runtime_error;
};
/// The rule is about something that this plugin does not offer.
struct NotApplicable : std::runtime_error {
  using runtime_error::runtime_error;
};

inline void require(bool kept, const std::string& otherwise) {
  if (!kept) throw Broken(otherwise);
}

/// What a check is given. It runs in a process of its own and may leave anything behind.
struct Context {
  const Options& options;
  PluginFile& plugin;
  const std::string& folder;  ///< for temporary files; removed when the check has ended, however it did
};

/// One rule. `id` is "group.name" and never changes its meaning; `rule` is the sentence that must hold.
struct Check {
  const char* id;
  const char* rule;
  void (*run)(Context&);
};

std::vector<Check> loadChecks();
std::vector<Check> descriptorChecks();
std::vector<Check> lifecycleChecks();
std::vector<Check> errorChecks();
std::vector<Check> datasourceChecks();
std::vector<Check> typeChecks();
std::vector<Check> rowChecks();
std::vector<Check> cancelChecks();

/// All of them, in the order in which they are run.
std::vector<Check> allChecks();

}  // namespace tenon::compliance
