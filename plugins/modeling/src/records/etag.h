// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tenon::modeling {

/// The tag of a representation: equal texts have equal tags. With its quotes.
std::string etagOf(std::string_view text);
/// Does an If-Match or If-None-Match list name the tag, or "*"? Weak tags are compared without their mark.
bool etagListHas(std::string_view list, std::string_view tag) noexcept;

}  // namespace tenon::modeling
