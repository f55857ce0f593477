// SPDX-License-Identifier: Apache-2.0
#include "tenon_plugin_manifest.h"

#include <iostream>
#include <optional>

#include "authenticator.h"
#include "routes.h"
#include "tables.h"
#include "tenon/plugin.hpp"
#include "tenon/tasks.hpp"

namespace tenon::identity {

namespace {

constexpr char kAdmin[] = "admin";
constexpr uint64_t kRefreshEvery_ms = 1000, kSweepEvery_ms = 600000;

/// What exists from start() to drain(): everything that needs the data service.
struct Running {
  Running(const Host& host, const Settings& settings)
      : data(host),
        keys(host.dataDir()),
        hasher(settings.hasher),
        users(data),
        sessions(data),
        guard(data, settings.lockOut),
        authenticator(keys, users, host),
        parts{host, settings, keys, hasher, users, sessions, guard} {}

  Data data;
  KeyStore keys;
  PasswordHasher hasher;
  UserStore users;
  SessionStore sessions;
  LoginGuard guard;
  Authenticator authenticator;
  Parts parts;
};

class Plugin {
 public:
  explicit Plugin(const tenon_host* raw) : host_(raw), settings_(host_), http_(raw), routes_(http_) {
    host_.provide(TENON_AUTH_ID, "identity", &kAuth, this);
  }

  void start() {
    running_.emplace(host_, settings_);
    running_->data.migrate(kTables);
    prepareAccounts();
    routes_.use(&running_->parts);
    refreshing_ = Timer(host_, kRefreshEvery_ms, kRefreshEvery_ms, refreshUsers, this);
    sweeping_ = Timer(host_, kSweepEvery_ms, kSweepEvery_ms, sweep, this);
  }

  void drain(uint64_t) {
    refreshing_.cancel();
    sweeping_.cancel();
    running_.reset();
  }

 private:
  void prepareAccounts() {
    auto& users = running_->users;
    for (const auto& t : settings_.tenants) users.ensureTenant(t);
    const auto admin = users.byName(kAdmin);
    if (!admin && !users.hasUsers())
      createAdmin();
    else if (admin && settings_.resetAdminPassword && !settings_.adminPassword.empty() &&
             !running_->hasher.verify(admin->passwordHash, settings_.adminPassword)) {
      users.setPassword(admin->id, running_->hasher.hash(settings_.adminPassword), admin->tokenVersion + 1);
      running_->sessions.closeAll(admin->id);
      host_.warn("the administrator's password was reset from the configuration");
    }
    if (const auto now = users.byName(kAdmin))
      for (size_t i = 0; i < settings_.tenants.size(); ++i)
        users.ensureMember(now->id, settings_.tenants[i], static_cast<int>(i));
  }

  void createAdmin() {
    const bool generated = settings_.adminPassword.empty();
    const std::string password = generated ? base64Url(randomBytes(18)) : settings_.adminPassword;
    User admin;
    admin.id = admin.username = kAdmin;
    admin.passwordHash = running_->hasher.hash(password);
    admin.tokenVersion = 1;
    running_->users.createUser(admin);
    if (generated) std::cout << "Administrator: admin  Password: " << password << "  (shown once)" << std::endl;
  }

  static void refreshUsers(void* self, const tenon_cancel*) {
    auto& p = *static_cast<Plugin*>(self);
    if (guard(nullptr, [&] { p.running_->users.refresh(); }) != TENON_OK) p.host_.warn("users could not be read again");
  }
  static void sweep(void* self, const tenon_cancel*) {
    auto& p = *static_cast<Plugin*>(self);
    guard(nullptr, [&] {
      p.running_->sessions.sweep(p.host_.wallMs());
      p.running_->guard.sweep(p.host_.wallMs());
    });
  }
  static tenon_status authenticate(void* self, const tenon_credentials* credentials, tenon_principal* out,
                                   const tenon_cancel*, tenon_error* e) {
    return guard(e, [&] {
      auto& p = *static_cast<Plugin*>(self);
      if (!TENON_HAS(tenon_credentials, credentials, peer) || !TENON_HAS(tenon_principal, out, tenant_id))
        throw Failure(TENON_INVALID, "credentials or principal too short").from(TENON_FROM_CALLER);
      if (!p.running_) throw Failure(TENON_UNAVAILABLE, "identity is not running");
      p.running_->authenticator.authenticate(*credentials, *out);
    });
  }
  static constexpr tenon_auth_v1 kAuth = {sizeof(tenon_auth_v1), 0, authenticate};

  Host host_;
  Settings settings_;
  Http http_;
  Routes routes_;
  std::optional<Running> running_;
  Timer refreshing_, sweeping_;
};

}  // namespace

}  // namespace tenon::identity

TENON_PLUGIN(tenon::identity::Plugin)
