// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "language/source.h"
#include "tenon/error.hpp"
#include "tenon/extras/json.hpp"

namespace tenon::graphql {

/// What an error is about (errorType of the published envelope).
enum class ErrorType : uint8_t {
  InvalidSyntax,
  ValidationError,
  OperationNotSupported,
  ExecutionAborted,
  NullValueInNonNullableField,
  DataFetchingException
};
std::string_view nameOf(ErrorType type) noexcept;

/// One entry of `errors`.
struct GraphqlError {
  ErrorType type = ErrorType::DataFetchingException;
  std::string message;
  std::string_view code;  ///< extensions.code: a literal
  std::vector<Location> locations;
  Json path;  ///< response keys and positions, or null
};

/// extensions.code of what nobody foresaw: it is in the host's log.
inline constexpr std::string_view kUnexpected = "unexpected";

/// Ends the request: nothing of it is executed, or goes on.
class RequestError : public std::runtime_error {
 public:
  explicit RequestError(GraphqlError error) : std::runtime_error(error.message), errors_{std::move(error)} {}
  explicit RequestError(std::vector<GraphqlError> errors)
      : std::runtime_error(errors.empty() ? "" : errors.front().message), errors_(std::move(errors)) {}
  const std::vector<GraphqlError>& errors() const noexcept { return errors_; }

 private:
  std::vector<GraphqlError> errors_;
};

/// Makes one field null. The message may be shown.
class FieldError : public std::runtime_error {
 public:
  FieldError(const std::string& message, std::string_view code) : std::runtime_error(message), code_(code) {}
  std::string_view code() const noexcept { return code_; }

 private:
  std::string_view code_;
};

/// What a client may know of a failure of another plugin: never SQL.
FieldError fieldErrorOf(const Failure& failure);

}  // namespace tenon::graphql
