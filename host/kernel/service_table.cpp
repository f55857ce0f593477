// SPDX-License-Identifier: Apache-2.0
#include "service_table.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include <tenon/auth.h>
#include <tenon/datasource.h>
#include <tenon/drafts/data.h>

#include "tenon/error.hpp"

namespace tenon::host {

namespace {

constexpr uint32_t kLargestTable = 4096;

/// The tenon_error* among a function's arguments.
void pickError(tenon_error*& out, tenon_error* e) {
  out = e;
}
template <class T>
void pickError(tenon_error*&, T) {}

/// Stands in for a missing function of any signature of the ABI.
template <class F>
struct Stub;
template <class R, class... Args>
struct Stub<R (*)(Args...)> {
  static R call(Args... args) {
    if constexpr (std::is_same_v<R, tenon_status>) {
      tenon_error* e = nullptr;
      (pickError(e, args), ...);
      return fail(e, TENON_UNSUPPORTED, "this service does not offer that");
    } else if constexpr (!std::is_void_v<R>) {
      return R{};
    }
  }
};

template <class F>
void fill(F& member) {
  if (member == nullptr) member = &Stub<F>::call;
}
template <class F>
void require(const F& member, const char* id, const char* what) {
  if (member == nullptr) throw Failure(TENON_INVALID, std::string(id) + " must have " + what + "()");
}

template <class Table>
std::vector<unsigned char> bytesOf(const Table& t) {
  std::vector<unsigned char> out(sizeof t);
  std::memcpy(out.data(), &t, sizeof t);
  return out;
}

template <class Table>
Table widened(const void* table, uint32_t size) {
  Table t{};
  std::memcpy(&t, table, std::min<size_t>(size, sizeof t));
  t.size = sizeof t;
  return t;
}

std::vector<unsigned char> datasource(const void* table, uint32_t size) {
  auto t = widened<tenon_datasource_v1>(table, size);
  require(t.capabilities, TENON_DATASOURCE_ID, "capabilities");
  require(t.open, TENON_DATASOURCE_ID, "open");
  require(t.close_source, TENON_DATASOURCE_ID, "close_source");
  require(t.connect, TENON_DATASOURCE_ID, "connect");
  require(t.close, TENON_DATASOURCE_ID, "close");
  require(t.query, TENON_DATASOURCE_ID, "query");
  fill(t.ping);
  fill(t.dialect);
  fill(t.execute);
  fill(t.transact);
  fill(t.describe);
  return bytesOf(t);
}

std::vector<unsigned char> auth(const void* table, uint32_t size) {
  auto t = widened<tenon_auth_v1>(table, size);
  require(t.authenticate, TENON_AUTH_ID, "authenticate");
  return bytesOf(t);
}

std::vector<unsigned char> data(const void* table, uint32_t size) {
  auto t = widened<tenon_data_v1>(table, size);
  require(t.list, TENON_DATA_ID, "list");
  fill(t.migrate);
  fill(t.begin);
  fill(t.finish);
  fill(t.insert);
  fill(t.update);
  fill(t.remove);
  fill(t.prepare);
  fill(t.run);
  fill(t.begin_for);
  fill(t.write);
  fill(t.begin_once);
  fill(t.keep);
  if (t.release == nullptr) t.release = [](tenon_data_read*) {};
  if (t.statement == nullptr) t.statement = [](tenon_data_read*) { return tenon_str{nullptr, 0}; };
  return bytesOf(t);
}

}  // namespace

std::vector<unsigned char> normalizedTable(const char* id, const void* table) {
  if (table == nullptr) throw Failure(TENON_INVALID, std::string(id) + " was offered without a table");
  uint32_t size = 0;
  std::memcpy(&size, table, sizeof size);
  if (size < sizeof size || size > kLargestTable)
    throw Failure(TENON_INVALID, std::string(id) + " was offered with a table of " + std::to_string(size) + " bytes");
  const std::string_view name = id;
  if (name == TENON_DATASOURCE_ID) return datasource(table, size);
  if (name == TENON_AUTH_ID) return auth(table, size);
  if (name == TENON_DATA_ID) return data(table, size);
  const auto* bytes = static_cast<const unsigned char*>(table);
  return {bytes, bytes + size};
}

}  // namespace tenon::host
