// SPDX-License-Identifier: Apache-2.0
// How calls fail. The calls are those of a datasource, which every check can make fail.
#include <cstring>

#include "guard_page.h"
#include "session.h"

namespace tenon::compliance {

namespace {

bool isUtf8(std::string_view s) {
  for (size_t i = 0; i < s.size();) {
    const auto b = static_cast<unsigned char>(s[i]);
    const size_t n = b < 0x80                ? 1
                     : b >= 0xC2 && b < 0xE0 ? 2
                     : b >= 0xE0 && b < 0xF0 ? 3
                     : b >= 0xF0 && b < 0xF5 ? 4
                                             : 0;
    if (n == 0 || i + n > s.size()) return false;
    for (size_t k = 1; k < n; ++k)
      if ((static_cast<unsigned char>(s[i + k]) & 0xC0U) != 0x80U) return false;
    i += n;
  }
  return true;
}

/// Calls that must fail, each with its own error struct. open() of junk is the first.
template <class Fn>
void eachFailure(Session& s, Fn&& fn) {
  const auto open = [&](const char* json, tenon_error* e) {
    tenon_source* source = nullptr;
    return s.table().open(s.self(), str(json), &source, e);
  };
  fn("open() of junk", [&](tenon_error* e) { return open("\xff{not json", e); });
  fn("open() of an empty object", [&](tenon_error* e) { return open("{}", e); });
  fn("query() of a malformed statement", [&](tenon_error* e) {
    tenon_query q{};
    q.size = sizeof q;
    q.language = s.language();
    const std::string bad = s.badQuery();
    q.text = str(bad);
    tenon_rows rows{};
    rows.size = sizeof rows;
    return s.table().query(s.conn(), &q, nullptr, &rows, e);
  });
}

void junkIsRefused(Context& c) {
  Session s(c);
  eachFailure(s, [](const char* what, auto&& call) {
    Error e;
    require(call(&e) != TENON_OK, std::string(what) + " succeeds");
  });
}

void codeIsTheStatus(Context& c) {
  Session s(c);
  eachFailure(s, [](const char* what, auto&& call) {
    Error e;
    const tenon_status status = call(&e);
    require(status != TENON_OK && status != TENON_END && e.code == status,
            std::string(what) + " returns " + std::to_string(status) + " and writes " + std::to_string(e.code));
  });
}

void textIsReadable(Context& c) {
  Session s(c);
  eachFailure(s, [](const char* what, auto&& call) {
    Error e;
    e.message[0] = e.object[0] = '\x7f';
    call(&e);
    require(std::memchr(e.message, 0, sizeof e.message) != nullptr &&
                std::memchr(e.object, 0, sizeof e.object) != nullptr &&
                std::memchr(e.sqlstate, 0, sizeof e.sqlstate) != nullptr,
            std::string(what) + ": a text is not ended by NUL");
    require(e.message[0] != '\0' && e.message[0] != '\x7f', std::string(what) + ": there is no message");
    require(isUtf8(e.message) && isUtf8(e.object), std::string(what) + ": a text is not UTF-8");
    require(e.message_len >= std::strlen(e.message), std::string(what) + ": message_len is less than the text");
  });
}

void nullErrorIsLegal(Context& c) {
  Session s(c);
  eachFailure(
      s, [](const char* what, auto&& call) { require(call(nullptr) != TENON_OK, std::string(what) + " succeeds"); });
}

void outStructsAreNotOverrun(Context& c) {
  Session s(c);
  eachFailure(s, [](const char*, auto&& call) {
    GuardedStruct<tenon_error> e;
    call(e.get());
    // A caller that knows less: only the head of the struct may be written.
    GuardedStruct<tenon_error> head(TENON_UPTO(tenon_error, code));
    call(head.get());
  });
  tenon_query q{};
  q.size = sizeof q;
  q.language = s.language();
  const std::string text = s.rowsQuery();
  q.text = str(text);
  GuardedStruct<tenon_rows> rows;
  require(s.table().query(s.conn(), &q, nullptr, rows.get(), nullptr) == TENON_OK, "query() failed");
  require(rows->size == sizeof(tenon_rows), "query() changes the caller's size of tenon_rows");
  rows->close(rows.get());
  if (!s.has(&tenon_datasource_v1::execute) || !s.can(TENON_DS_SQL)) return;
  const std::string table = s.makeTable("guard", "n " + s.columnType(TENON_TYPE_LONG));
  const std::string insert = "insert into " + table + " (n) values (1)";
  q.text = str(insert);
  GuardedStruct<tenon_outcome> outcome;
  require(s.table().execute(s.conn(), &q, nullptr, outcome.get(), nullptr) == TENON_OK, "execute() failed");
}

void successLeavesTheErrorAlone(Context& c) {
  Session s(c);
  const std::string text = s.rowsQuery();
  Error e;
  e.code = 77;
  tenon_query q{};
  q.size = sizeof q;
  q.language = s.language();
  q.text = str(text);
  Rows rows;
  require(s.table().query(s.conn(), &q, nullptr, rows.out(), &e) == TENON_OK, "query() failed");
  require(e.code == 77, "a call that succeeds writes to the error");
}

void namesTheKey(Context& c) {
  Session s(c);
  tenon_source* source = nullptr;
  Error e;
  Json config = c.options.datasource;
  config["url"] = 7;
  const std::string json = dumpJson(config);
  const tenon_status status = s.table().open(s.self(), str(json), &source, &e);
  require(status == TENON_INVALID,
          "open() of a url that is a number answers " + std::to_string(status) + ", not INVALID");
  require(e.named() == "url", "open() does not name the offending key in object: \"" + std::string(e.named()) + "\"");
}

}  // namespace

std::vector<Check> errorChecks() {
  return {
      {"errors.junk", "junk is refused", junkIsRefused},
      {"errors.code", "the status returned is the code written", codeIsTheStatus},
      {"errors.text", "texts are UTF-8, end with NUL and say something", textIsReadable},
      {"errors.null", "a NULL error is legal", nullErrorIsLegal},
      {"errors.size", "no out-struct is written past its caller's size", outStructsAreNotOverrun},
      {"errors.success", "a call that succeeds leaves the error alone", successLeavesTheErrorAlone},
      {"errors.key", "open() answers INVALID and names the offending key", namesTheKey},
  };
}

}  // namespace tenon::compliance
