// SPDX-License-Identifier: Apache-2.0
#include "etag.h"

#include "tenon/extras/sha256.hpp"

namespace tenon::modeling {

namespace {

constexpr size_t kBytes = 16;                // 128 bits tell versions of a record apart
constexpr size_t kVersion = 1 + 2 * kBytes;  // the quote and the digits of a version in a tag

void appendDigest(std::string& out, std::string_view text) {
  out += sha256Hex(text).substr(0, 2 * kBytes);
}

/// Is "*" or any tag of the list, without the blanks around it, one that `accepts` takes?
template <class Accepts>
bool anyOf(std::string_view list, Accepts&& accepts) {
  while (!list.empty()) {
    const size_t comma = list.find(',');
    std::string_view one = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
    while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
    if (one == "*" || accepts(one)) return true;
  }
  return false;
}

}  // namespace

std::string etagOf(std::string_view record, std::string_view nested) {
  std::string out = "\"";
  appendDigest(out, record);
  if (!nested.empty()) appendDigest(out += '-', nested);
  return out + "\"";
}

bool listHasTag(std::string_view list, std::string_view tag) noexcept {
  return anyOf(list, [&](std::string_view one) { return (one.substr(0, 2) == "W/" ? one.substr(2) : one) == tag; });
}

bool listHasVersion(std::string_view list, std::string_view tag) noexcept {
  return anyOf(list, [&](std::string_view one) {
    return one.size() > kVersion && one.substr(0, kVersion) == tag.substr(0, kVersion) &&
           (one[kVersion] == '"' || one[kVersion] == '-');
  });
}

}  // namespace tenon::modeling
