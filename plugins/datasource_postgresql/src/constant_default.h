// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenon::postgresql {

/// A column's default, as pg_get_expr() shows it.
struct DefaultValue {
  std::optional<std::string> constant;  ///< unquoted: 'it''s'::text -> it's, '-5'::integer -> -5
  bool counted = false;                 ///< the next of a sequence
  bool isNull = false;                  ///< "NULL::text": there is none
};

DefaultValue readDefault(std::string_view expression);

}  // namespace tenon::postgresql
