// SPDX-License-Identifier: Apache-2.0
#include "suggestions.h"

#include <algorithm>
#include <array>
#include <optional>

namespace tenon::graphql {

namespace {

constexpr size_t kMostNames = 5;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// How many letters are to be put in, left out, exchanged or swapped with their neighbours, if at most `most`. Another
/// case of letters is one step whatever their number. (Optimal string alignment over three rolling rows.)
std::optional<size_t> distance(std::string_view given, std::string_view name, size_t most) {
  if (given == name) return 0;
  std::string a = lower(name), b = lower(given);
  if (a == b) return 1;
  if (a.size() < b.size()) a.swap(b);
  if (a.size() - b.size() > most) return std::nullopt;
  std::array<std::vector<size_t>, 3> rows;
  for (auto& row : rows) row.resize(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    const auto &above = rows[(i - 1) % 3], &twoAbove = rows[(i + 1) % 3];
    auto& row = rows[i % 3];
    size_t least = row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t cell = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cell = std::min(cell, twoAbove[j - 2] + 1);
      row[j] = cell;
      least = std::min(least, cell);
    }
    if (least > most) return std::nullopt;
  }
  const size_t steps = rows[a.size() % 3][b.size()];
  return steps <= most ? std::optional(steps) : std::nullopt;
}

/// In an order in which numbers count as numbers: a2 before a10.
bool isBefore(std::string_view a, std::string_view b) {
  const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (isDigit(a[i]) && isDigit(b[j])) {
      const auto number = [&](std::string_view s, size_t& k) {
        uint64_t n = 0;
        while (k < s.size() && isDigit(s[k])) n = n * 10 + static_cast<uint64_t>(s[k++] - '0');
        return n;
      };
      const uint64_t n = number(a, i), m = number(b, j);
      if (n != m) return n < m;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
    }
  }
  return a.size() < b.size();
}

}  // namespace

bool Suggestions::afford(size_t candidates) noexcept {
  if (candidates > left_) return false;
  left_ -= candidates;
  return true;
}

std::string Suggestions::didYouMean(const std::vector<std::string_view>& names, std::string_view subject) {
  if (names.empty()) return {};
  const size_t n = std::min(names.size(), kMostNames);
  std::string out = " Did you mean ";
  if (!subject.empty()) out.append(subject).append(" ");
  for (size_t i = 0; i < n; ++i) {
    if (i > 0) out += n == 2 ? " or " : i + 1 < n ? ", " : ", or ";
    out.append("\"").append(names[i]).append("\"");
  }
  return out + "?";
}

std::string Suggestions::didYouMean(std::string_view given, std::vector<std::string_view> candidates,
                                    std::string_view subject) {
  const size_t most = given.size() * 4 / 10 + 1;
  std::vector<std::pair<size_t, std::string_view>> close;
  for (const auto name : candidates)
    if (const auto steps = distance(given, name, most)) close.emplace_back(*steps, name);
  std::sort(close.begin(), close.end(), [](const auto& x, const auto& y) {
    return x.first != y.first ? x.first < y.first : isBefore(x.second, y.second);
  });
  std::vector<std::string_view> names;
  for (const auto& [steps, name] : close) names.push_back(name);
  return didYouMean(names, subject);
}

}  // namespace tenon::graphql
