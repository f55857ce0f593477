// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/rows.h>

#include "error.hpp"

namespace tenon {

/// What a cell of a column is, whatever its width.
enum class ColumnKind : uint8_t { Boolean, Integer, Float, Decimal, Text, Bytes, Date, Time, Timestamp };

/// One column's Arrow format, taken apart.
struct Format {
  ColumnKind kind = ColumnKind::Text;
  uint8_t width = 0;           ///< bytes of a cell; 0 for text, bytes (offsets) and booleans (bits)
  bool isUnsigned = false;     ///< C S I L
  bool large = false;          ///< U Z: 64-bit offsets
  int8_t scale = 0;            ///< of d:P,S
  int64_t ticksPerSecond = 0;  ///< of times and timestamps

  /// Throws Failure(UNSUPPORTED) for a format outside the closed list of rows.h.
  static Format parse(std::string_view f) {
    const auto integer = [](uint8_t width, bool isUnsigned) {
      return Format{ColumnKind::Integer, width, isUnsigned, false, 0, 0};
    };
    const auto timed = [](ColumnKind kind, uint8_t width, int64_t ticks) {
      return Format{kind, width, false, false, 0, ticks};
    };
    if (f.size() == 1) switch (f[0]) {
        case 'b': return {ColumnKind::Boolean, 0, false, false, 0, 0};
        case 'c': return integer(1, false);
        case 'C': return integer(1, true);
        case 's': return integer(2, false);
        case 'S': return integer(2, true);
        case 'i': return integer(4, false);
        case 'I': return integer(4, true);
        case 'l': return integer(8, false);
        case 'L': return integer(8, true);
        case 'f': return {ColumnKind::Float, 4, false, false, 0, 0};
        case 'g': return {ColumnKind::Float, 8, false, false, 0, 0};
        case 'u': return {ColumnKind::Text, 0, false, false, 0, 0};
        case 'U': return {ColumnKind::Text, 0, false, true, 0, 0};
        case 'z': return {ColumnKind::Bytes, 0, false, false, 0, 0};
        case 'Z': return {ColumnKind::Bytes, 0, false, true, 0, 0};
        default: break;
      }
    if (f == "tdD") return timed(ColumnKind::Date, 4, 0);
    if (f == "ttm") return timed(ColumnKind::Time, 4, 1000);
    if (f == "ttu") return timed(ColumnKind::Time, 8, 1000000);
    if (f.substr(0, 4) == "tss:") return timed(ColumnKind::Timestamp, 8, 1);
    if (f.substr(0, 4) == "tsm:") return timed(ColumnKind::Timestamp, 8, 1000);
    if (f.substr(0, 4) == "tsu:") return timed(ColumnKind::Timestamp, 8, 1000000);
    if (f.substr(0, 2) == "d:") {
      const size_t comma = f.find(',');
      int scale = 0;
      bool ok = comma != std::string_view::npos && comma + 1 < f.size() && comma + 3 >= f.size();
      for (size_t i = ok ? comma + 1 : f.size(); i < f.size(); ++i) {
        ok = ok && f[i] >= '0' && f[i] <= '9';
        scale = scale * 10 + (f[i] - '0');
      }
      if (ok && scale <= 38) return {ColumnKind::Decimal, 16, false, false, static_cast<int8_t>(scale), 0};
    }
    throw Failure(TENON_UNSUPPORTED, "unsupported column format \"" + std::string(f) + "\"");
  }
};

struct Column {
  std::string name, format;
  bool number = false;  ///< of a text column: TENON_COLUMN_NUMBER
};

/// Names and formats of a batch's columns. Copies share one immutable description.
class Schema {
 public:
  Schema() : Schema(std::vector<Column>{}) {}
  Schema(std::initializer_list<Column> columns) : Schema(std::vector<Column>(columns)) {}
  explicit Schema(std::vector<Column> columns) : shared_(std::make_shared<Shared>(std::move(columns))) {}
  /// Reads a schema from across the boundary; the caller still releases `schema`.
  explicit Schema(const ArrowSchema& schema) : Schema(columnsOf(schema)) {}

  size_t size() const noexcept { return shared_->columns.size(); }
  const std::string& name(size_t i) const noexcept { return shared_->columns[i].name; }
  const std::string& format(size_t i) const noexcept { return shared_->columns[i].format; }
  const Format& parsed(size_t i) const noexcept { return shared_->formats[i]; }
  ColumnKind kind(size_t i) const noexcept { return shared_->formats[i].kind; }
  /// Is it a text column whose texts are numbers?
  bool isNumber(size_t i) const noexcept { return shared_->columns[i].number; }
  size_t width(size_t i) const noexcept { return shared_->formats[i].width; }

  /// Borrowed Arrow form, valid while any copy of this Schema lives; its release is NULL.
  const ArrowSchema* arrow() const noexcept { return &shared_->top; }

  /// An Arrow form of its own, to be released by the receiver.
  void exportTo(ArrowSchema* out) const {
    struct Owned {
      std::shared_ptr<const Shared> keep;
      std::vector<ArrowSchema> children;
      std::vector<ArrowSchema*> pointers;
    };
    auto owned = std::make_unique<Owned>();
    owned->keep = shared_;
    owned->children = shared_->children;
    for (auto& c : owned->children) {
      c.release = [](ArrowSchema* s) { s->release = nullptr; };
      owned->pointers.push_back(&c);
    }
    *out = shared_->top;
    out->children = owned->pointers.data();
    out->release = [](ArrowSchema* s) {
      delete static_cast<Owned*>(s->private_data);
      s->release = nullptr;
    };
    out->private_data = owned.release();
  }

 private:
  struct Shared {
    explicit Shared(std::vector<Column> c) : columns(std::move(c)) {
      children.reserve(columns.size());
      for (const auto& column : columns) {
        formats.push_back(Format::parse(column.format));
        const int64_t flags = ARROW_FLAG_NULLABLE | (column.number ? TENON_COLUMN_NUMBER : 0);
        children.push_back(ArrowSchema{column.format.c_str(), column.name.c_str(), nullptr, flags, 0, nullptr, nullptr,
                                       nullptr, nullptr});
      }
      for (auto& child : children) pointers.push_back(&child);
      top = ArrowSchema{"+s",    "",      nullptr, 0, static_cast<int64_t>(children.size()), pointers.data(),
                        nullptr, nullptr, nullptr};
    }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    std::vector<Column> columns;
    std::vector<Format> formats;
    std::vector<ArrowSchema> children;
    std::vector<ArrowSchema*> pointers;
    ArrowSchema top{};
  };

  static std::vector<Column> columnsOf(const ArrowSchema& s) {
    if (s.format == nullptr || std::string_view(s.format) != "+s")
      throw Failure(TENON_INVALID, "a row schema must be a struct (\"+s\")");
    std::vector<Column> out;
    for (int64_t i = 0; i < s.n_children; ++i) {
      const ArrowSchema* c = s.children != nullptr ? s.children[i] : nullptr;
      if (c == nullptr || c->format == nullptr) throw Failure(TENON_INVALID, "a row schema has a hole");
      out.push_back({c->name != nullptr ? c->name : "", c->format, (c->flags & TENON_COLUMN_NUMBER) != 0});
    }
    return out;
  }

  std::shared_ptr<Shared> shared_;
};

}  // namespace tenon
