// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "auth_gate.h"
#include "host_config.h"
#include "host_routes.h"
#include "http/channels_service.h"
#include "http/http_service.h"
#include "http/server.h"
#include "kernel/files.h"
#include "services/clock/clock_service.h"
#include "services/config/config_service.h"
#include "services/events/events_service.h"
#include "services/log/log_service.h"
#include "services/metrics/metrics_service.h"
#include "services/tasks/tasks_service.h"

namespace tenon::host {

/// The running process: builds every part, starts it in order and stops it in the reverse order.
class Host {
 public:
  explicit Host(HostConfig config);
  ~Host();

  /// Loads the plugins, then listens. False when a required plugin or the address fails; the log says why.
  bool start();
  /// Answers what was accepted, then drains the plugins.
  void stop();
  std::string url() const;

  /// Looks at the configured plugins without running any of their code.
  static std::vector<PluginStatus> checkPlugins(const HostConfig& config);

 private:
  HostConfig config_;
  Descriptor logFile_;
  LogService log_;
  ConfigService configService_;
  ClockService clock_;
  EventsService events_;
  MetricsService metrics_;
  TasksService tasks_;
  Server server_;
  HttpService http_;
  ChannelsService channels_;
  PluginManager plugins_;
  AuthGate gate_;
  HostRoutes routes_;
  bool running_ = false;
};

}  // namespace tenon::host
