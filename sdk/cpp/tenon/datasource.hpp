// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <tenon/datasource.h>

#include "deadline.hpp"
#include "error.hpp"
#include "row_builder.hpp"
#include "str.hpp"

namespace tenon {

/// Throws what the token says when it is set: DEADLINE or CANCELLED.
inline void throwIfSet(const tenon_cancel* token, uint32_t origin = TENON_FROM_PLUGIN) {
  if (!isSet(token)) return;
  if (pastDeadline(token))
    throw Failure(TENON_DEADLINE, "the deadline passed").from(origin).because(TENON_REASON_TIMEOUT).state("57014");
  throw Failure(TENON_CANCELLED, "the statement was cancelled").from(origin).state("57014");
}

/// The columns that describe() answers for a kind; NULL for a kind this header does not know.
inline const Schema* descriptionSchema(uint32_t kind) {
  static const Schema schemas[] = {
      {{"table", "u"}, {"kind", "u"}, {"comment", "u"}, {"row_estimate", "l"}, {"bytes", "l"}},
      {{"table", "u"},
       {"ordinal", "l"},
       {"column", "u"},
       {"type", "l"},
       {"declared", "u"},
       {"length", "l"},
       {"precision", "l"},
       {"scale", "l"},
       {"nullable", "b"},
       {"default", "u"},
       {"generated", "b"},
       {"key_ordinal", "l"},
       {"comment", "u"},
       {"default_expression", "u"},
       {"computed", "b"},
       {"attributes", "u"}},
      {{"table", "u"}, {"index", "u"}, {"ordinal", "l"}, {"column", "u"}, {"descending", "b"}, {"unique", "b"}},
      {{"table", "u"},
       {"constraint", "u"},
       {"ordinal", "l"},
       {"column", "u"},
       {"target_table", "u"},
       {"target_column", "u"},
       {"on_delete", "u"}}};
  return kind >= TENON_DESCRIBE_TABLES && kind <= TENON_DESCRIBE_FOREIGN_KEYS ? &schemas[kind - 1] : nullptr;
}

/// A builder for the columns that a query's caller asked for. Throws Failure when the result has another number of
/// columns, or a format is asked for that RowBuilder does not build.
inline std::unique_ptr<RowBuilder> askedBuilder(const ArrowSchema& asked, size_t columns) {
  auto out = std::make_unique<RowBuilder>(Schema(asked));
  if (out->schema().size() != columns)
    throw Failure(TENON_INVALID, "the result has " + std::to_string(columns) + " columns and " +
                                     std::to_string(out->schema().size()) + " were asked for")
        .from(TENON_FROM_CALLER);
  for (size_t i = 0; i < columns; ++i)
    if (!RowBuilder::builds(out->schema().parsed(i)))
      throw Failure(TENON_UNSUPPORTED, "a column was asked for in a format that is not built here")
          .from(TENON_FROM_CALLER);
  return out;
}

/// Does a builder that was made for an earlier run serve this one's asked columns too?
inline bool servesAsked(const RowBuilder& builder, const ArrowSchema& asked) {
  if (builder.schema().size() != static_cast<size_t>(asked.n_children)) return false;
  for (size_t i = 0; i < builder.schema().size(); ++i)
    if (builder.schema().format(i) != asked.children[i]->format || builder.schema().name(i) != asked.children[i]->name)
      return false;
  return true;
}

/// The Failure for a stored value that is not of the kind its column was asked for.
inline Failure wrongTypeOf(const std::string& column) {
  return Failure(TENON_INTERNAL, "column " + column + " holds a value that is not of the kind asked for")
      .from(TENON_FROM_BACKEND)
      .because(TENON_REASON_TYPE)
      .state("22018")
      .naming(TENON_OBJECT_COLUMNS, column);
}

/// Hands rows out that are complete in memory: one batch, then the end.
inline void offerRows(std::unique_ptr<RowBuilder> rows, tenon_rows* out) {
  struct Finished {
    std::unique_ptr<RowBuilder> rows;
    bool given = false;
    static Finished& of(tenon_rows* r) { return *static_cast<Finished*>(r->impl); }
  };
  auto finished = std::make_unique<Finished>();
  finished->rows = std::move(rows);
  out->flags = 0;
  out->schema = [](tenon_rows* r, ArrowSchema* schema, tenon_error* e) -> tenon_status {
    return guard(e, [&] { Finished::of(r).rows->schema().exportTo(schema); });
  };
  out->next = [](tenon_rows* r, ArrowArray* batch, tenon_error* e) -> tenon_status {
    return guard(e, [&]() -> tenon_status {
      Finished& f = Finished::of(r);
      if (f.given || f.rows->rows() == 0) return TENON_END;
      f.given = true;
      f.rows->take(batch);
      return TENON_OK;
    });
  };
  out->close = [](tenon_rows* r) {
    delete static_cast<Finished*>(r->impl);
    r->impl = nullptr;
    r->close = nullptr;
  };
  out->impl = finished.release();
}

/// The table of a driver that is written as classes, whose functions throw Failure:
///   struct Driver {
///     using Plugin = ...;      // what `self` points to
///     using Source = ...;
///     using Connection = ...;  // ping, query, execute, transact, describe, dialect() with the ABI's arguments
///     static constexpr uint64_t kCapabilities;
///     static std::unique_ptr<Source> open(Plugin&, std::string_view configJson);
///     static std::unique_ptr<Connection> connect(Source&, uint32_t flags, const tenon_cancel*);
///   };
///   host.provide(TENON_DATASOURCE_ID, "mine", &tenon::DatasourceTable<Driver>::kTable, this);
template <class Driver>
class DatasourceTable {
  using Source = typename Driver::Source;
  using Connection = typename Driver::Connection;
  static Source& of(tenon_source* s) { return *reinterpret_cast<Source*>(s); }
  static Connection& of(tenon_conn* c) { return *reinterpret_cast<Connection*>(c); }
  static void require(bool whole) {
    if (!whole) throw Failure(TENON_INVALID, "an argument is missing or too short").from(TENON_FROM_CALLER);
  }

  static uint64_t capabilities(void*) { return Driver::kCapabilities; }
  static tenon_status open(void* self, tenon_str config, tenon_source** out, tenon_error* e) {
    return guard(e, [&] {
      require(out != nullptr);
      *out = reinterpret_cast<tenon_source*>(
          Driver::open(*static_cast<typename Driver::Plugin*>(self), view(config)).release());
    });
  }
  static void closeSource(tenon_source* s) { delete &of(s); }
  static tenon_status connect(tenon_source* s, uint32_t flags, const tenon_cancel* cancel, tenon_conn** out,
                              tenon_error* e) {
    return guard(e, [&] {
      require(out != nullptr);
      throwIfSet(cancel);
      *out = reinterpret_cast<tenon_conn*>(Driver::connect(of(s), flags, cancel).release());
    });
  }
  static void close(tenon_conn* c) { delete &of(c); }
  static tenon_status ping(tenon_conn* c, const tenon_cancel* cancel, tenon_error* e) {
    return guard(e, [&] { of(c).ping(cancel); });
  }
  static const tenon_dialect* dialect(tenon_conn* c) { return of(c).dialect(); }
  static tenon_status query(tenon_conn* c, const tenon_query* q, const tenon_cancel* cancel, tenon_rows* out,
                            tenon_error* e) {
    return guard(e, [&] {
      require(TENON_HAS(tenon_query, q, max_rows) && TENON_HAS(tenon_rows, out, close));
      of(c).query(*q, cancel, out);
    });
  }
  static tenon_status execute(tenon_conn* c, const tenon_query* q, const tenon_cancel* cancel, tenon_outcome* out,
                              tenon_error* e) {
    return guard(e, [&] {
      require(TENON_HAS(tenon_query, q, max_rows));
      of(c).execute(*q, cancel, out);
    });
  }
  static tenon_status transact(tenon_conn* c, const tenon_transaction* t, const tenon_cancel* cancel, tenon_error* e) {
    return guard(e, [&] {
      require(TENON_HAS(tenon_transaction, t, level));
      of(c).transact(*t, cancel);
    });
  }
  static tenon_status describe(tenon_conn* c, const tenon_describe* d, const tenon_cancel* cancel, tenon_rows* out,
                               tenon_error* e) {
    return guard(e, [&] {
      require(TENON_HAS(tenon_describe, d, table) && TENON_HAS(tenon_rows, out, close));
      of(c).describe(*d, cancel, out);
    });
  }

 public:
  static constexpr tenon_datasource_v1 kTable = {sizeof(tenon_datasource_v1),
                                                 0,
                                                 capabilities,
                                                 open,
                                                 closeSource,
                                                 connect,
                                                 close,
                                                 ping,
                                                 dialect,
                                                 query,
                                                 execute,
                                                 transact,
                                                 describe};
};

}  // namespace tenon
