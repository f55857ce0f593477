// SPDX-License-Identifier: Apache-2.0
#include "tenon_plugin_manifest.h"

#include "connect.h"
#include "connection.h"
#include "tenon/datasource.hpp"
#include "tenon/plugin.hpp"

namespace tenon::postgresql {

namespace {

/// The plugin's instance: what the datasource table's `self` is.
class Plugin {
 public:
  explicit Plugin(const tenon_host* raw);
  void start() {}
  void drain(uint64_t) {}  // sources belong to their holders, who are gone by now
};

struct Driver {
  using Plugin = postgresql::Plugin;
  using Source = postgresql::Source;
  using Connection = postgresql::Connection;
  static constexpr uint64_t kCapabilities = TENON_DS_SQL | TENON_DS_WRITE | TENON_DS_TRANSACTIONS |
                                            TENON_DS_SAVEPOINTS | TENON_DS_CANCEL | TENON_DS_DESCRIBE |
                                            TENON_DS_MULTI_ROW;
  static std::unique_ptr<Source> open(Plugin&, std::string_view config) {
    return std::make_unique<Source>(readOptions(config));
  }
  static std::unique_ptr<Connection> connect(Source& source, uint32_t flags, const tenon_cancel* cancel) {
    return std::make_unique<Connection>(source, (flags & TENON_OPEN_READ_ONLY) != 0, cancel);
  }
};

Plugin::Plugin(const tenon_host* raw) {
  const Host host(raw);
  for (const auto& name : forgetEnvironment())
    host.warn("the environment variable " + name + " is not heeded: datasources say it in their configuration");
  host.provide(TENON_DATASOURCE_ID, "postgresql", &DatasourceTable<Driver>::kTable, this);
}

}  // namespace

}  // namespace tenon::postgresql

TENON_PLUGIN(tenon::postgresql::Plugin)
