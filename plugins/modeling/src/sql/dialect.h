// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tenon/datasource.h>

#include "tenon/error.hpp"

namespace tenon::modeling {

/// A driver's declared dialect, with the standard's spelling where an older driver says nothing.
class Dialect {
 public:
  /// NULL for a driver without SQL: then only has() may be asked.
  explicit Dialect(const tenon_dialect* d) noexcept : d_(d) {}

  const tenon_dialect* raw() const noexcept { return d_; }
  bool has(uint32_t flag) const noexcept { return d_ != nullptr && (d_->flags & flag) != 0; }

  /// Appends a quoted identifier. The name comes from the catalogue; quotes inside are doubled all the same.
  void identifier(std::string& sql, std::string_view name) const {
    sql.append(d_->quote_open);
    for (const char c : name) {
      sql.push_back(c);
      if (c == d_->quote_close[0]) sql.push_back(c);
    }
    sql.append(d_->quote_close);
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
  uint32_t maxParameters() const noexcept { return d_->max_parameters != 0 ? d_->max_parameters : 500; }
  const tenon_type_name* type(int32_t logical) const noexcept {
    for (uint64_t i = 0; i < d_->n_types; ++i)
      if (d_->types[i].type == logical) return &d_->types[i];
    return nullptr;
  }

 private:
  const tenon_dialect* d_;
};

/// Replaces the holes of a dialect's template: fill("limit {limit}", {{"limit", "20"}}). Unknown holes stay.
std::string fillTemplate(std::string_view text,
                         std::initializer_list<std::pair<std::string_view, std::string_view>> holes);

}  // namespace tenon::modeling
