// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <tenon/plugin.h>

#include "tenon/extras/json.hpp"

namespace tenon::compliance {

/// One symbol that the library exports.
struct Symbol {
  std::string name;
  bool unique = false;  ///< STB_GNU_UNIQUE: keeps the library mapped and shares state between generations
};

/// The library under test. Reading symbols and manifest runs none of its code; load() does.
class PluginFile {
 public:
  explicit PluginFile(std::filesystem::path library) : library_(std::move(library)) {}

  const std::filesystem::path& library() const noexcept { return library_; }
  /// Throws Broken when the file is no shared library.
  std::vector<Symbol> exported() const;
  /// plugin.json beside the library. Throws Broken when it is missing or malformed.
  Json manifest() const;
  std::string sha256() const;

  /// Maps the library as the host does and calls its entry; once per process. Throws Broken.
  const tenon_plugin* load();
  /// As load(), and refuses a descriptor that cannot be used at all.
  const tenon_plugin& usable();
  using Entry = const tenon_plugin* (*)();
  Entry entry() const noexcept { return entry_; }

 private:
  std::filesystem::path library_;
  Entry entry_ = nullptr;
};

}  // namespace tenon::compliance
