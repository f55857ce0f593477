// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "key_store.h"
#include "login_guard.h"
#include "password_hasher.h"
#include "session_store.h"
#include "settings.h"
#include "tenon/http.hpp"
#include "user_store.h"

namespace tenon::identity {

/// What the routes work with, once the plugin has started.
struct Parts {
  const Host& host;
  const Settings& settings;
  const KeyStore& keys;
  PasswordHasher& hasher;
  UserStore& users;
  SessionStore& sessions;
  LoginGuard& guard;
};

/// /api/f/auth/** and /api/f/tenants
class Routes {
 public:
  explicit Routes(Http& http);
  /// Before the first request.
  void use(const Parts* parts) noexcept { parts_ = parts; }

 private:
  void login(Request&, Reply&, const tenon_cancel*);
  void refresh(Request&, Reply&, const tenon_cancel*);
  void whoami(Request&, Reply&, const tenon_cancel*);
  void logout(Request&, Reply&, const tenon_cancel*);
  void tenants(Request&, Reply&, const tenon_cancel*);
  void answerSession(Reply& reply, const User& user, const std::string& session, int64_t sequence) const;
  std::string sessionBody(const User& user, std::string_view token) const;
  std::string cookie(std::string_view value, uint64_t maxAge_s) const;

  const Parts* parts_ = nullptr;
};

/// The value of a cookie in a Cookie header; empty when it is not there.
std::string_view cookieValue(std::string_view header, std::string_view name);

}  // namespace tenon::identity
