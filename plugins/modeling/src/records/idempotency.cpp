// SPDX-License-Identifier: Apache-2.0
#include "idempotency.h"

#include <algorithm>
#include <initializer_list>

#include "model/model.h"
#include "registry/migrate.h"
#include "routes/answer.h"
#include "sql/insert.h"
#include "sync/physical.h"
#include "tenon/extras/sha256.hpp"

namespace tenon::modeling {

namespace {

constexpr size_t kLongestKey = 255;
constexpr int64_t kKept_ms = 24 * 3600 * 1000LL;
constexpr int64_t kSweepEvery = 64;  // one claim of so many, by the clock

/// A digest of texts, none of which can flow into the next.
std::string digest(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const auto& part : parts) all.append(std::to_string(part.size())).append(1, ':').append(part);
  return sha256Hex(all);
}

const std::string& tableName() {
  static const std::string name = std::string(kOwnTables) + "idempotency";
  return name;
}

Entity table() {
  const auto field = [](const char* name, FieldType type, bool nullable) {
    Field f;
    f.name = name;
    f.type = type;
    f.length = 64;
    f.nullable = nullable;
    return f;
  };
  Entity e;
  e.name = tableName();
  e.fields = {field("id", FieldType::String, false), field("fingerprint", FieldType::String, false),
              field("reply", FieldType::Text, true), field("created_ms", FieldType::Long, false)};
  e.fields[0].identity = true;
  return e;
}

}  // namespace

Idempotency::Key Idempotency::Key::of(std::string_view text, std::string_view tenant, std::string_view user,
                                      std::string_view method, std::string_view target, std::string_view body) {
  const bool visible = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
  if (text.empty() || text.size() > kLongestKey || !visible)
    throw Invalid("Idempotency-Key", "必须是 1 到 255 个可见字符", "must be 1 to 255 visible characters");
  return {digest({tenant, user, text}), digest({method, target, body})};
}

void Idempotency::makeTable() {
  try {
    bringUpToDate(connection_, {table()}, cancel_);
  } catch (const Failure& f) {  // another request may have made it meanwhile
    if (f.reason() != TENON_REASON_OBJECT_EXISTS && f.reason() != TENON_REASON_UNIQUE) throw;
  }
}

void Idempotency::sweep() {
  const Dialect& d = connection_.dialect();
  RowBuilder before({{"created_ms", "l"}});
  before.i64(0, now_ms_ - kKept_ms);
  before.endRow();
  std::string sql = "delete from " + d.quoted(tableName()) + " where " + d.quoted("created_ms") + " < ";
  d.parameter(sql, 1);
  connection_.execute(sql, &before, cancel_);
}

bool Idempotency::claim() {
  RowBuilder row({{"id", "u"}, {"fingerprint", "u"}, {"created_ms", "l"}});
  row.text(0, key_.id);
  row.text(1, key_.fingerprint);
  row.i64(2, now_ms_);
  row.endRow();
  const std::string sql = insertInto(connection_.dialect(), tableName(), row.schema());
  try {
    if (now_ms_ % kSweepEvery == 0) sweep();
    connection_.execute(sql, &row, cancel_);  // waits for another request that has the key and is not done
    return true;
  } catch (const Failure& f) {
    if (f.reason() == TENON_REASON_NO_SUCH_OBJECT) throw NoTable(f);
    if (f.reason() != TENON_REASON_UNIQUE) throw;
    return false;
  }
}

bool Idempotency::isClaimed(Connection& connection, const Key& key, const tenon_cancel* cancel) {
  const Dialect& d = connection.dialect();
  RowBuilder id({{"id", "u"}});
  id.text(0, key.id);
  id.endRow();
  static const Schema expected{{"id", "u"}};
  std::string sql = "select " + d.quoted("id") + " from " + d.quoted(tableName()) + " where " + d.quoted("id") + " = ";
  d.parameter(sql, 1);
  try {
    return connection.query(sql, &id, &expected, cancel).next();
  } catch (const Failure& f) {
    if (f.reason() == TENON_REASON_NO_SUCH_OBJECT) return false;
    throw;
  }
}

void Idempotency::keep(std::string_view reply) {
  const Dialect& d = connection_.dialect();
  RowBuilder row({{"reply", "u"}, {"id", "u"}});
  row.text(0, reply);
  row.text(1, key_.id);
  row.endRow();
  std::string sql = "update " + d.quoted(tableName()) + " set " + d.quoted("reply") + " = ";
  d.parameter(sql, 1);
  sql += " where " + d.quoted("id") + " = ";
  d.parameter(sql, 2);
  connection_.execute(sql, &row, cancel_);
}

std::string Idempotency::stored() {
  const Dialect& d = connection_.dialect();
  RowBuilder key({{"id", "u"}});
  key.text(0, key_.id);
  key.endRow();
  static const Schema expected{{"fingerprint", "u"}, {"reply", "u"}};
  std::string sql = "select " + d.quoted("fingerprint") + ", " + d.quoted("reply") + " from " + d.quoted(tableName()) +
                    " where " + d.quoted("id") + " = ";
  d.parameter(sql, 1);
  Rows rows = connection_.query(sql, &key, &expected, cancel_);
  if (!rows.next())
    throw Failure(TENON_UNAVAILABLE, "the request with this key was undone meanwhile: try again").retryAfter(1000);
  if (rows.batch()[0].text(0) != key_.fingerprint)
    throw Invalid("Idempotency-Key", "该键已用于其他请求", "was used for another request");
  return rows.batch()[1].isNull(0) ? std::string() : std::string(rows.batch()[1].text(0));
}

}  // namespace tenon::modeling
