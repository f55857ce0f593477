// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace tenon::modeling {

/// Which relations of an entity a reply expands: all of them down to a depth, or the named paths.
struct Expansion {
  uint32_t all = 0;  ///< levels of every relation; 0 = only what `named` says
  std::map<std::string, std::shared_ptr<Expansion>, std::less<>> named;

  bool any() const noexcept { return all > 0 || !named.empty(); }
};

/// nestedQuery: "true", "false", or a list of relation paths such as "albums.tracks,artist". Throws Invalid for
/// anything longer than 64 paths or deeper than 10. Names are checked where entities are known.
Expansion readExpansion(std::string_view text, uint32_t depth);

}  // namespace tenon::modeling
