// SPDX-License-Identifier: Apache-2.0
// The operands of conditions that compare texts. `path` names the operand in what they throw: Invalid.
#pragma once

#include <string>
#include <string_view>

#include "tenon/extras/json.hpp"

namespace tenon::modeling {

/// As a text, also that of a number. No database takes a zero character.
std::string operandText(const Json& operand, const std::string& path);
std::string regexPattern(const Json& operand, const std::string& path);
/// \ escapes. One that ends with an escape, which databases answer in their own ways, is refused.
std::string likePattern(const Json& operand, const std::string& path);
/// The like pattern that matches just this text.
std::string escapedPattern(std::string_view text);

}  // namespace tenon::modeling
