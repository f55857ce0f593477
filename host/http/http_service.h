// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/http.h>

#include "kernel/host_service.h"
#include "router.h"

namespace tenon::host {

/// "tenon.http/1" over a server's router.
class HttpService final : public HostService {
 public:
  static constexpr char kId[] = TENON_HTTP_ID;

  /// quiesceTimeout_ms: how long a leaving plugin's running requests are waited for.
  HttpService(Router& router, uint64_t quiesceTimeout_ms) : router_(router), quiesceTimeout_ms_(quiesceTimeout_ms) {}

  const char* id() const noexcept override { return kId; }
  const void* table() const noexcept override;
  void quiesce(PluginContext&) noexcept override;
  void withdraw(PluginContext&) noexcept override;
  Router& router() noexcept { return router_; }

  /// The functions of the table, for the host's own handlers.
  static const tenon_http_v1& functions() noexcept;

 private:
  Router& router_;
  uint64_t quiesceTimeout_ms_;
};

}  // namespace tenon::host
