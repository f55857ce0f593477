// SPDX-License-Identifier: Apache-2.0
#include "expansion.h"

#include <algorithm>
#include <cctype>

#include "routes/answer.h"

namespace tenon::modeling {

namespace {
constexpr size_t kMostPaths = 64, kDeepest = 10;
}

Expansion readExpansion(std::string_view text, uint32_t depth) {
  Expansion root;
  std::string lower(text.substr(0, 6));
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (text.empty() || lower == "false" || text == "0") return root;
  if (lower == "true" || text == "1") {
    root.all = depth;
    return root;
  }
  size_t paths = 0;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string_view path = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    if (++paths > kMostPaths) throw Invalid("nestedQuery", "关联路径过多", "there are too many paths");
    Expansion* at = &root;
    for (size_t levels = 0;; ++levels) {
      const size_t dot = path.find('.');
      const std::string name(path.substr(0, dot));
      if (name.empty() || levels >= kDeepest)
        throw Invalid("nestedQuery", "必须是 true、false 或关联路径列表",
                      "must be true, false or a list of relation paths");
      auto& child = at->named[name];
      if (!child) child = std::make_shared<Expansion>();
      at = child.get();
      if (dot == std::string_view::npos) break;
      path.remove_prefix(dot + 1);
    }
  }
  return root;
}

}  // namespace tenon::modeling
