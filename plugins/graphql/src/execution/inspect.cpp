// SPDX-License-Identifier: Apache-2.0
#include "inspect.h"

#include <algorithm>

namespace tenon::graphql {

namespace {

constexpr size_t kMostItems = 10, kMostBytes = 2000;
constexpr int kDeepest = 1;  // below it only that there is something

void append(std::string& out, const Json& v, int depth) {
  if (out.size() > kMostBytes) return;
  if (v.is_array()) {
    if (v.empty() || depth > kDeepest) {
      out += v.empty() ? "[]" : "[Array]";
      return;
    }
    const size_t n = std::min(v.size(), kMostItems);
    for (size_t i = 0; i < n; ++i) {
      out += i == 0 ? "[" : ", ";
      append(out, v[i], depth + 1);
    }
    if (v.size() == n + 1) out += ", ... 1 more item";
    if (v.size() > n + 1) out += ", ... " + std::to_string(v.size() - n) + " more items";
    out += ']';
  } else if (v.is_object()) {
    if (v.empty() || depth > kDeepest) {
      out += v.empty() ? "{}" : "[Object]";
      return;
    }
    const char* joiner = "{ ";
    for (const auto& [key, member] : v.items()) {
      out += std::exchange(joiner, ", ") + key + ": ";
      append(out, member, depth + 1);
    }
    out += " }";
  } else {
    out += dumpJson(v);
  }
}

}  // namespace

std::string inspect(const Json& value) {
  std::string out;
  append(out, value, 0);
  return out;
}

}  // namespace tenon::graphql
