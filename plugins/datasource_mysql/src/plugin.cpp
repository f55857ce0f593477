// SPDX-License-Identifier: Apache-2.0
#include "tenon_plugin_manifest.h"

#include "connection.h"
#include "tenon/datasource.hpp"
#include "tenon/plugin.hpp"

namespace tenon::mysql {

namespace {

/// The plugin's instance: what the datasource table's `self` is.
class Plugin {
 public:
  explicit Plugin(const tenon_host* host);
  void start() {}
  void drain(uint64_t) {}  // sources belong to their holders, who are gone by now
};

struct Driver {
  using Plugin = mysql::Plugin;
  using Source = mysql::Source;
  using Connection = mysql::Connection;
  static constexpr uint64_t kCapabilities = TENON_DS_SQL | TENON_DS_WRITE | TENON_DS_TRANSACTIONS |
                                            TENON_DS_SAVEPOINTS | TENON_DS_CANCEL | TENON_DS_DESCRIBE |
                                            TENON_DS_MULTI_ROW;
  static std::unique_ptr<Source> open(Plugin&, std::string_view config) {
    return std::make_unique<Source>(readOptions(config));
  }
  static std::unique_ptr<Connection> connect(Source& source, uint32_t flags, const tenon_cancel*) {
    return std::make_unique<Connection>(source, (flags & TENON_OPEN_READ_ONLY) != 0);
  }
};

Plugin::Plugin(const tenon_host* raw) {
  const Host host(raw);
  for (const char* kind : {"mysql", "mariadb", "tidb"})
    host.provide(TENON_DATASOURCE_ID, kind, &DatasourceTable<Driver>::kTable, this);
}

}  // namespace

}  // namespace tenon::mysql

TENON_PLUGIN(tenon::mysql::Plugin)
