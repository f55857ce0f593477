// SPDX-License-Identifier: Apache-2.0
#include "session_store.h"

#include "jwt.h"
#include "key_store.h"

namespace tenon::identity {

namespace {
Json equals(const char* field, const std::string& value) {
  return Json{{field, Json{{"_eq", value}}}};
}
}  // namespace

std::string SessionStore::open(const std::string& userId, int64_t now_ms, int64_t expiresAt_ms) const {
  const std::string id = base64Url(randomBytes(24));
  RowBuilder row({{"id", "u"}, {"user_id", "u"}, {"sequence", "l"}, {"rotated_at_ms", "l"}, {"expires_at_ms", "l"}});
  row.text(0, id);
  row.text(1, userId);
  row.i64(2, 1);
  row.i64(3, now_ms);
  row.i64(4, expiresAt_ms);
  row.endRow();
  data_.insert("f_session", row);
  return id;
}

std::optional<int64_t> SessionStore::rotate(const std::string& session, int64_t sequence, int64_t now_ms,
                                            int64_t expiresAt_ms) const {
  int64_t current = 0, rotated = 0, expires = 0;
  data_.list("f_session", equals("id", session), [&](const Schema& s, const BatchView& b, int64_t r) {
    current = cell(s, b, "sequence").i64(r);
    rotated = cell(s, b, "rotated_at_ms").i64(r);
    expires = cell(s, b, "expires_at_ms").i64(r);
  });
  if (current == 0 || expires <= now_ms) return std::nullopt;
  if (sequence == current - 1 && now_ms - rotated <= kGrace_ms) return current;
  if (sequence != current) {
    close(session);
    return std::nullopt;
  }
  RowBuilder row({{"sequence", "l"}, {"rotated_at_ms", "l"}, {"expires_at_ms", "l"}});
  row.i64(0, current + 1);
  row.i64(1, now_ms);
  row.i64(2, expiresAt_ms);
  row.endRow();
  // Only one of two who refresh at once moves it on; the other is within the grace.
  data_.update("f_session", Json{{"id", Json{{"_eq", session}}}, {"sequence", Json{{"_eq", current}}}}, row);
  return current + 1;
}

void SessionStore::close(const std::string& session) const {
  data_.remove("f_session", equals("id", session));
}
void SessionStore::closeAll(const std::string& userId) const {
  data_.remove("f_session", equals("user_id", userId));
}
void SessionStore::sweep(int64_t now_ms) const {
  data_.remove("f_session", Json{{"expires_at_ms", Json{{"_lt", now_ms}}}});
}

}  // namespace tenon::identity
