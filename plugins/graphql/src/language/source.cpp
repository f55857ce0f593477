// SPDX-License-Identifier: Apache-2.0
#include "source.h"

#include <algorithm>
#include <numeric>

namespace tenon::graphql {

namespace {

/// Goes on from an offset whose place is known.
Location advanced(Location at, std::string_view source, size_t from, size_t to) noexcept {
  for (size_t i = from; i < to && i < source.size(); ++i) {
    const auto c = static_cast<unsigned char>(source[i]);
    const bool endsLine = c == '\n' || (c == '\r' && (i + 1 >= source.size() || source[i + 1] != '\n'));
    if (endsLine) {
      ++at.line;
      at.column = 1;
    } else if (c >= 0xF0) {
      at.column += 2;  // a surrogate pair
    } else if (c < 0x80 || c >= 0xC0) {
      ++at.column;
    }
  }
  return at;
}

}  // namespace

Location locationOf(std::string_view source, uint32_t offset) noexcept {
  return advanced({}, source, 0, offset);
}

std::vector<Location> locationsOf(std::string_view source, std::span<const uint32_t> offsets) {
  std::vector<size_t> order(offsets.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return offsets[a] < offsets[b]; });
  std::vector<Location> out(offsets.size());
  Location at;
  uint32_t from = 0;
  for (const size_t i : order) {
    at = out[i] = advanced(at, source, from, offsets[i]);
    from = offsets[i];
  }
  return out;
}

}  // namespace tenon::graphql
