// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tenon::graphql {

/// A name of the language: letters, digits and _, no digit in front; and not __ in front, which is introspection's.
bool isName(std::string_view text) noexcept;

/// A datasource's or model's name as a part of names: "my-db" -> "my_db", "2024" -> "_2024".
std::string asNamePart(std::string_view text);

/// _and, _or and _not, which join conditions and are no fields of a *_bool_exp.
bool joinsConditions(std::string_view key) noexcept;

}  // namespace tenon::graphql
