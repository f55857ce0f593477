// SPDX-License-Identifier: Apache-2.0
#include "statement.h"

#include <cppconn/parameter_metadata.h>
#include <cppconn/resultset_metadata.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "errors.h"

namespace tenon::mysql {

namespace {

template <size_t N>
bool isOneOf(const std::string& word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// "insert ... returning": the server tells of these rows only when it runs.
bool mayReturn(const std::string& text) {
  constexpr std::array<std::string_view, 3> kWriters = {"insert", "replace", "delete"};
  constexpr std::string_view kReturning = " returning ";
  if (!isOneOf(firstWord(text), kWriters)) return false;
  const auto same = [](char a, char b) {
    return std::isspace(static_cast<unsigned char>(a)) != 0 ? b == ' '
                                                            : std::tolower(static_cast<unsigned char>(a)) == b;
  };
  return std::search(text.begin(), text.end(), kReturning.begin(), kReturning.end(), same) != text.end();
}

}  // namespace

std::string firstWord(std::string_view sql) {
  std::string out;
  for (const char c : sql) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalpha(u) != 0)
      out.push_back(static_cast<char>(std::tolower(u)));
    else if (!out.empty() || (std::isspace(u) == 0 && c != '('))
      break;
  }
  return out;
}

bool onlyReads(std::string_view sql) {
  constexpr std::array<std::string_view, 9> kReaders = {"select", "with",     "values", "show", "explain",
                                                        "desc",   "describe", "table",  "help"};
  return isOneOf(firstWord(sql), kReaders);
}

bool isDefinition(std::string_view sql) {
  constexpr std::array<std::string_view, 5> kDefinitions = {"alter", "create", "drop", "rename", "truncate"};
  return isOneOf(firstWord(sql), kDefinitions);
}

void Statement::check(const ArrowSchema* given) const {
  const int64_t count = given != nullptr ? given->n_children : 0;
  if (count != static_cast<int64_t>(parameters))
    throw Failure(TENON_INVALID, "the statement has " + std::to_string(parameters) + " parameters and " +
                                     std::to_string(count) + " were given")
        .from(TENON_FROM_CALLER)
        .because(TENON_REASON_SYNTAX)
        .state("07001");
}

const Schema& Statement::schemaOf(const ArrowSchema& given) {
  bool same = params && params->size() == static_cast<size_t>(given.n_children);
  for (size_t i = 0; same && i < params->size(); ++i) same = params->format(i) == given.children[i]->format;
  if (!same) params.emplace(given);
  return *params;
}

std::shared_ptr<Statement> StatementCache::take(sql::Connection& connection, std::string_view text, bool keep) {
  if (const auto it = byText_.find(text); it != byText_.end()) {
    list_.splice(list_.begin(), list_, it->second);
    if (!(*it->second)->busy) return *it->second;
    keep = false;  // its rows are open: a second copy for this run
  }
  auto made = std::make_shared<Statement>();
  made->text = std::string(text);
  made->handle.reset(connection.prepareStatement(sql::SQLString(made->text)));
  made->parameters = made->handle->getParameterMetaData()->getParameterCount();
  made->answersRows = made->handle->getMetaData()->getColumnCount() > 0 || mayReturn(made->text);
  if (!keep || most_ == 0) return made;
  if (list_.size() >= most_) {
    byText_.erase(list_.back()->text);
    list_.pop_back();
  }
  list_.push_front(made);
  byText_.emplace(made->text, list_.begin());
  return made;
}

void StatementCache::clear() noexcept {
  byText_.clear();
  list_.clear();
}

namespace {

/// Takes `prefix` from the front of `rest`.
bool take(std::string_view& rest, std::string_view prefix) {
  if (rest.substr(0, prefix.size()) != prefix) return false;
  rest.remove_prefix(prefix.size());
  return true;
}

/// A name, quoted or not.
bool takeName(std::string_view& rest) {
  if (!take(rest, "`")) {
    const size_t end = rest.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$.");
    rest.remove_prefix(end == 0 || end == std::string_view::npos ? rest.size() : end);
    return !rest.empty();
  }
  do {
    const size_t quote = rest.find('`');
    if (quote == std::string_view::npos) return false;
    rest.remove_prefix(quote + 1);
  } while (take(rest, "`"));
  return true;
}

}  // namespace

std::optional<InsertShape> insertShape(std::string_view text, unsigned parameters) {
  std::string_view rest = text;
  if (parameters == 0 || !take(rest, "insert into ") || !takeName(rest)) return std::nullopt;
  if (take(rest, " (")) {
    do
      if (!takeName(rest)) return std::nullopt;
    while (take(rest, ", "));
    if (!take(rest, ")")) return std::nullopt;
  }
  if (!take(rest, " values ")) return std::nullopt;
  const size_t open = text.size() - rest.size();
  std::string group = "(";
  for (unsigned i = 0; i < parameters; ++i) group += i == 0 ? "?" : ", ?";
  // All parameters are in the group, so the tail has none.
  if (!take(rest, group += ')')) return std::nullopt;
  if (!rest.empty() && rest.substr(0, 25) != " on duplicate key update ") return std::nullopt;
  return InsertShape{text.substr(0, open), text.substr(open, group.size()), rest};
}

}  // namespace tenon::mysql
