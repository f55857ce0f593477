// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tenon::graphql {

/// Documents that the operator has given, by their SHA-256. Filled at start; after that any thread.
class TrustedDocuments {
 public:
  /// Reads a folder's *.graphql files, or a JSON file {"<SHA-256>": "<document>"}. Throws Failure(INVALID) naming what
  /// is wrong.
  void load(const std::filesystem::path& path);

  /// id: 64 hexadecimal digits, perhaps after "sha256:". nullptr: there is none.
  const std::string* find(std::string_view id) const;

 private:
  void loadFolder(const std::filesystem::path& folder);
  void loadFile(const std::filesystem::path& file);
  void add(std::string document, const std::string& where);

  std::unordered_map<std::string, std::string> byHash_;
  size_t bytes_ = 0;
};

}  // namespace tenon::graphql
