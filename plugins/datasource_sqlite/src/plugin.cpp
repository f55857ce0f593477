// SPDX-License-Identifier: Apache-2.0
#include "tenon_plugin_manifest.h"

#include <filesystem>

#include "connection.h"
#include "tenon/datasource.hpp"
#include "tenon/plugin.hpp"

namespace tenon::sqlite {

namespace {

/// The plugin's instance: what the datasource table's `self` is.
class Plugin {
 public:
  explicit Plugin(const tenon_host* host);
  void start() {}
  void drain(uint64_t) {}  // sources belong to their holders, who are gone by now
  const std::string& folder() const noexcept { return folder_; }

 private:
  std::string folder_;  // of databases whose path is relative
};

struct Driver {
  using Plugin = sqlite::Plugin;
  using Source = sqlite::Source;
  using Connection = sqlite::Connection;
  static constexpr uint64_t kCapabilities = TENON_DS_SQL | TENON_DS_WRITE | TENON_DS_TRANSACTIONS |
                                            TENON_DS_SAVEPOINTS | TENON_DS_CANCEL | TENON_DS_PARALLEL |
                                            TENON_DS_SINGLE_WRITER | TENON_DS_DESCRIBE | TENON_DS_MULTI_ROW;
  static std::unique_ptr<Source> open(Plugin& plugin, std::string_view config) {
    return std::make_unique<Source>(readOptions(config, plugin.folder()));
  }
  static std::unique_ptr<Connection> connect(Source& source, uint32_t flags, const tenon_cancel*) {
    return std::make_unique<Connection>(source, (flags & TENON_OPEN_READ_ONLY) != 0);
  }
};

Plugin::Plugin(const tenon_host* raw) {
  const Host host(raw);
  const auto folder = std::filesystem::path(host.homeDir()) / "databases";
  std::filesystem::create_directories(folder);
  folder_ = folder.string();
  host.provide(TENON_DATASOURCE_ID, "sqlite", &DatasourceTable<Driver>::kTable, this);
}

}  // namespace

}  // namespace tenon::sqlite

TENON_PLUGIN(tenon::sqlite::Plugin)
