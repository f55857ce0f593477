// SPDX-License-Identifier: Apache-2.0
#include "error.h"

#include <array>

namespace tenon::graphql {

namespace {

struct Refusal {
  uint32_t reason;
  std::string_view code, message;
};
constexpr std::array<Refusal, 11> kRefusals = {
    {{TENON_REASON_UNIQUE, "constraint-violation", "the value exists already"},
     {TENON_REASON_NOT_NULL, "constraint-violation", "must not be null"},
     {TENON_REASON_FOREIGN_KEY, "constraint-violation", "a foreign key forbids it"},
     {TENON_REASON_CHECK, "constraint-violation", "a check constraint forbids it"},
     {TENON_REASON_LENGTH, "constraint-violation", "the value is too long"},
     {TENON_REASON_RANGE, "constraint-violation", "the value is out of range"},
     {TENON_REASON_TYPE, "constraint-violation", "the value is none of the column's type"},
     {TENON_REASON_READ_ONLY, "not-supported", "the database is read-only"},
     {TENON_REASON_SERIALIZATION, "conflict", "it conflicts with another change, try again"},
     {TENON_REASON_PATTERN, "validation-failed", "the regular expression is malformed"},
     {TENON_REASON_NO_SUCH_OBJECT, "conflict", "the database no longer has what the model says: sync it again"}}};

}  // namespace

std::string_view nameOf(ErrorType type) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"InvalidSyntax",
                                                      "ValidationError",
                                                      "OperationNotSupported",
                                                      "ExecutionAborted",
                                                      "NullValueInNonNullableField",
                                                      "DataFetchingException"};
  return kNames[static_cast<size_t>(type)];
}

FieldError fieldErrorOf(const Failure& f) {
  if (f.origin() == TENON_FROM_BACKEND && f.code() != TENON_INTERNAL)
    for (const Refusal& r : kRefusals)
      if (r.reason == f.reason()) {
        // A trigger that refuses a record says why, in words for whoever writes it; constraints have names.
        if (f.reason() == TENON_REASON_CHECK && f.objectKind() == TENON_OBJECT_NONE) return {f.what(), r.code};
        const bool named = f.objectKind() == TENON_OBJECT_COLUMNS || f.objectKind() == TENON_OBJECT_FIELD;
        return {named && !f.object().empty() ? std::string(f.object()) + ": " + std::string(r.message)
                                             : std::string(r.message),
                r.code};
      }
  switch (f.code()) {
    case TENON_INVALID:
      // Named by whoever looked at it, in its own words.
      if (f.origin() != TENON_FROM_CALLER) break;
      return {f.object().empty() ? std::string(f.what()) : std::string(f.object()) + " " + f.what(),
              "validation-failed"};
    case TENON_NOT_FOUND: return {f.what(), "not-found"};
    case TENON_DENIED: return {"the datasource refuses it", "permission-error"};
    case TENON_UNSUPPORTED: return {"the datasource does not support it", "not-supported"};
    case TENON_TOO_LARGE:
      if (f.origin() == TENON_FROM_CALLER) return {f.what(), "limit-exceeded"};
      return {"it is more than the database can take", "limit-exceeded"};
    case TENON_DEADLINE:
    case TENON_CANCELLED: return {"the time was up before the datasource had answered", "timeout"};
    case TENON_UNAVAILABLE: return {"the datasource is not available, try again later", kUnexpected};
    case TENON_CONFLICT: return {"it conflicts with another change, try again", "conflict"};
    default: break;
  }
  return {"an unexpected error: see the log of the host", kUnexpected};
}

}  // namespace tenon::graphql
