// SPDX-License-Identifier: Apache-2.0
#include "user_store.h"

#include <algorithm>

#include "tenon/temporal.hpp"

namespace tenon::identity {

namespace {

Json equals(const char* field, const std::string& value) {
  return Json{{field, Json{{"_eq", value}}}};
}

std::string timeAt(const ColumnView& c, int64_t row) {
  std::string out;
  if (!c.isNull(row)) appendDateTime(out, c.i64(row) * (1000000 / c.format().ticksPerSecond));
  return out;
}

}  // namespace

std::vector<std::string> UserStore::enabledTenants(const std::string& userId) const {
  std::vector<std::string> memberships, out;
  data_.list(
      "f_user_tenant", equals("user_id", userId),
      [&](const Schema& s, const BatchView& b, int64_t r) { memberships.emplace_back(cell(s, b, "tenant").text(r)); },
      "ordinal,id");
  if (memberships.empty()) return out;
  Json ids = Json::array();
  for (const auto& m : memberships) ids.push_back(m);
  std::vector<std::string> enabled;
  data_.list("f_tenant", Json{{"id", Json{{"_in", ids}}}, {"enabled", Json{{"_eq", true}}}},
             [&](const Schema& s, const BatchView& b, int64_t r) { enabled.emplace_back(cell(s, b, "id").text(r)); });
  for (const auto& m : memberships)
    if (std::find(enabled.begin(), enabled.end(), m) != enabled.end()) out.push_back(m);
  return out;
}

std::optional<User> UserStore::find(const Json& filter) const {
  std::optional<User> user;
  data_.list("f_user", filter, [&](const Schema& s, const BatchView& b, int64_t r) {
    user.emplace();
    user->id = cell(s, b, "id").text(r);
    user->username = cell(s, b, "username").text(r);
    user->passwordHash = cell(s, b, "password_hash").text(r);
    user->enabled = cell(s, b, "enabled").boolean(r);
    user->tokenVersion = cell(s, b, "token_version").i64(r);
  });
  if (user) user->tenants = enabledTenants(user->id);
  return user;
}

std::optional<User> UserStore::byName(const std::string& username) const {
  return find(equals("username", username));
}
std::optional<User> UserStore::byId(const std::string& id) const {
  return find(equals("id", id));
}

std::shared_ptr<const User> UserStore::cached(const std::string& id) {
  {
    const std::shared_lock lock(mutex_);
    const auto it = users_.find(id);
    if (it != users_.end()) {
      it->second.used->store(true, std::memory_order_relaxed);
      return it->second.user;
    }
  }
  auto found = byId(id);
  if (!found) return nullptr;
  auto user = std::make_shared<const User>(std::move(*found));
  const std::unique_lock lock(mutex_);
  if (users_.size() >= kMostRemembered) users_.erase(users_.begin());
  users_[id] = {user, std::make_shared<std::atomic<bool>>(true)};
  return user;
}

void UserStore::refresh() {
  std::vector<std::string> asked;
  {
    const std::unique_lock lock(mutex_);
    for (auto it = users_.begin(); it != users_.end();) {
      if (it->second.used->exchange(false)) {
        asked.push_back(it->first);
        ++it;
      } else {
        it = users_.erase(it);  // nobody asked for a second: the next request reads it anew
      }
    }
  }
  for (const auto& id : asked) {
    auto user = byId(id);
    const std::unique_lock lock(mutex_);
    const auto it = users_.find(id);
    if (it == users_.end()) continue;
    if (user)
      it->second.user = std::make_shared<const User>(std::move(*user));
    else
      users_.erase(it);
  }
}

void UserStore::forget(const std::string& id) {
  const std::unique_lock lock(mutex_);
  users_.erase(id);
}

bool UserStore::hasUsers() const {
  bool any = false;
  data_.list("f_user", Json::object(), [&](const Schema&, const BatchView&, int64_t) { any = true; });
  return any;
}

void UserStore::createUser(const User& user) const {
  RowBuilder row({{"id", "u"}, {"username", "u"}, {"password_hash", "u"}, {"enabled", "b"}, {"token_version", "l"}});
  row.text(0, user.id);
  row.text(1, user.username);
  row.text(2, user.passwordHash);
  row.boolean(3, user.enabled);
  row.i64(4, user.tokenVersion);
  row.endRow();
  data_.insert("f_user", row);
}

void UserStore::setPassword(const std::string& userId, const std::string& hash, int64_t tokenVersion) const {
  RowBuilder row({{"password_hash", "u"}, {"token_version", "l"}});
  row.text(0, hash);
  row.i64(1, tokenVersion);
  row.endRow();
  data_.update("f_user", equals("id", userId), row);
}

void UserStore::ensureTenant(const std::string& id) const {
  bool known = false;
  data_.list("f_tenant", equals("id", id), [&](const Schema&, const BatchView&, int64_t) { known = true; });
  if (known) return;
  RowBuilder row({{"id", "u"}, {"enabled", "b"}});
  row.text(0, id);
  row.boolean(1, true);
  row.endRow();
  data_.insert("f_tenant", row);
}

void UserStore::ensureMember(const std::string& userId, const std::string& tenant, int ordinal) const {
  const std::string id = userId + "/" + tenant;
  bool known = false;
  data_.list("f_user_tenant", equals("id", id), [&](const Schema&, const BatchView&, int64_t) { known = true; });
  if (known) return;
  RowBuilder row({{"id", "u"}, {"user_id", "u"}, {"tenant", "u"}, {"ordinal", "l"}});
  row.text(0, id);
  row.text(1, userId);
  row.text(2, tenant);
  row.i64(3, ordinal);
  row.endRow();
  data_.insert("f_user_tenant", row);
}

std::vector<UserStore::Tenant> UserStore::tenantsOf(const std::string& userId) const {
  const auto mine = enabledTenants(userId);
  Json ids = Json::array();
  for (const auto& t : mine) ids.push_back(t);
  std::vector<Tenant> out;
  data_.list("f_tenant", Json{{"id", Json{{"_in", ids}}}}, [&](const Schema& s, const BatchView& b, int64_t r) {
    out.push_back({std::string(cell(s, b, "id").text(r)), timeAt(cell(s, b, "created_at"), r),
                   timeAt(cell(s, b, "updated_at"), r)});
  });
  // The user's own order: clients take the first.
  std::sort(out.begin(), out.end(), [&](const Tenant& a, const Tenant& b) {
    return std::find(mine.begin(), mine.end(), a.id) < std::find(mine.begin(), mine.end(), b.id);
  });
  return out;
}

}  // namespace tenon::identity
