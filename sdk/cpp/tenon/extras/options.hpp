// SPDX-License-Identifier: Apache-2.0
// Needs nlohmann/json, as json.hpp does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json.hpp"

namespace tenon {

/// Says which key of a configuration is wrong.
[[noreturn]] inline void badOption(const std::string& key, const std::string& what) {
  throw Failure(TENON_INVALID, what).from(TENON_FROM_CALLER).naming(TENON_OBJECT_FIELD, key);
}

/// Reads the members of a driver's configuration. Every key that nobody asked for is refused by finish(), so that a
/// mistyped one is told. Throws Failure(INVALID) naming the key.
class OptionReader {
 public:
  explicit OptionReader(std::string_view configJson) : json_(parseJson(configJson)) {
    if (!json_.is_object()) badOption("config", "the configuration must be an object");
  }

  std::optional<std::string> text(const char* key) {
    const Json* v = member(key);
    if (v == nullptr) return std::nullopt;
    if (!v->is_string()) badOption(key, std::string(key) + " must be a text");
    return v->get<std::string>();
  }
  std::string required(const char* key) {
    auto v = text(key);
    if (!v || v->empty()) badOption(key, "the " + std::string(key) + " is required");
    return std::move(*v);
  }
  bool boolean(const char* key, bool standard) {
    const Json* v = member(key);
    if (v == nullptr) return standard;
    if (!v->is_boolean()) badOption(key, std::string(key) + " must be true or false");
    return v->get<bool>();
  }
  template <class T>
  void number(const char* key, T& out, uint64_t least, uint64_t most) {
    const Json* v = member(key);
    if (v == nullptr) return;
    if (!v->is_number_unsigned() || v->get<uint64_t>() < least || v->get<uint64_t>() > most)
      badOption(key, std::string(key) + " must be a whole number from " + std::to_string(least) + " to " +
                         std::to_string(most));
    out = static_cast<T>(v->get<uint64_t>());
  }
  void choice(const char* key, std::string& out, std::initializer_list<std::string_view> of) {
    const auto v = text(key);
    if (!v) return;
    if (std::find(of.begin(), of.end(), *v) == of.end()) {
      std::string list;
      for (const auto& o : of) list += (list.empty() ? "" : ", ") + std::string(o);
      badOption(key, std::string(key) + " must be one of " + list);
    }
    out = *v;
  }
  /// Throws for the first key that was not asked for. What the host adds, and what every datasource has, is known.
  void finish() const {
    constexpr std::string_view kKnown[] = {"dbKind", "name",    "username", "password",
                                           "tenant", "trusted", "private",  "statement_ms"};
    for (const auto& [key, value] : json_.items())
      if (std::find(asked_.begin(), asked_.end(), key) == asked_.end() &&
          std::find(std::begin(kKnown), std::end(kKnown), key) == std::end(kKnown))
        badOption(key, "unknown option " + key);
  }

 private:
  const Json* member(const char* key) {
    asked_.emplace_back(key);
    const auto it = json_.find(key);
    return it == json_.end() || it->is_null() ? nullptr : &*it;
  }
  Json json_;
  std::vector<std::string> asked_;
};

/// %41 -> A. Throws for a bad escape.
inline std::string decodedUrl(std::string_view s) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '%') {
      out.push_back(s[i]);
      continue;
    }
    const int high = i + 2 < s.size() ? digit(s[i + 1]) : -1, low = i + 2 < s.size() ? digit(s[i + 2]) : -1;
    if (high < 0 || low < 0) badOption("url", "the url has a bad escape");
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

/// The parts of "jdbc:mysql://host:3306/shop?useSSL=true".
struct ServerUrl {
  std::string host = "localhost";
  uint16_t port = 0;
  std::string database;
  std::vector<std::pair<std::string, std::string>> parameters;
};

/// Reads a url that begins with one of `schemes` ("jdbc:mysql://"). Throws Failure(INVALID) naming "url".
inline ServerUrl readServerUrl(std::string_view url, std::initializer_list<std::string_view> schemes, uint16_t port) {
  ServerUrl out;
  out.port = port;
  if (url.size() > 4096 || url.find('\0') != std::string_view::npos) badOption("url", "the url is too long");
  const auto* const scheme =
      std::find_if(schemes.begin(), schemes.end(), [&](auto s) { return url.substr(0, s.size()) == s; });
  if (scheme == schemes.end()) badOption("url", "the url must begin with " + std::string(*schemes.begin()));
  url.remove_prefix(scheme->size());
  const size_t question = url.find('?');
  std::string_view query = question == std::string_view::npos ? std::string_view() : url.substr(question + 1);
  url = url.substr(0, question);
  const size_t slash = url.find('/');
  std::string_view authority = url.substr(0, slash);
  if (slash != std::string_view::npos) out.database = decodedUrl(url.substr(slash + 1));
  if (out.database.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
    badOption("url", "the url's database is not a name");
  if (authority.find('@') != std::string_view::npos)
    badOption("url", "say username and password in their own members, not in the url");
  if (authority.find(',') != std::string_view::npos) badOption("url", "the url names several servers");
  const size_t bracket = authority.find(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = authority.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (!host.empty()) out.host = std::string(host);
  if (colon != std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    uint32_t n = 0;
    for (const char c : digits)
      n = c >= '0' && c <= '9' && n < 100000 ? n * 10 + static_cast<uint32_t>(c - '0') : 100000;
    if (digits.empty() || n == 0 || n > 65535) badOption("url", "the url's port is not a number up to 65535");
    out.port = static_cast<uint16_t>(n);
  }
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (part.empty()) continue;
    const size_t equals = part.find('=');
    out.parameters.emplace_back(decodedUrl(part.substr(0, equals)),
                                equals == std::string_view::npos ? "" : decodedUrl(part.substr(equals + 1)));
  }
  return out;
}

}  // namespace tenon
