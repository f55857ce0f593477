// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include "syntax.h"

namespace {
using namespace tenon::host;

/// Calls fn(name, value), both undecoded, for each part of a query.
template <class Fn>
void eachParameter(std::string_view query, Fn&& fn) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (part.empty()) continue;
    const size_t equals = part.find('=');
    fn(part.substr(0, equals), equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1));
  }
}
}  // namespace

bool tenon::host::queryDecodes(std::string_view query) {
  if (query.find_first_of("%") == std::string_view::npos && isUtf8(query)) return true;
  bool ok = true;
  eachParameter(query, [&](std::string_view name, std::string_view value) {
    ok = ok && percentDecoded(name, true) && percentDecoded(value, true);
  });
  return ok;
}

bool tenon_request::decodePath() {
  std::string_view raw = head.path;
  size_t count = 0;
  path.clear();
  raw.remove_prefix(1);
  for (;;) {
    const size_t slash = raw.find('/');
    const std::string_view part = raw.substr(0, slash);
    if (count == segments.size()) segments.emplace_back();
    std::string& segment = segments[count++];
    if (part.find('%') == std::string_view::npos) {
      segment.assign(part);
    } else {
      auto decoded = percentDecoded(part, false);
      if (!decoded) return false;
      segment = std::move(*decoded);
    }
    if (segment == "." || segment == ".." || count > RouteTable::kMostSegments) return false;
    path.push_back('/');
    path += segment;
    if (slash == std::string_view::npos) break;
    raw.remove_prefix(slash + 1);
  }
  segments.resize(count);
  return true;
}

std::optional<std::string_view> tenon_request::parameter(std::string_view name) const {
  if (match.route == nullptr) return std::nullopt;
  const auto& names = match.route->parameters;
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return i < match.values.size() ? match.values[i] : std::string_view(rest);
  return std::nullopt;
}

std::optional<std::string_view> tenon_request::query(std::string_view name) {
  if (!queryRead_) {
    queryRead_ = true;
    eachParameter(head.query, [&](std::string_view n, std::string_view v) {
      auto decodedName = percentDecoded(n, true), decodedValue = percentDecoded(v, true);
      if (decodedName && decodedValue) queryParameters_.emplace_back(std::move(*decodedName), std::move(*decodedValue));
    });
  }
  for (const auto& [n, v] : queryParameters_)
    if (n == name) return v;
  return std::nullopt;
}

std::optional<std::string_view> tenon_request::header(std::string_view name) {
  std::optional<std::string_view> first;
  std::string all;
  for (const auto& f : head.fields) {
    if (!equalsIgnoringCase(f.name, name)) continue;
    if (!first) {
      first = f.value;
    } else {
      if (all.empty()) all = *first;
      all.append(", ").append(f.value);
    }
  }
  if (all.empty()) return first;
  joined_.reserve(64);  // views of earlier answers must not move
  if (joined_.size() == joined_.capacity()) return first;
  joined_.push_back(std::move(all));
  return joined_.back();
}

void tenon_request::clear() {
  path.clear();
  rest.clear();
  match.route = nullptr;
  match.values.clear();
  match.allowed.clear();
  body = {};
  hasPrincipal = false;
  if (queryRead_) queryParameters_.clear();
  queryRead_ = false;
  if (!joined_.empty()) joined_.clear();
}
