// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace tenon::host {

/// What host code logs through; served by services/log. Any thread.
class Logger {
 public:
  virtual ~Logger() = default;
  virtual bool enabled(std::string_view component, int32_t level) const noexcept = 0;
  /// level: TENON_LOG_*; fields: the text of a JSON object or empty.
  virtual void write(std::string_view component, int32_t level, std::string_view message,
                     std::string_view fieldsJson = {}) noexcept = 0;
};

/// Set by host/http around a handler, so that log lines carry the request's id. Empty outside.
inline thread_local std::string_view currentRequestId;

}  // namespace tenon::host
