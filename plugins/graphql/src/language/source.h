// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::graphql {

/// Where something stands in a document, both from 1. A column is a UTF-16 unit, as in the reference implementation
/// and in editors.
struct Location {
  uint32_t line = 1;
  uint32_t column = 1;

  bool operator==(const Location&) const = default;
};

/// The place of a byte offset. Lines end with \n, \r or both.
Location locationOf(std::string_view source, uint32_t offset) noexcept;
/// Of several offsets, in their order; in one pass, for an error may have as many as the source has fields.
std::vector<Location> locationsOf(std::string_view source, std::span<const uint32_t> offsets);

/// The first thing in a text that is no GraphQL: "Syntax Error: ...".
class SyntaxError : public std::runtime_error {
 public:
  SyntaxError(std::string_view source, uint32_t offset, const std::string& what)
      : std::runtime_error("Syntax Error: " + what), location_(locationOf(source, offset)) {}
  Location location() const noexcept { return location_; }

 private:
  Location location_;
};

/// A text of more tokens than are allowed: it may be GraphQL.
class TooManyTokens : public SyntaxError {
 public:
  using SyntaxError::SyntaxError;
};

}  // namespace tenon::graphql
