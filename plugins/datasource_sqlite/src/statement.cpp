// SPDX-License-Identifier: Apache-2.0
#include "statement.h"

#include "errors.h"

namespace tenon::sqlite {

namespace {

/// Only blanks, comments and semicolons may follow the statement.
bool onlyBlank(std::string_view rest) {
  while (!rest.empty()) {
    const char c = rest[0];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '\f') {
      rest.remove_prefix(1);
    } else if (rest.substr(0, 2) == "--") {
      const size_t end = rest.find('\n');
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
    } else if (rest.substr(0, 2) == "/*") {
      const size_t end = rest.find("*/", 2);
      if (end == std::string_view::npos) return true;
      rest.remove_prefix(end + 2);
    } else {
      return false;
    }
  }
  return true;
}

Failure syntax(const std::string& message) {
  return Failure(TENON_INVALID, message).from(TENON_FROM_CALLER).because(TENON_REASON_SYNTAX).state("42601");
}

}  // namespace

Statement::Statement(sqlite3* db, std::string_view sql, bool persistent) : text(sql) {
  if (text.size() > 1000000 || text.find('\0') != std::string::npos)
    throw syntax("the statement is too long or holds a zero byte");
  const char* tail = nullptr;
  checked(db, sqlite3_prepare_v3(db, text.data(), static_cast<int>(text.size()),
                                 persistent ? SQLITE_PREPARE_PERSISTENT : 0U, &handle, &tail));
  if (handle == nullptr) throw syntax("there is no statement");
  if (!onlyBlank(std::string_view(text).substr(static_cast<size_t>(tail - text.data())))) {
    sqlite3_finalize(handle);
    throw syntax("one statement at a time");
  }
}

Statement::~Statement() {
  sqlite3_finalize(handle);
}

Statement* StatementCache::take(std::string_view sql, bool reused) {
  if (const auto it = byText_.find(sql); it != byText_.end()) {
    Statement* s = it->second->get();
    if (!s->busy) {
      used_.splice(used_.begin(), used_, it->second);
      s->busy = true;
      return s;
    }
    reused = false;
  }
  auto fresh = std::make_unique<Statement>(db_, sql, reused);
  fresh->busy = true;
  if (!reused || capacity_ == 0) return fresh.release();
  if (used_.size() >= capacity_) {
    for (auto it = std::prev(used_.end());; --it) {
      if (!(*it)->busy) {
        byText_.erase((*it)->text);
        used_.erase(it);
        break;
      }
      if (it == used_.begin()) return fresh.release();
    }
  }
  fresh->cached = true;
  used_.push_front(std::move(fresh));
  Statement* s = used_.front().get();
  byText_.emplace(s->text, used_.begin());
  return s;
}

void StatementCache::give(Statement* s) noexcept {
  sqlite3_reset(s->handle);
  sqlite3_clear_bindings(s->handle);
  s->cancel = nullptr;
  s->hasRow = false;
  s->busy = false;
  if (!s->cached) delete s;
}

void StatementCache::clear() noexcept {
  byText_.clear();
  used_.clear();
}

}  // namespace tenon::sqlite
