// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/extras/json.hpp"

namespace tenon::host {

/// Every mistake of a configuration, so that an operator sees them in one go: "http.prot: unknown key; did you
/// mean "port"?"
using ConfigProblems = std::vector<std::string>;

/// Reads one object of the configuration. Each getter names a key that exists; finish() reports the others.
/// Nothing throws: a value that is wrong is reported and its default is answered.
class ConfigSection {
 public:
  /// `json` and `problems` outlive the section.
  ConfigSection(const Json& json, std::string path, ConfigProblems& problems);

  bool boolean(std::string_view key, bool standard);
  /// A whole number within [least, most].
  uint64_t number(std::string_view key, uint64_t standard, uint64_t least, uint64_t most);
  std::string text(std::string_view key, std::string_view standard);
  /// One of `choices`.
  std::string choice(std::string_view key, std::string_view standard, const std::vector<std::string_view>& choices);
  std::vector<std::string> texts(std::string_view key, const std::vector<std::string>& standard);
  /// A nested object; empty when absent.
  ConfigSection section(std::string_view key);
  /// A value that somebody else understands; null when absent.
  const Json& raw(std::string_view key);
  /// Names of the members, for sections whose keys are free.
  std::vector<std::string> keys() const;
  void problem(std::string_view key, const std::string& what);
  /// Reports members that no getter asked for.
  void finish();

 private:
  const Json* find(std::string_view key);
  std::string pathOf(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }

  const Json& json_;
  std::string path_;
  ConfigProblems& problems_;
  std::vector<std::string> known_;
};

/// The candidate nearest to `word` by edit distance, or "" when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// Replaces ${NAME} and ${NAME:-default} in every text of `json` by the environment. Reports unset names.
void resolvePlaceholders(Json& json, const std::string& path, ConfigProblems& problems);

}  // namespace tenon::host
