// SPDX-License-Identifier: Apache-2.0
// A datasource plugin to start from: {"dbKind":"lines","url":"notes"} makes the folder home/notes a datasource
// whose tables are the text files in it, with the columns number and line. A query's text is a file's name.
#include "tenon_plugin_manifest.h"

#include <tenon/datasource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "tenon/plugin.hpp"
#include "tenon/row_builder.hpp"

namespace {

using tenon::Failure;

const tenon::Schema kColumns{{"number", "l"}, {"line", "u"}};

/// One folder; a connection needs no more than that.
struct Source {
  std::filesystem::path folder;
};

/// The rows of one file, read as they are pulled.
struct Cursor {
  std::ifstream file;
  tenon::RowBuilder builder{kColumns};
  const tenon_cancel* cancel;
  uint64_t batchRows;
  int64_t number = 0;

  static Cursor& of(tenon_rows* rows) { return *static_cast<Cursor*>(rows->impl); }
  static tenon_status schema(tenon_rows*, ArrowSchema* out, tenon_error* e) {
    return tenon::guard(e, [&] { kColumns.exportTo(out); });
  }
  static tenon_status next(tenon_rows* rows, ArrowArray* out, tenon_error* e) {
    return tenon::guard(e, [&]() -> tenon_status {
      Cursor& c = of(rows);
      if (c.cancel != nullptr && c.cancel->is_set(c.cancel) != 0) throw Failure(TENON_CANCELLED, "cancelled");
      std::string line;
      while (static_cast<uint64_t>(c.builder.rows()) < c.batchRows && std::getline(c.file, line)) {
        c.builder.i64(0, ++c.number);
        c.builder.text(1, line);
        c.builder.endRow();
      }
      if (c.builder.rows() == 0) return TENON_END;
      c.builder.take(out);
      return TENON_OK;
    });
  }
  static void close(tenon_rows* rows) {
    delete &of(rows);
    rows->impl = nullptr;
    rows->close = nullptr;
  }
};

class Plugin {
 public:
  explicit Plugin(const tenon_host* raw) : host_(raw) { host_.provide(TENON_DATASOURCE_ID, "lines", &kTable, this); }
  void start() {}
  void drain(uint64_t) {}

 private:
  static uint64_t capabilities(void*) { return TENON_DS_TREE | TENON_DS_PARALLEL; }
  static tenon_status open(void* self, tenon_str config, tenon_source** out, tenon_error* e) {
    return tenon::guard(e, [&] {
      // A real driver reads its JSON with a library; this one looks for one word after "url".
      const std::string text = tenon::text(config);
      const size_t key = text.find("\"url\""), from = key == std::string::npos ? key : text.find('"', key + 5);
      const size_t to = from == std::string::npos ? from : text.find('"', from + 1);
      if (to == std::string::npos)
        throw Failure(TENON_INVALID, "the url is required").naming(TENON_OBJECT_FIELD, "url");
      const std::string url = text.substr(from + 1, to - from - 1);
      if (url.empty() || url.find_first_of("/.\\") != std::string::npos)
        throw Failure(TENON_INVALID, "the url is the name of a folder in the home folder")
            .naming(TENON_OBJECT_FIELD, "url");
      const std::filesystem::path home = static_cast<Plugin*>(self)->host_.homeDir();
      *out = reinterpret_cast<tenon_source*>(new Source{home / url});
    });
  }
  static void closeSource(tenon_source* s) { delete reinterpret_cast<Source*>(s); }
  static tenon_status connect(tenon_source* s, uint32_t, const tenon_cancel*, tenon_conn** out, tenon_error*) {
    *out = reinterpret_cast<tenon_conn*>(s);
    return TENON_OK;
  }
  static void close(tenon_conn*) {}
  static tenon_status ping(tenon_conn*, const tenon_cancel*, tenon_error*) { return TENON_OK; }
  static tenon_status query(tenon_conn* c, const tenon_query* q, const tenon_cancel* cancel, tenon_rows* out,
                            tenon_error* e) {
    return tenon::guard(e, [&] {
      const std::string name = tenon::text(q->text);
      if (name.empty() || name.find('/') != std::string::npos || name[0] == '.')
        throw Failure(TENON_INVALID, "not a table: " + name);
      auto cursor = std::make_unique<Cursor>();
      cursor->file.open(reinterpret_cast<Source*>(c)->folder / name);
      if (!cursor->file) throw Failure(TENON_NOT_FOUND, "no such table: " + name).because(TENON_REASON_NO_SUCH_OBJECT);
      cursor->cancel = cancel;
      cursor->batchRows = std::clamp<uint64_t>(q->max_batch_rows, 1, 4096);
      out->flags = 0;
      out->schema = Cursor::schema;
      out->next = Cursor::next;
      out->close = Cursor::close;
      out->impl = cursor.release();
    });
  }

  // Members after `query` are left out: the host answers UNSUPPORTED for them.
  static constexpr tenon_datasource_v1 kTable = {sizeof(tenon_datasource_v1),
                                                 0,
                                                 capabilities,
                                                 open,
                                                 closeSource,
                                                 connect,
                                                 close,
                                                 ping,
                                                 nullptr,
                                                 query,
                                                 nullptr,
                                                 nullptr,
                                                 nullptr};
  tenon::Host host_;
};

}  // namespace

TENON_PLUGIN(Plugin)
