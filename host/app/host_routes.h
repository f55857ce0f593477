// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "http/router.h"
#include "kernel/plugin_manager.h"

namespace tenon::host {

/// The host's own routes: GET /healthz (the process answers), GET /readyz (plugins run, requests are welcome)
/// and GET /api/f/plugins.
class HostRoutes {
 public:
  HostRoutes(Router& router, const PluginManager& plugins);
  void ready(bool is) noexcept { ready_.store(is); }

 private:
  std::string pluginsJson() const;
  tenon_status answerReadiness(tenon_reply* reply, tenon_error* e) const;

  Router& router_;
  const PluginManager& plugins_;
  std::atomic<bool> ready_{false};
};

}  // namespace tenon::host
