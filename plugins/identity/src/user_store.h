// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data.h"

namespace tenon::identity {

struct User {
  std::string id, username, passwordHash;
  bool enabled = true;
  int64_t tokenVersion = 0;
  std::vector<std::string> tenants;  ///< enabled ones, the user's first in front
};

/// Users in the database, and a bounded memory of those who are asking now, so that a request need not ask the
/// database. refresh() brings the memory up to date; called every second by a timer.
class UserStore {
 public:
  explicit UserStore(const Data& data) : data_(data) {}

  /// From the database.
  std::optional<User> byName(const std::string& username) const;
  std::optional<User> byId(const std::string& id) const;
  /// From memory, else from the database. Null when there is no such user.
  std::shared_ptr<const User> cached(const std::string& id);
  void refresh();
  void forget(const std::string& id);

  void createUser(const User& user) const;
  void setPassword(const std::string& userId, const std::string& hash, int64_t tokenVersion) const;
  bool hasUsers() const;
  void ensureTenant(const std::string& id) const;
  void ensureMember(const std::string& userId, const std::string& tenant, int ordinal) const;

  struct Tenant {
    std::string id, createdAt, updatedAt;
  };
  std::vector<Tenant> tenantsOf(const std::string& userId) const;

 private:
  struct Remembered {
    std::shared_ptr<const User> user;
    std::shared_ptr<std::atomic<bool>> used;
  };
  static constexpr size_t kMostRemembered = 10000;

  std::optional<User> find(const Json& filter) const;
  std::vector<std::string> enabledTenants(const std::string& userId) const;

  const Data& data_;
  std::shared_mutex mutex_;
  std::unordered_map<std::string, Remembered> users_;
};

}  // namespace tenon::identity
