// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/auth.h>

#include "http/server_core.h"
#include "kernel/service_registry.h"

namespace tenon::host {

/// Asks the plugin that offers tenon.auth/1. Holds it from open() to close(), both on the wiring thread while
/// no request runs.
class AuthGate final : public Authenticator {
 public:
  explicit AuthGate(ServiceRegistry& registry) : registry_(registry) {}
  ~AuthGate() override { close(); }

  /// False when nobody offers it: protected routes then answer 503.
  bool open();
  void close() noexcept;
  tenon_status authenticate(const tenon_credentials& credentials, tenon_principal& out, const tenon_cancel* cancel,
                            tenon_error* e) override;

 private:
  ServiceRegistry& registry_;
  tenon_ref ref_{};
};

}  // namespace tenon::host
