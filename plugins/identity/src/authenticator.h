// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/auth.h>

#include "key_store.h"
#include "token_cache.h"
#include "user_store.h"

namespace tenon::identity {

/// tenon.auth/1: whose token is it, and for which tenant? Any thread.
class Authenticator {
 public:
  Authenticator(const KeyStore& keys, UserStore& users, const Host& host)
      : keys_(keys), users_(users), host_(host), cache_(kCachedTokens) {}

  /// Throws Failure(UNAUTHENTICATED | DENIED).
  void authenticate(const tenon_credentials& credentials, tenon_principal& out);

 private:
  static constexpr size_t kCachedTokens = 20000;
  const KeyStore& keys_;
  UserStore& users_;
  const Host& host_;
  TokenCache cache_;
};

}  // namespace tenon::identity
