// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tenon::modeling {

/// The tag of a record's version, with its quotes: equal texts have equal tags. nested: what is shown of its relations,
/// which makes another tag of the same version.
std::string etagOf(std::string_view record, std::string_view nested = {});
/// If-None-Match: does the list name the tag, or "*"? Weak tags are compared without their mark.
bool listHasTag(std::string_view list, std::string_view tag) noexcept;
/// If-Match: does the list name the version, however it was shown, or "*"? A weak tag names none (RFC 9110, 8.8.3.2).
bool listHasVersion(std::string_view list, std::string_view tag) noexcept;

}  // namespace tenon::modeling
