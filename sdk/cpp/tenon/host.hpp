// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/clock.h>
#include <tenon/config.h>
#include <tenon/log.h>
#include <tenon/plugin.h>

#include "error.hpp"

namespace tenon {

/// A held service of another plugin; released on destruction. Movable, used from any thread.
template <class Table>
class Ref {
 public:
  Ref() noexcept = default;
  Ref(const tenon_host* host, tenon_ref ref) noexcept : host_(host), ref_(ref) {}
  Ref(Ref&& other) noexcept : host_(std::exchange(other.host_, nullptr)), ref_(other.ref_) {}
  Ref& operator=(Ref&& other) noexcept {
    if (this != &other) {
      reset();
      host_ = std::exchange(other.host_, nullptr);
      ref_ = other.ref_;
    }
    return *this;
  }
  Ref(const Ref&) = delete;
  Ref& operator=(const Ref&) = delete;
  ~Ref() { reset(); }

  void reset() noexcept {
    if (host_ != nullptr) host_->release(host_, &ref_);
    host_ = nullptr;
  }
  explicit operator bool() const noexcept { return host_ != nullptr; }
  const Table* operator->() const noexcept { return static_cast<const Table*>(ref_.table); }
  void* self() const noexcept { return ref_.self; }

 private:
  const tenon_host* host_ = nullptr;
  tenon_ref ref_{};
};

/// The host as C++ sees it. A cheap view; valid until the plugin's destroy returns.
class Host {
 public:
  explicit Host(const tenon_host* host) noexcept
      : host_(host),
        log_(service<tenon_log_v1>(TENON_LOG_ID, TENON_UPTO(tenon_log_v1, write))),
        config_(service<tenon_config_v1>(TENON_CONFIG_ID, TENON_UPTO(tenon_config_v1, home_dir))),
        clock_(service<tenon_clock_v1>(TENON_CLOCK_ID, TENON_UPTO(tenon_clock_v1, monotonic_ms))) {}

  const tenon_host* raw() const noexcept { return host_; }

  /// A host service, or nullptr when this host is too old for it.
  template <class Table>
  const Table* service(const char* id, uint32_t needSize) const noexcept {
    return static_cast<const Table*>(host_->service(host_, id, needSize));
  }

  /// Throws Failure when refused.
  template <class Table>
  void provide(const char* id, const char* name, const Table* table, void* self) const {
    Error e;
    check(host_->provide(host_, id, name, table, self, &e), e);
  }

  /// Throws Failure(NOT_FOUND) when nobody offers it.
  template <class Table>
  Ref<Table> acquire(const char* id, const char* name = nullptr) const {
    Error e;
    tenon_ref ref{};
    ref.size = sizeof ref;
    check(host_->acquire(host_, id, name, &ref, &e), e);
    return Ref<Table>(host_, ref);
  }

  std::vector<std::string> names(const char* id) const {
    std::vector<std::string> out;
    host_->names(
        host_, id, [](void* ctx, tenon_str n) { static_cast<std::vector<std::string>*>(ctx)->push_back(text(n)); },
        &out);
    return out;
  }

  /// One log line; `fields` is the text of a JSON object or empty.
  void log(int32_t level, std::string_view message, std::string_view fields = {}) const noexcept {
    if (log_ != nullptr && log_->enabled(host_, level) != 0)
      log_->write(host_, level, str(message), fields.empty() ? kAbsent : str(fields));
  }
  void info(std::string_view message, std::string_view fields = {}) const noexcept {
    log(TENON_LOG_INFO, message, fields);
  }
  void warn(std::string_view message, std::string_view fields = {}) const noexcept {
    log(TENON_LOG_WARN, message, fields);
  }
  void error(std::string_view message, std::string_view fields = {}) const noexcept {
    log(TENON_LOG_ERROR, message, fields);
  }

  /// JSON text at a pointer of this plugin's configuration; nullopt when it is not there.
  std::optional<std::string> config(std::string_view jsonPointer) const {
    if (config_ == nullptr) return std::nullopt;
    Error e;
    std::string out;
    const auto keep = [](void* ctx, tenon_str json) { *static_cast<std::string*>(ctx) = text(json); };
    const tenon_status status = config_->get(host_, str(jsonPointer), keep, &out, &e);
    if (status == TENON_NOT_FOUND) return std::nullopt;
    check(status, e);
    return out;
  }
  std::string dataDir() const { return directory(config_ != nullptr ? config_->data_dir : nullptr); }
  std::string homeDir() const { return directory(config_ != nullptr ? config_->home_dir : nullptr); }

  int64_t wallMs() const noexcept { return clock_->wall_ms(host_); }
  uint64_t monotonicMs() const noexcept { return clock_->monotonic_ms(host_); }

 private:
  std::string directory(tenon_status (*get)(const tenon_host*, tenon_str*, tenon_error*)) const {
    if (get == nullptr) throw Failure(TENON_UNSUPPORTED, "this host has no tenon.config/1 folders");
    Error e;
    tenon_str out{};
    check(get(host_, &out, &e), e);
    return text(out);
  }

  const tenon_host* host_;
  const tenon_log_v1* log_;
  const tenon_config_v1* config_;
  const tenon_clock_v1* clock_;
};

}  // namespace tenon
