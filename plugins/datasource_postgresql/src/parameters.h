// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include <string>
#include <vector>

#include <tenon/datasource.h>

#include "tenon/row_reader.hpp"

namespace tenon::postgresql {

/// Bound values as libpq takes them. They go as text, which is as fast as binary (measured), and which lets the
/// server read a value as whatever type it gives to the parameter; only bytes go as they are.
///
/// Types are told where that helps:
///   integers  int4, int8: they meet columns of every number's type, by an operator or an assignment's cast
///   floats, decimals  numeric: a decimal column is met exactly and through its index; beside a double column the
///             server turns the value into a double, which gives back the very double that it was. float8 would cut
///             what is assigned to a decimal column to 15 digits, and would spoil its index.
///   text      none: the server takes it for the type that it stands beside, be it varchar, jsonb, uuid or an enum
///   moments   timestamp: a timestamptz column compares in the session's time zone, which is this process's
class Parameters {
 public:
  /// Reads the formats of the columns; NULL = no parameters. Throws Failure for a format that is not bound.
  void describe(const ArrowSchema* schema);
  /// Adds the values of one row. The batch must outlive the statement's sending.
  void add(const ArrowArray& batch, int64_t row);
  void clear() noexcept;

  const std::vector<Oid>& types() const noexcept { return types_; }
  size_t columns() const noexcept { return types_.size(); }
  /// Of all rows added since clear().
  int count() const noexcept { return static_cast<int>(cells_.size()); }
  size_t bytes() const noexcept { return text_.size(); }
  /// libpq's arrays of count() members; valid until the next add().
  const char* const* values();
  const int* lengths() const noexcept { return lengths_.data(); }
  const int* formats() const noexcept { return formats_.data(); }

 private:
  struct Cell {
    const char* bytes;  // or NULL: in text_, at `at`
    size_t at;          // kNull = NULL
  };
  void addTemporal(const ColumnView& cell, int64_t row);
  std::vector<Format> columns_;
  std::vector<Oid> types_;
  std::string text_;  // the texts, each ended by NUL
  std::vector<Cell> cells_;
  std::vector<int> lengths_, formats_;
  std::vector<const char*> pointers_;
};

}  // namespace tenon::postgresql
