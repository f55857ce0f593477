// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <tenon/log.h>

#include "kernel/host_service.h"
#include "kernel/logger.h"

namespace tenon::host {

struct LogConfig {
  bool json = false;  ///< JSON lines instead of text
  int32_t level = TENON_LOG_INFO;
  std::map<std::string, int32_t, std::less<>> levels;  ///< by component: a plugin's id, "http", "kernel"
  std::vector<std::string> secrets;                   ///< values that are masked wherever they occur
  int fd = 2;                                          ///< where lines go; borrowed
  size_t bufferBytes = size_t{4} << 20U;  ///< lines that do not fit while the reader is slow are dropped and counted
};

/// "tenon.log/1", and the log of the host itself. Writing appends to a bounded buffer; one thread carries the
/// buffer to the descriptor, so that no request waits for a slow reader.
class LogService final : public HostService, public Logger {
 public:
  static constexpr char kId[] = TENON_LOG_ID;

  explicit LogService(LogConfig config);
  ~LogService() override;  ///< everything written before is on the descriptor

  const char* id() const noexcept override { return kId; }
  const void* table() const noexcept override;
  bool enabled(std::string_view component, int32_t level) const noexcept override;
  void write(std::string_view component, int32_t level, std::string_view message,
             std::string_view fieldsJson) noexcept override;
  /// Waits until what was written so far is on the descriptor.
  void flush();
  uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

 private:
  void carry();
  void append(std::string_view line);
  std::string format(std::string_view component, int32_t level, std::string_view message,
                     std::string_view fieldsJson) const;

  LogConfig config_;
  std::mutex mutex_;
  std::condition_variable filled_, carried_;
  std::string buffer_;
  bool urgent_ = false, stop_ = false, carrying_ = false;
  std::atomic<uint64_t> dropped_{0};
  std::thread carrier_;
};

/// Does a member of this name hold a secret?
bool namesSecret(std::string_view key);

/// The text of a JSON object with the values of members whose keys name secrets replaced by "******".
std::string maskSecrets(std::string_view fieldsJson);

}  // namespace tenon::host
