// SPDX-License-Identifier: Apache-2.0
#include "auth_gate.h"

#include "tenon/error.hpp"

namespace tenon::host {

bool AuthGate::open() {
  ref_ = {};
  ref_.size = sizeof ref_;
  if (!registry_.offered(TENON_AUTH_ID, nullptr)) return false;
  registry_.acquire(TENON_AUTH_ID, nullptr, &ref_);
  return true;
}

void AuthGate::close() noexcept {
  ServiceRegistry::release(&ref_);
}

tenon_status AuthGate::authenticate(const tenon_credentials& credentials, tenon_principal& out,
                                    const tenon_cancel* cancel, tenon_error* e) {
  return static_cast<const tenon_auth_v1*>(ref_.table)->authenticate(ref_.self, &credentials, &out, cancel, e);
}

}  // namespace tenon::host
