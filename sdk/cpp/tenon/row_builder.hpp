// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/rows.h>

#include "decimal.hpp"
#include "error.hpp"
#include "schema.hpp"

namespace tenon {

namespace detail {

/// A growable malloc'ed run of bytes; 16-byte aligned, kept between batches.
class Bytes {
 public:
  Bytes() noexcept = default;
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  Bytes(Bytes&& o) noexcept : data_(std::exchange(o.data_, nullptr)), size_(o.size_), capacity_(o.capacity_) {}
  ~Bytes() { std::free(data_); }

  uint8_t* grow(size_t n) {
    if (size_ + n > capacity_) [[unlikely]]
      reserve(size_ + n);
    uint8_t* at = data_ + size_;
    size_ += n;
    return at;
  }
  template <class T>
  void push(T v) {
    std::memcpy(grow(sizeof v), &v, sizeof v);
  }
  void clear() noexcept { size_ = 0; }
  uint8_t* data() noexcept { return data_; }
  const uint8_t* data() const noexcept { return data_; }
  size_t size() const noexcept { return size_; }
  size_t capacity() const noexcept { return capacity_; }

 private:
  void reserve(size_t need) {
    size_t to = capacity_ < 64 ? 64 : capacity_ * 2;
    if (to < need) to = need;
    auto* p = static_cast<uint8_t*>(std::realloc(data_, to));
    if (p == nullptr) throw std::bad_alloc();
    data_ = p;
    capacity_ = to;
  }
  uint8_t* data_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
};

struct BatchColumn {
  Bytes data, offsets, validity;
  int64_t nulls = 0;
  const void* buffers[3] = {};
};

struct BatchPool;

/// The memory of one batch, with the Arrow structs that describe it.
struct Batch {
  std::vector<BatchColumn> columns;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
  const void* top[1] = {nullptr};
  std::shared_ptr<BatchPool> home;  // set while the batch is out
};

/// Batches come back here from whichever thread releases them.
struct BatchPool {
  std::mutex mutex;
  std::vector<std::unique_ptr<Batch>> idle;
  static constexpr size_t kKeep = 4;
  static constexpr size_t kKeepBytes = size_t{4} << 20U;

  std::unique_ptr<Batch> take(size_t columns) {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        auto b = std::move(idle.back());
        idle.pop_back();
        return b;
      }
    }
    auto b = std::make_unique<Batch>();
    b->columns.resize(columns);
    b->children.resize(columns);
    for (auto& c : b->children) b->pointers.push_back(&c);
    return b;
  }
  void give(std::unique_ptr<Batch> b) noexcept {
    size_t bytes = 0;
    for (const auto& c : b->columns) bytes += c.data.capacity();
    const std::lock_guard lock(mutex);
    if (idle.size() < kKeep && bytes <= kKeepBytes) {
      try {
        idle.push_back(std::move(b));
      } catch (...) {  // the batch is freed instead of kept
      }
    }
  }
};

}  // namespace detail

/// Builds record batches cell by cell, in column order or not, one row after the other:
///   RowBuilder b({{"id", "l"}, {"name", "u"}});
///   b.i64(0, 7); b.text(1, "Ann"); b.endRow();
///   b.take(&array);
/// Every column must be set once per row. Memory is pooled: a released batch serves the next one. A batch
/// that was taken may outlive the builder. One thread at a time.
class RowBuilder {
 public:
  explicit RowBuilder(Schema schema)
      : schema_(std::move(schema)), pool_(std::make_shared<detail::BatchPool>()), batch_(pool_->take(schema_.size())) {
    reset();
  }

  /// Has this class a function for columns of such a format?
  static bool builds(const Format& f) noexcept {
    return (f.kind != ColumnKind::Integer || (!f.isUnsigned && f.width >= 4)) &&
           (f.kind != ColumnKind::Float || f.width == 8) && !f.large;
  }

  const Schema& schema() const noexcept { return schema_; }
  int64_t rows() const noexcept { return rows_; }
  /// Bytes of variable-length data so far: a measure for cutting batches.
  size_t textBytes() const noexcept { return textBytes_; }

  /// Formats l, ttu, tss, tsm, tsu.
  void i64(size_t column, int64_t v) { at(column).data.push(v); }
  /// Formats i, tdD, ttm.
  void i32(size_t column, int32_t v) { at(column).data.push(v); }
  void f64(size_t column, double v) { at(column).data.push(v); }
  /// Format d:P,S: the unscaled value.
  void decimal(size_t column, Int128 unscaled) { at(column).data.push(unscaled); }
  void boolean(size_t column, bool v) { appendBit(at(column).data, v); }
  /// Formats u and z. Throws past 2 GiB of one column's text in a batch.
  void text(size_t column, std::string_view v) {
    auto& c = at(column);
    if (c.data.size() + v.size() > INT32_MAX) throw Failure(TENON_TOO_LARGE, "a batch column holds more than 2 GiB");
    if (!v.empty()) std::memcpy(c.data.grow(v.size()), v.data(), v.size());
    c.offsets.push(static_cast<int32_t>(c.data.size()));
    textBytes_ += v.size();
  }
  void null(size_t column) {
    auto& c = at(column);
    if (c.nulls == 0) {  // everything before was valid
      c.validity.clear();
      const auto bytes = static_cast<size_t>(rows_ + 8) / 8;
      std::memset(c.validity.grow(bytes), 0xFF, bytes);
    }
    ++c.nulls;
    setValid(c, rows_, false);
    switch (schema_.kind(column)) {
      case ColumnKind::Text:
      case ColumnKind::Bytes: c.offsets.push(static_cast<int32_t>(c.data.size())); break;
      case ColumnKind::Boolean: appendBit(c.data, false); break;
      default: std::memset(c.data.grow(schema_.width(column)), 0, schema_.width(column));
    }
  }
  void endRow() {
    ++rows_;
    for (auto& c : batch_->columns)
      if (c.nulls != 0 && static_cast<size_t>(rows_) / 8 >= c.validity.size()) *c.validity.grow(1) = 0xFF;
  }

  /// Drops the rows collected so far.
  void reset() {
    for (auto& c : batch_->columns) clear(c);
    rows_ = 0;
    textBytes_ = 0;
  }

  /// The rows so far, borrowed: valid until the next call that changes the builder. For parameters.
  const ArrowArray* peek() noexcept {
    describe(&borrowed_);
    borrowed_.release = nullptr;
    return &borrowed_;
  }

  /// Moves the rows out; the builder is empty again.
  void take(ArrowArray* out) {
    auto next = pool_->take(schema_.size());
    describe(out);
    batch_->home = pool_;
    out->private_data = batch_.release();
    out->release = &release;
    batch_ = std::move(next);
    reset();
  }

 private:
  detail::BatchColumn& at(size_t i) noexcept { return batch_->columns[i]; }

  void appendBit(detail::Bytes& bits, bool v) const {
    const auto row = static_cast<size_t>(rows_);
    if (row / 8 >= bits.size()) *bits.grow(1) = 0;
    if (v) bits.data()[row / 8] = static_cast<uint8_t>(bits.data()[row / 8] | (1U << (row % 8)));
  }
  static void setValid(detail::BatchColumn& c, int64_t row, bool v) noexcept {
    const auto i = static_cast<size_t>(row);
    const auto bit = static_cast<uint8_t>(1U << (i % 8));
    uint8_t& byte = c.validity.data()[i / 8];
    byte = v ? static_cast<uint8_t>(byte | bit) : static_cast<uint8_t>(byte & ~bit);
  }
  static void clear(detail::BatchColumn& c) {
    c.data.clear();
    c.validity.clear();
    c.nulls = 0;
    c.offsets.clear();
    c.offsets.push(int32_t{0});
  }
  void describe(ArrowArray* out) noexcept {
    detail::Batch& b = *batch_;
    for (size_t i = 0; i < schema_.size(); ++i) {
      auto& c = b.columns[i];
      const bool variable = schema_.kind(i) == ColumnKind::Text || schema_.kind(i) == ColumnKind::Bytes;
      c.buffers[0] = c.nulls != 0 ? c.validity.data() : nullptr;
      c.buffers[1] = variable ? c.offsets.data() : c.data.data();
      c.buffers[2] = c.data.data();
      b.children[i] = ArrowArray{rows_,
                                 c.nulls,
                                 0,
                                 variable ? 3 : 2,
                                 0,
                                 c.buffers,
                                 nullptr,
                                 nullptr,
                                 [](ArrowArray* a) { a->release = nullptr; },
                                 nullptr};
    }
    *out = ArrowArray{rows_,   0,       0,      1, static_cast<int64_t>(schema_.size()), b.top, b.pointers.data(),
                      nullptr, nullptr, nullptr};
  }
  static void release(ArrowArray* a) noexcept {
    std::unique_ptr<detail::Batch> b(static_cast<detail::Batch*>(a->private_data));
    a->release = nullptr;
    const auto home = std::move(b->home);  // keeps the pool alive while the batch goes back
    home->give(std::move(b));
  }

  Schema schema_;
  std::shared_ptr<detail::BatchPool> pool_;
  std::unique_ptr<detail::Batch> batch_;
  ArrowArray borrowed_{};
  int64_t rows_ = 0;
  size_t textBytes_ = 0;
};

}  // namespace tenon
