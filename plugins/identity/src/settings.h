// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "login_guard.h"
#include "password_hasher.h"
#include "tenon/host.hpp"

namespace tenon::identity {

/// The plugin's configuration. Throws Failure(INVALID) naming the key.
struct Settings {
  explicit Settings(const Host& host);

  std::string adminPassword;        ///< empty = generated at the first start
  bool resetAdminPassword = false;  ///< a changed adminPassword replaces the stored one
  std::vector<std::string> tenants = {"default"};
  uint64_t accessMinutes = 30;
  uint64_t refreshDays = 7;
  bool secureCookie = false;  ///< set it when clients come through TLS
  HasherConfig hasher;
  LockOutConfig lockOut;
};

}  // namespace tenon::identity
