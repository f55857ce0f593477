// SPDX-License-Identifier: Apache-2.0
#include "login_guard.h"

#include <algorithm>

namespace tenon::identity {

namespace {

/// Bounded whatever a client sends as a name.
std::string accountKey(const std::string& username, const std::string& address) {
  return "u/" + std::string(utf8Prefix(username, 127)) + "/" + address;
}
std::string addressKey(const std::string& address) {
  return "a/" + address;
}
Json byId(const std::string& id) {
  return Json{{"id", Json{{"_eq", id}}}};
}

}  // namespace

uint64_t blockAfter_ms(const LockOutConfig& config, uint32_t failures, uint32_t limit) {
  if (failures < limit) return 0;
  const uint32_t doublings = std::min(failures - limit, 20U);
  return std::min(config.firstBlock_ms << doublings, config.longestBlock_ms);
}

uint64_t LoginGuard::blockedFor_ms(const std::string& username, const std::string& address, int64_t now_ms) const {
  int64_t until = 0;
  data_.list("f_login_failure",
             Json{{"id", Json{{"_in", Json::array({accountKey(username, address), addressKey(address)})}}}},
             [&](const Schema& s, const BatchView& b, int64_t r) {
               until = std::max(until, cell(s, b, "blocked_until_ms").i64(r));
             });
  return until > now_ms ? static_cast<uint64_t>(until - now_ms) : 0;
}

void LoginGuard::count(const std::string& key, uint32_t limit, int64_t now_ms) const {
  uint32_t failures = 0;
  int64_t first = now_ms;
  bool known = false;
  data_.list("f_login_failure", byId(key), [&](const Schema& s, const BatchView& b, int64_t r) {
    known = true;
    first = cell(s, b, "first_at_ms").i64(r);
    failures = static_cast<uint32_t>(cell(s, b, "failures").i64(r));
  });
  if (now_ms - first > static_cast<int64_t>(config_.window_ms)) {
    failures = 0;
    first = now_ms;
  }
  ++failures;
  const int64_t until = now_ms + static_cast<int64_t>(blockAfter_ms(config_, failures, limit));
  RowBuilder row({{"id", "u"}, {"failures", "l"}, {"first_at_ms", "l"}, {"blocked_until_ms", "l"}});
  row.text(0, key);
  row.i64(1, failures);
  row.i64(2, first);
  row.i64(3, failures >= limit ? until : 0);
  row.endRow();
  if (known) {
    data_.update("f_login_failure", byId(key), row);
    return;
  }
  try {
    data_.insert("f_login_failure", row);
  } catch (const Failure& f) {
    if (f.reason() != TENON_REASON_UNIQUE) throw;
    data_.update("f_login_failure", byId(key), row);  // another request was first
  }
}

void LoginGuard::failed(const std::string& username, const std::string& address, int64_t now_ms) const {
  count(accountKey(username, address), config_.failures, now_ms);
  count(addressKey(address), config_.failuresOfAddress, now_ms);
}

void LoginGuard::succeeded(const std::string& username, const std::string& address) const {
  data_.remove("f_login_failure", byId(accountKey(username, address)));
}

void LoginGuard::sweep(int64_t now_ms) const {
  data_.remove(
      "f_login_failure",
      Json{{"first_at_ms", Json{{"_lt", now_ms - static_cast<int64_t>(config_.window_ms + config_.longestBlock_ms)}}}});
}

}  // namespace tenon::identity
