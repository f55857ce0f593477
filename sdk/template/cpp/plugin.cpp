// SPDX-License-Identifier: Apache-2.0
// A datasource plugin to start from: {"dbKind":"lines","url":"notes"} makes the folder home/notes a datasource
// whose tables are the text files in it, with the columns number and line. It has no SQL and takes the query tree.
#include "tenon_plugin_manifest.h"

#include <tenon/datasource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "tenon/deadline.hpp"
#include "tenon/extras/json.hpp"
#include "tenon/plugin.hpp"
#include "tenon/row_builder.hpp"

namespace {

using tenon::Failure;

/// One folder; a connection needs no more than that.
struct Source {
  std::filesystem::path folder;
};

/// What a query tree asks for. This driver selects columns, with limit and offset; more it does not understand, and
/// says so.
struct Select {
  std::string from;
  std::vector<tenon::Column> columns;
  uint64_t limit = UINT64_MAX, offset = 0;

  explicit Select(std::string_view text) {
    const auto bad = [](const char* what) { return Failure(TENON_INVALID, what).because(TENON_REASON_SYNTAX); };
    tenon::Json tree;
    try {
      tree = tenon::parseJson(text);
    } catch (const Failure& f) {
      throw bad(f.what());
    }
    if (!tree.is_object() || !tree.contains("select") || !tree["select"].is_object())
      throw bad("a query is an object with \"select\"");
    for (const auto& [key, value] : tree["select"].items()) {
      if (key == "from" && value.is_string())
        from = value.get<std::string>();
      else if (key == "columns" && value.is_array())
        for (const auto& c : value) {
          if (c != "number" && c != "line") throw bad("a table of lines has the columns number and line");
          columns.push_back({c.get<std::string>(), c == "number" ? "l" : "u"});
        }
      else if ((key == "limit" || key == "offset") && value.is_number_unsigned())
        (key == "limit" ? limit : offset) = value.get<uint64_t>();
      else
        throw Failure(TENON_UNSUPPORTED, "this driver does not understand \"" + key + "\" of a query");
    }
    if (columns.empty()) columns = {{"number", "l"}, {"line", "u"}};
  }
};

/// The rows of one file, read as they are pulled.
struct Cursor {
  std::ifstream file;
  tenon::RowBuilder builder;
  const tenon_cancel* cancel;
  uint64_t batchRows, batchBytes, rowsLeft, skip;
  int64_t number = 0;

  Cursor(const Select& select, const tenon_query& q, const tenon_cancel* token)
      : builder(tenon::Schema(select.columns)),
        cancel(token),
        batchRows(q.max_batch_rows != 0 ? std::min<uint64_t>(q.max_batch_rows, 4096) : 1024),
        batchBytes(q.max_batch_bytes != 0 ? q.max_batch_bytes : 1 << 20),
        rowsLeft(std::min(select.limit, q.max_rows != 0 ? q.max_rows : UINT64_MAX)),
        skip(select.offset) {}

  static Cursor& of(tenon_rows* rows) { return *static_cast<Cursor*>(rows->impl); }
  static tenon_status schema(tenon_rows* rows, ArrowSchema* out, tenon_error* e) {
    return tenon::guard(e, [&] { of(rows).builder.schema().exportTo(out); });
  }
  static tenon_status next(tenon_rows* rows, ArrowArray* out, tenon_error* e) {
    return tenon::guard(e, [&] { return of(rows).fill() ? (of(rows).builder.take(out), TENON_OK) : TENON_END; });
  }
  static void close(tenon_rows* rows) {
    delete &of(rows);
    rows->impl = nullptr;
    rows->close = nullptr;
  }

  bool fill() {
    if (tenon::isSet(cancel)) throw Failure(TENON_CANCELLED, "cancelled");
    std::string line;
    while (rowsLeft > 0 && static_cast<uint64_t>(builder.rows()) < batchRows && builder.textBytes() < batchBytes &&
           std::getline(file, line)) {
      ++number;
      if (skip > 0) {
        --skip;
        continue;
      }
      for (size_t i = 0; i < builder.schema().size(); ++i)
        if (builder.schema().kind(i) == tenon::ColumnKind::Text)
          builder.text(i, line);
        else
          builder.i64(i, number);
      builder.endRow();
      --rowsLeft;
    }
    return builder.rows() > 0;
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
      const tenon::Json json = tenon::parseJson(tenon::view(config));
      const auto bad = [](const char* what) { return Failure(TENON_INVALID, what).naming(TENON_OBJECT_FIELD, "url"); };
      if (!json.is_object() || !json.contains("url") || !json["url"].is_string()) throw bad("the url is required");
      const auto url = json["url"].get<std::string>();
      if (url.empty() || url.find_first_of("/.\\") != std::string::npos)
        throw bad("the url is the name of a folder in the home folder");
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
      if (q->language != TENON_LANGUAGE_TREE) throw Failure(TENON_UNSUPPORTED, "this driver takes the query tree only");
      if (tenon::isSet(cancel)) throw Failure(TENON_CANCELLED, "cancelled");
      const Select select(tenon::view(q->text));
      if (select.from.empty() || select.from.find('/') != std::string::npos || select.from[0] == '.')
        throw Failure(TENON_INVALID, "not a table: " + select.from).because(TENON_REASON_SYNTAX);
      auto cursor = std::make_unique<Cursor>(select, *q, cancel);
      cursor->file.open(reinterpret_cast<Source*>(c)->folder / select.from);
      if (!cursor->file)
        throw Failure(TENON_NOT_FOUND, "no such table: " + select.from).because(TENON_REASON_NO_SUCH_OBJECT);
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
