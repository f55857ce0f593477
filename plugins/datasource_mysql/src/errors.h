// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cppconn/exception.h>

#include <utility>

#include "tenon/error.hpp"

namespace tenon::mysql {

/// The Failure for what the server or the client library answered. Its message never holds a bound value.
Failure failureOf(int code, const std::string& state, const std::string& message);
inline Failure failureOf(const sql::SQLException& e) {
  return failureOf(e.getErrorCode(), e.getSQLState(), e.what());
}

/// Is the session lost? The statement may or may not have been carried out.
bool isLost(int code) noexcept;

/// Runs a call of the client library; what it throws becomes a Failure.
template <class Call>
auto translated(Call&& call) {
  try {
    return call();
  } catch (const sql::SQLException& e) {
    throw failureOf(e);
  }
}

}  // namespace tenon::mysql
