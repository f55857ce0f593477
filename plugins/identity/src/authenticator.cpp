// SPDX-License-Identifier: Apache-2.0
#include "authenticator.h"

#include <algorithm>

namespace tenon::identity {

void Authenticator::authenticate(const tenon_credentials& credentials, tenon_principal& out) {
  const auto refuse = [] { throw Failure(TENON_UNAUTHENTICATED, "").from(TENON_FROM_CALLER); };
  if (absent(credentials.bearer)) refuse();
  const std::string_view token = view(credentials.bearer);
  const int64_t now_s = host_.wallMs() / 1000;
  auto entry = cache_.find(token);
  if (!entry) {
    const auto claims = verify(token, TokenKind::Access, keys_.all(), now_s);
    if (!claims) refuse();
    entry = TokenCache::Entry{claims->userId, claims->userVersion, claims->expiresAt_s};
    cache_.put(token, *entry);
  }
  if (entry->expiresAt_s <= now_s) refuse();
  const auto user = users_.cached(entry->userId);
  if (user == nullptr || !user->enabled || user->tokenVersion != entry->userVersion) refuse();
  std::string_view tenant;
  if (!absent(credentials.tenant)) {
    tenant = view(credentials.tenant);
    if (std::find(user->tenants.begin(), user->tenants.end(), tenant) == user->tenants.end())
      throw Failure(TENON_DENIED, "").from(TENON_FROM_CALLER);
  } else if (!user->tenants.empty()) {
    tenant = user->tenants.front();
  } else {
    throw Failure(TENON_DENIED, "").from(TENON_FROM_CALLER);
  }
  copyTo(out.user_id, user->id);
  copyTo(out.user_name, user->username);
  copyTo(out.tenant_id, tenant);
}

}  // namespace tenon::identity
