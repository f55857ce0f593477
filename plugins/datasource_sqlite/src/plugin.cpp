// SPDX-License-Identifier: Apache-2.0
#include "tenon_plugin_manifest.h"

#include <tenon/datasource.h>

#include <filesystem>

#include "connection.h"
#include "dialect.h"
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

Connection& of(tenon_conn* c) {
  return *reinterpret_cast<Connection*>(c);
}
Source& of(tenon_source* s) {
  return *reinterpret_cast<Source*>(s);
}

template <class T>
void require(bool whole, const T*) {
  if (!whole) throw Failure(TENON_INVALID, "an argument is missing or too short").from(TENON_FROM_CALLER);
}

uint64_t capabilities(void*) {
  return TENON_DS_SQL | TENON_DS_WRITE | TENON_DS_TRANSACTIONS | TENON_DS_SAVEPOINTS | TENON_DS_CANCEL |
         TENON_DS_PARALLEL | TENON_DS_SINGLE_WRITER | TENON_DS_DESCRIBE | TENON_DS_MULTI_ROW;
}

tenon_status open(void* self, tenon_str config, tenon_source** out, tenon_error* e) {
  return guard(e, [&] {
    require(out != nullptr, out);
    *out = reinterpret_cast<tenon_source*>(new Source(readOptions(view(config), static_cast<Plugin*>(self)->folder())));
  });
}
void closeSource(tenon_source* s) {
  delete &of(s);
}

tenon_status connect(tenon_source* s, uint32_t flags, const tenon_cancel* cancel, tenon_conn** out, tenon_error* e) {
  return guard(e, [&] {
    require(out != nullptr, out);
    if (cancel != nullptr && cancel->is_set(cancel) != 0) throw Failure(TENON_CANCELLED, "cancelled before connecting");
    *out = reinterpret_cast<tenon_conn*>(new Connection(of(s), (flags & TENON_OPEN_READ_ONLY) != 0));
  });
}
void close(tenon_conn* c) {
  delete &of(c);
}

tenon_status ping(tenon_conn* c, const tenon_cancel* cancel, tenon_error* e) {
  return guard(e, [&] { of(c).ping(cancel); });
}
const tenon_dialect* dialectOf(tenon_conn*) {
  return dialect();
}

tenon_status query(tenon_conn* c, const tenon_query* q, const tenon_cancel* cancel, tenon_rows* out, tenon_error* e) {
  return guard(e, [&] {
    require(TENON_HAS(tenon_query, q, max_rows) && TENON_HAS(tenon_rows, out, close), q);
    of(c).query(*q, cancel, out);
  });
}

tenon_status execute(tenon_conn* c, const tenon_query* q, const tenon_cancel* cancel, tenon_outcome* out,
                     tenon_error* e) {
  return guard(e, [&] {
    require(TENON_HAS(tenon_query, q, max_rows), q);
    of(c).execute(*q, cancel, out);
  });
}

tenon_status transact(tenon_conn* c, const tenon_transaction* t, const tenon_cancel* cancel, tenon_error* e) {
  return guard(e, [&] {
    require(TENON_HAS(tenon_transaction, t, level), t);
    of(c).transact(*t, cancel);
  });
}

tenon_status describe(tenon_conn* c, const tenon_describe* d, const tenon_cancel* cancel, tenon_rows* out,
                      tenon_error* e) {
  return guard(e, [&] {
    require(TENON_HAS(tenon_describe, d, table) && TENON_HAS(tenon_rows, out, close), d);
    of(c).describe(*d, cancel, out);
  });
}

constexpr tenon_datasource_v1 kTable = {sizeof(tenon_datasource_v1),
                                        0,
                                        capabilities,
                                        open,
                                        closeSource,
                                        connect,
                                        close,
                                        ping,
                                        dialectOf,
                                        query,
                                        execute,
                                        transact,
                                        describe};

Plugin::Plugin(const tenon_host* raw) {
  const Host host(raw);
  const auto folder = std::filesystem::path(host.homeDir()) / "databases";
  std::filesystem::create_directories(folder);
  folder_ = folder.string();
  host.provide(TENON_DATASOURCE_ID, "sqlite", &kTable, this);
}

}  // namespace

}  // namespace tenon::sqlite

TENON_PLUGIN(tenon::sqlite::Plugin)
