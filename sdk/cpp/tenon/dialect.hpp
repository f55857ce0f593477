// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <tenon/datasource.h>

#include "error.hpp"

namespace tenon {

/// A driver's declared dialect, with the standard's spelling where an older driver says nothing.
class Dialect {
 public:
  /// NULL for a driver without SQL: then only has() may be asked.
  explicit Dialect(const tenon_dialect* d) noexcept : d_(d) {}

  const tenon_dialect* raw() const noexcept { return d_; }
  bool has(uint32_t flag) const noexcept { return d_ != nullptr && (d_->flags & flag) != 0; }

  /// Does an insert answer its rows?
  bool insertReturns() const noexcept { return has(TENON_SQL_RETURNING) || has(TENON_SQL_INSERT_RETURNING); }

  /// Appends a quoted identifier. The name comes from the catalogue; quotes inside are doubled all the same.
  void identifier(std::string& sql, std::string_view name) const {
    sql.append(d_->quote_open);
    for (const char c : name) {
      sql.push_back(c);
      if (c == d_->quote_close[0]) sql.push_back(c);
    }
    sql.append(d_->quote_close);
  }
  std::string quoted(std::string_view name) const {
    std::string out;
    identifier(out, name);
    return out;
  }
  /// Appends the parameter at `position` (from 1).
  void parameter(std::string& sql, uint32_t position) const {
    for (const char* p = d_->parameter; *p != '\0'; ++p) {
      if (*p == '#')
        sql.append(std::to_string(position));
      else
        sql.push_back(*p);
    }
  }
  /// A text of the dialect that an older driver may not know: NULL then.
  const char* text(const char* const tenon_dialect::*member) const noexcept {
    const auto end = reinterpret_cast<uintptr_t>(&(d_->*member)) - reinterpret_cast<uintptr_t>(d_) + sizeof(char*);
    return d_->size >= end ? d_->*member : nullptr;
  }
  uint32_t maxParameters() const noexcept { return d_->max_parameters != 0 ? d_->max_parameters : 500; }
  const tenon_type_name* type(int32_t logical) const noexcept {
    for (uint64_t i = 0; i < d_->n_types; ++i)
      if (d_->types[i].type == logical) return &d_->types[i];
    return nullptr;
  }

 private:
  const tenon_dialect* d_;
};

/// Replaces the holes of a dialect's template: fillTemplate("limit {limit}", {{"limit", "20"}}). Unknown holes stay.
inline std::string fillTemplate(std::string_view text,
                                std::initializer_list<std::pair<std::string_view, std::string_view>> holes) {
  std::string out;
  while (!text.empty()) {
    const size_t open = text.find('{');
    const size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) return out.append(text);
    out.append(text.substr(0, open));
    const std::string_view hole = text.substr(open + 1, close - open - 1);
    bool filled = false;
    for (const auto& [name, value] : holes)
      if (name == hole) {
        out.append(value);
        filled = true;
        break;
      }
    if (!filled) out.append(text.substr(open, close - open + 1));
    text.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace tenon
