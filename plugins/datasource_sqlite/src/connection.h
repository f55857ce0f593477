// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include <string_view>
#include <vector>

#include <tenon/datasource.h>

#include "dialect.h"
#include "source.h"
#include "statement.h"
#include "tenon/row_reader.hpp"

namespace tenon::sqlite {

/// One session. One thread at a time; several cursors may be open. Functions throw Failure.
class Connection {
 public:
  Connection(const Source& source, bool readOnly);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void query(const tenon_query& q, const tenon_cancel* cancel, tenon_rows* out);
  void execute(const tenon_query& q, const tenon_cancel* cancel, tenon_outcome* out);
  void transact(const tenon_transaction& t, const tenon_cancel* cancel);
  void describe(const tenon_describe& d, const tenon_cancel* cancel, tenon_rows* out);
  void ping(const tenon_cancel* cancel);
  const tenon_dialect* dialect() const noexcept { return sqlite::dialect(source_.options().foreignKeys); }

 private:
  friend struct RowsOf;
  /// Makes `token` the one that running statements obey, for one call.
  class Obey {
   public:
    Obey(Connection& c, const tenon_cancel* token);
    ~Obey() { connection_.token_ = previous_; }
    Obey(const Obey&) = delete;
    Obey& operator=(const Obey&) = delete;

   private:
    Connection& connection_;
    const tenon_cancel* previous_;
  };

  std::vector<BatchView> catalogue(uint32_t kind, tenon_str table, const tenon_cancel* cancel);
  void describeOne(uint32_t kind, std::string_view table, bool oneOfMany, const tenon_cancel* cancel, RowBuilder& out);
  Statement* prepare(const tenon_query& q);
  void bindRow(Statement& s, const tenon_query& q, int64_t row, bool keep);
  void chooseColumns(Statement& s, const ArrowSchema* asked);
  /// Steps once; true when there is a row.
  bool step(Statement& s);
  bool fillBatch(Statement& s, ArrowArray* out);
  void run(std::string_view sql, const tenon_cancel* cancel);
  [[noreturn]] void throwStopped(int code);
  static int onProgress(void* self);
  static int onBusy(void* self, int attempt);

  const Source& source_;
  sqlite3* db_;
  StatementCache statements_;
  const tenon_cancel* token_ = nullptr;
  uint64_t busySince_ms_ = 0;
};

}  // namespace tenon::sqlite
