// SPDX-License-Identifier: Apache-2.0
#include "classifier.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "routes/answer.h"
#include "tenon/str.hpp"

namespace tenon::modeling::native {

namespace {

using Words = std::initializer_list<std::string_view>;

bool isOneOf(const Token& token, Words words) noexcept {
  return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return token.is(w); });
}

Invalid unsupported(std::string_view word) {
  std::string shown(utf8Prefix(word, 32));
  std::transform(shown.begin(), shown.end(), shown.begin(),
                 [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::toupper(c) : c); });
  return Invalid("statement", "不支持的 SQL 语句: " + shown, "unsupported statement: " + shown);
}

}  // namespace

Classifier::Verb Classifier::verbOf(const Token& word) noexcept {
  if (isOneOf(word, {"select", "values", "table"})) return Verb::Select;
  if (isOneOf(word, {"insert", "update", "delete", "replace", "merge"})) return Verb::Change;
  if (isOneOf(word, {"create", "alter", "drop", "truncate"})) return Verb::Define;
  if (isOneOf(word, {"explain", "describe", "desc"})) return Verb::Explain;
  if (word.is("with")) return Verb::With;
  if (word.is("show")) return Verb::Show;
  if (word.is("pragma")) return Verb::Pragma;
  return Verb::None;
}

/// The first word decides.
void Classifier::begin(const Token& token) {
  if (token.isSymbol('(')) {
    ++top_;
    return;
  }
  main_ = verbOf(token);
  if (main_ == Verb::None) throw unsupported(token.text);
  explain_ = main_ == Verb::Explain;
  with_ = main_ == Verb::With;
  if (token.is("create")) creates_ = Creates::Unknown;
}

/// Behind EXPLAIN with its options, and behind WITH with its tables, comes the statement that counts.
void Classifier::lookForMain(const Token& token) {
  if (with_) {
    if (token.isSymbol('(') && last_.isSymbol(')') && depth_ == top_ + 1)
      top_ = depth_;  // with x as (...) (select ...)
    const bool name = last_.is("with") || last_.is("recursive") || last_.isSymbol(',');
    const Verb verb = verbOf(token);
    if (depth_ != top_ || name || (verb != Verb::Select && verb != Verb::Change)) return;
    main_ = verb;
    with_ = false;
    return;
  }
  if (isOneOf(token, {"analyze", "analyse"})) analyze_ = true;
  const Verb verb = verbOf(token);
  if (verb == Verb::None || verb == Verb::Explain) return;
  main_ = verb;
  top_ = depth_;
  with_ = verb == Verb::With;
}

/// A table that is made by a change: PostgreSQL's with gone as (delete from t returning *) select ...
void Classifier::lookInside(const Token& token) {
  if (maybeChange_ && !token.isSymbol('(')) changeInside_ = true;
  maybeChange_ = last_.isSymbol('(') && isOneOf(token, {"insert", "update", "delete", "merge"});
}

/// Words behind the verb that change what the statement answers.
void Classifier::follow(const Token& token) {
  if (token.is("into")) {  // a select into a new table, a file or a variable
    into_ = true;
    if (depth_ <= top_) intoAtTop_ = true;
  }
  if (token.is("returning") && depth_ <= top_) returning_ = true;
}

/// A pragma that sets something would change the pooled connection for those who get it next, some even when they are
/// only prepared: with an argument, only those that read are run.
void Classifier::followPragma(const Token& token) {
  if (pragmaArgument_ || (!token.isSymbol('=') && !token.isSymbol('('))) return;
  pragmaArgument_ = true;
  if (!isOneOf(last_, {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
                       "foreign_key_list", "foreign_key_check", "integrity_check", "quick_check"}))
    throw Invalid("statement", "不支持修改会话设置的 PRAGMA", "unsupported statement: a pragma that sets something");
}

/// The body of a trigger, procedure or function is a block of statements, each with its semicolon.
void Classifier::followDefinition(const Token& token) {
  if (creates_ == Creates::Unknown) {
    if (isOneOf(token, {"trigger", "procedure", "function", "event"}))
      creates_ = Creates::Routine;
    else if (isOneOf(token, {"table", "view", "index", "schema", "database", "sequence", "type", "user", "role"}))
      creates_ = Creates::Other;
  }
  if (creates_ != Creates::Routine || depth_ > top_) return;
  if (token.is("begin")) {
    ++blocks_;
  } else if (token.is("case")) {
    if (blocks_ > 0 && !last_.is("end")) ++blocks_;
  } else if (token.is("end")) {
    blocks_ = std::max<int64_t>(blocks_ - 1, 0);
  } else if (last_.is("end") && isOneOf(token, {"if", "loop", "while", "repeat", "for"})) {
    ++blocks_;  // that END closed what opened no block here
  }
}

void Classifier::take(const Token& token) {
  if (token.isSymbol(';') && blocks_ == 0) {
    ended_ = true;
    return;
  }
  if (ended_) throw Invalid("statement", "只能包含一条语句", "holds more than one statement");
  if (token.isSymbol('(')) ++depth_;
  if (token.isSymbol(')')) --depth_;
  lookInside(token);
  if (main_ == Verb::None)
    begin(token);
  else if (main_ == Verb::Explain || with_)
    lookForMain(token);
  else if (main_ == Verb::Pragma)
    followPragma(token);
  else if (main_ == Verb::Define)
    followDefinition(token);
  else
    follow(token);
  last_ = token;
}

void Classifier::finish() const {
  if (main_ == Verb::None) throw Invalid("statement", "不能为空", "must not be blank");
  if (with_) throw unsupported("with");
}

bool Classifier::changesSomething() const noexcept {
  return main_ == Verb::Change || main_ == Verb::Define || changeInside_ || into_;
}

bool Classifier::answersRows() const noexcept {
  if (explain_) return true;
  if (main_ == Verb::Change) return returning_;
  return main_ != Verb::Define && !intoAtTop_;
}

bool Classifier::writes() const noexcept {
  return changesSomething() && (!explain_ || analyze_);
}

}  // namespace tenon::modeling::native
