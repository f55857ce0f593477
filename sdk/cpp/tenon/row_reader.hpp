// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/rows.h>

#include "decimal.hpp"
#include "error.hpp"
#include "schema.hpp"
#include "str.hpp"

namespace tenon {

/// Reads the cells of one column of one batch. A view: valid while the batch is.
class ColumnView {
 public:
  ColumnView(const Format& format, const ArrowArray& a) noexcept
      : format_(format),
        offset_(a.offset),
        validity_(a.null_count != 0 && a.n_buffers > 0 ? static_cast<const uint8_t*>(a.buffers[0]) : nullptr),
        values_(a.n_buffers > 1 ? static_cast<const uint8_t*>(a.buffers[1]) : nullptr),
        bytes_(a.n_buffers > 2 ? static_cast<const char*>(a.buffers[2]) : nullptr) {}

  const Format& format() const noexcept { return format_; }
  bool isNull(int64_t row) const noexcept { return validity_ != nullptr && !bit(validity_, row); }
  bool boolean(int64_t row) const noexcept { return bit(values_, row); }
  /// Any integer, date, time or timestamp format, widened. Unsigned 64-bit values past INT64_MAX wrap: ask
  /// format().isUnsigned.
  int64_t i64(int64_t row) const noexcept {
    switch (format_.width) {
      case 1: return format_.isUnsigned ? int64_t{load<uint8_t>(row)} : int64_t{load<int8_t>(row)};
      case 2: return format_.isUnsigned ? int64_t{load<uint16_t>(row)} : int64_t{load<int16_t>(row)};
      case 4: return format_.isUnsigned ? int64_t{load<uint32_t>(row)} : int64_t{load<int32_t>(row)};
      default: return load<int64_t>(row);
    }
  }
  double f64(int64_t row) const noexcept {
    return format_.width == 4 ? static_cast<double>(load<float>(row)) : load<double>(row);
  }
  Int128 decimal(int64_t row) const noexcept { return load<Int128>(row); }
  std::string_view text(int64_t row) const noexcept {
    if (format_.large) {
      const auto from = load<int64_t>(row), to = load<int64_t>(row + 1);
      return {bytes_ + from, static_cast<size_t>(to - from)};
    }
    const auto from = load<int32_t>(row), to = load<int32_t>(row + 1);
    return {bytes_ + from, static_cast<size_t>(to - from)};
  }

 private:
  template <class T>
  T load(int64_t row) const noexcept {
    T v;
    std::memcpy(&v, values_ + static_cast<size_t>(row + offset_) * sizeof(T), sizeof v);
    return v;
  }
  bool bit(const uint8_t* bits, int64_t row) const noexcept {
    const auto i = static_cast<size_t>(row + offset_);
    return ((bits[i / 8] >> (i % 8)) & 1U) != 0;
  }

  Format format_;
  int64_t offset_;
  const uint8_t* validity_;
  const uint8_t* values_;
  const char* bytes_;
};

/// A batch that was received; released on destruction.
class BatchView {
 public:
  BatchView() noexcept = default;
  BatchView(BatchView&& o) noexcept : array_(std::exchange(o.array_, ArrowArray{})), columns_(std::move(o.columns_)) {}
  BatchView& operator=(BatchView&& o) noexcept {
    if (this != &o) {
      reset();
      array_ = std::exchange(o.array_, ArrowArray{});
      columns_ = std::move(o.columns_);
    }
    return *this;
  }
  BatchView(const BatchView&) = delete;
  BatchView& operator=(const BatchView&) = delete;
  ~BatchView() { reset(); }

  /// What a builder (RowBuilder) has built.
  template <class Builder>
  static BatchView of(Builder& built) {
    BatchView out;
    built.take(&out.array_);
    out.adopt(built.schema());
    return out;
  }

  int64_t rows() const noexcept { return array_.length; }
  const ColumnView& operator[](size_t column) const noexcept { return columns_[column]; }
  size_t columns() const noexcept { return columns_.size(); }
  /// Forgets all rows but the first ones.
  void keep(int64_t rows) noexcept { array_.length = rows < array_.length ? rows : array_.length; }

  /// Gives the batch away, to be released by whoever has it.
  ArrowArray release() noexcept {
    columns_.clear();
    return std::exchange(array_, ArrowArray{});
  }
  void reset() noexcept {
    if (array_.release != nullptr) array_.release(&array_);
    array_.release = nullptr;
    columns_.clear();
  }

 private:
  friend class Rows;
  /// Checks the shape that a view relies on: child count, buffers, lengths.
  void adopt(const Schema& schema) {
    columns_.clear();
    if (array_.n_children != static_cast<int64_t>(schema.size()))
      throw Failure(TENON_INTERNAL, "a batch has another number of columns than its schema");
    for (size_t i = 0; i < schema.size(); ++i) {
      const ArrowArray& c = *array_.children[i];
      const bool variable = schema.kind(i) == ColumnKind::Text || schema.kind(i) == ColumnKind::Bytes;
      if (c.n_buffers != (variable ? 3 : 2) || c.length < array_.length)
        throw Failure(TENON_INTERNAL, "a batch column does not match its format");
      columns_.emplace_back(schema.parsed(i), c);
    }
  }
  ArrowArray array_{};
  std::vector<ColumnView> columns_;
};

/// A cursor that was received; closed on destruction. One thread at a time.
///   while (rows.next()) for (int64_t r = 0; r < rows.batch().rows(); ++r) ...
class Rows {
 public:
  Rows() noexcept { clear(); }
  Rows(Rows&& o) noexcept
      : rows_(o.rows_),
        schema_(o.schema_),
        asked_(o.asked_),
        haveSchema_(o.haveSchema_),
        haveAsked_(o.haveAsked_),
        batch_(std::move(o.batch_)) {
    o.clear();
  }
  Rows& operator=(Rows&& o) noexcept {
    if (this != &o) {
      close();
      rows_ = o.rows_;
      schema_ = o.schema_;
      asked_ = o.asked_;
      haveSchema_ = o.haveSchema_;
      haveAsked_ = o.haveAsked_;
      batch_ = std::move(o.batch_);
      o.clear();
    }
    return *this;
  }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows() { close(); }

  /// For the callee to fill.
  tenon_rows* out() noexcept {
    close();
    return &rows_;
  }
  /// The schema the caller asked for, used when the driver says TENON_ROWS_AS_ASKED.
  void asked(const Schema& schema) {
    asked_ = schema;
    haveAsked_ = true;
  }
  const Schema& schema() {
    if (!haveSchema_) {
      if (haveAsked_ && (rows_.flags & TENON_ROWS_AS_ASKED) != 0) {
        schema_ = asked_;
      } else {
        ArrowSchema s{};
        Error e;
        check(rows_.schema(&rows_, &s, &e), e);
        struct Release {
          ArrowSchema* s;
          ~Release() {
            if (s->release != nullptr) s->release(s);
          }
        } release{&s};
        schema_ = Schema(s);
      }
      haveSchema_ = true;
    }
    return schema_;
  }
  /// Fetches the next batch; false after the last. Throws Failure.
  bool next() {
    schema();
    batch_.reset();
    Error e;
    if (check(rows_.next(&rows_, &batch_.array_, &e), e) == TENON_END) return false;
    batch_.adopt(schema_);
    return true;
  }
  const BatchView& batch() const noexcept { return batch_; }
  BatchView takeBatch() noexcept { return std::move(batch_); }
  /// Gives the cursor away, to be closed by whoever has it. Only before the first next().
  tenon_rows detach() noexcept {
    const tenon_rows out = rows_;
    clear();
    return out;
  }
  void close() noexcept {
    batch_.reset();
    if (rows_.close != nullptr) rows_.close(&rows_);
    clear();
  }

 private:
  void clear() noexcept {
    rows_ = tenon_rows{sizeof(tenon_rows), 0, nullptr, nullptr, nullptr, nullptr};
    haveSchema_ = haveAsked_ = false;
  }
  tenon_rows rows_{};
  Schema schema_, asked_;
  bool haveSchema_ = false, haveAsked_ = false;
  BatchView batch_;
};

}  // namespace tenon
