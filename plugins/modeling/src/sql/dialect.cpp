// SPDX-License-Identifier: Apache-2.0
#include "dialect.h"

namespace tenon::modeling {

std::string fillTemplate(std::string_view text,
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

}  // namespace tenon::modeling
