// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include <tenon/config.h>

#include "kernel/host_service.h"
#include "tenon/extras/json.hpp"

namespace tenon::host {

/// "tenon.config/1": each plugin sees its own section, and owns a folder under `home`/data.
class ConfigService final : public HostService {
 public:
  static constexpr char kId[] = TENON_CONFIG_ID;

  ConfigService(std::filesystem::path home, std::map<std::string, Json, std::less<>> sections)
      : home_(home.string()), data_(home / "data"), sections_(std::move(sections)) {}

  const char* id() const noexcept override { return kId; }
  const void* table() const noexcept override;

  /// Throws Failure(NOT_FOUND | INVALID).
  std::string get(const std::string& plugin, std::string_view jsonPointer) const;
  /// Created 0700 on first call; the text lives as long as the service.
  const std::string& dataDir(const std::string& plugin);
  const std::string& homeDir() const noexcept { return home_; }

 private:
  std::string home_;
  std::filesystem::path data_;
  std::map<std::string, Json, std::less<>> sections_;
  std::mutex mutex_;
  std::map<std::string, std::string> folders_;
};

}  // namespace tenon::host
