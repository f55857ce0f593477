// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <tenon/abi.h>

#include "str.hpp"

namespace tenon {

/// A tenon_error in this frame, ready to be passed to a call.
struct Error : tenon_error {
  Error() noexcept {  // members beyond `size` are filled by a failing callee; the texts must be readable before
    size = sizeof(tenon_error);
    clear();
  }
  void clear() noexcept {
    code = TENON_OK;
    origin = reason = retry_after_ms = object_kind = message_len = 0;
    vendor_code = 0;
    sqlstate[0] = object[0] = tenon_error::message[0] = '\0';
  }
  std::string_view text() const noexcept { return tenon_error::message; }
  std::string_view named() const noexcept { return object; }
};

/// What C++ code throws to fail with a status; `guard` turns it into a tenon_error at the boundary.
class Failure : public std::runtime_error {
 public:
  Failure(tenon_status code, const std::string& message) : std::runtime_error(message), code_(code) {}

  /// Rethrows what a call across the boundary answered.
  explicit Failure(const Error& e)
      : std::runtime_error(e.tenon_error::message),
        code_(e.code),
        origin_(e.origin),
        reason_(e.reason),
        vendorCode_(e.vendor_code),
        retryAfterMs_(e.retry_after_ms),
        objectKind_(e.object_kind),
        sqlstate_(e.sqlstate),
        object_(e.object) {}

  Failure&& from(uint32_t origin) && { return origin_ = origin, std::move(*this); }
  Failure&& because(uint32_t reason, int32_t vendorCode = 0) && {
    reason_ = reason;
    vendorCode_ = vendorCode;
    return std::move(*this);
  }
  Failure&& naming(uint32_t kind, std::string object) && {
    objectKind_ = kind;
    object_ = std::move(object);
    return std::move(*this);
  }
  Failure&& retryAfter(uint32_t ms) && { return retryAfterMs_ = ms, std::move(*this); }
  Failure&& state(std::string sqlstate) && { return sqlstate_ = std::move(sqlstate), std::move(*this); }

  tenon_status code() const noexcept { return code_; }
  uint32_t origin() const noexcept { return origin_; }
  uint32_t reason() const noexcept { return reason_; }
  int32_t vendorCode() const noexcept { return vendorCode_; }
  uint32_t retryAfterMs() const noexcept { return retryAfterMs_; }
  uint32_t objectKind() const noexcept { return objectKind_; }
  const std::string& object() const noexcept { return object_; }

  tenon_status fill(tenon_error* e) const noexcept;

 private:
  tenon_status code_;
  uint32_t origin_ = TENON_FROM_PLUGIN;
  uint32_t reason_ = TENON_REASON_NONE;
  int32_t vendorCode_ = 0;
  uint32_t retryAfterMs_ = 0;
  uint32_t objectKind_ = TENON_OBJECT_NONE;
  std::string sqlstate_, object_;
};

/// Fills the caller's error under the caller's size; `e` may be NULL. Answers `code`.
inline tenon_status fail(tenon_error* e, tenon_status code, std::string_view message,
                         uint32_t origin = TENON_FROM_PLUGIN) noexcept {
  if (!TENON_HAS(tenon_error, e, message)) return code;
  e->code = code;
  e->origin = origin;
  e->reason = e->retry_after_ms = 0;
  e->vendor_code = 0;
  e->sqlstate[0] = '\0';
  e->object_kind = TENON_OBJECT_NONE;
  e->object[0] = '\0';
  e->message_len = static_cast<uint32_t>(message.size());
  copyTo(e->message, message);
  return code;
}

inline tenon_status Failure::fill(tenon_error* e) const noexcept {
  fail(e, code_, what(), origin_);
  if (!TENON_HAS(tenon_error, e, message)) return code_;
  e->reason = reason_;
  e->vendor_code = vendorCode_;
  e->retry_after_ms = retryAfterMs_;
  e->object_kind = objectKind_;
  copyTo(e->sqlstate, sqlstate_);
  copyTo(e->object, object_);
  return code_;
}

/// Runs a body that answers tenon_status (or nothing = OK); no exception leaves it.
template <class Body>
tenon_status guard(tenon_error* e, Body&& body) noexcept {
  try {
    if constexpr (std::is_void_v<decltype(body())>) {
      body();
      return TENON_OK;
    } else {
      return body();
    }
  } catch (const Failure& f) {
    return f.fill(e);
  } catch (const std::bad_alloc&) {
    return fail(e, TENON_UNAVAILABLE, "out of memory");
  } catch (const std::exception& x) {
    return fail(e, TENON_INTERNAL, x.what());
  } catch (...) {
    return fail(e, TENON_INTERNAL, "unknown exception");
  }
}

/// Throws what a call across the boundary answered, unless it is OK or END. Answers the status.
inline tenon_status check(tenon_status status, const Error& e) {
  if (status != TENON_OK && status != TENON_END) throw Failure(e);
  return status;
}

}  // namespace tenon
