// SPDX-License-Identifier: Apache-2.0
#include "statement.h"

#include <algorithm>

#include "classifier.h"
#include "routes/answer.h"

namespace tenon::modeling::native {

namespace {

constexpr size_t kMostBytes = size_t{1} << 20U;

/// Where `name` stands in `names`, to which it is added when it is new.
size_t placeOf(std::vector<std::string>& names, std::string_view name) {
  const auto it = std::find(names.begin(), names.end(), name);
  const auto at = static_cast<size_t>(it - names.begin());
  if (it == names.end()) names.emplace_back(name);
  return at;
}

/// Could it run together with a parameter's digits?
bool inWord(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

Statement::Statement(std::string text, const Lexicon& lexicon) : text_(std::move(text)), end_(text_.size()) {
  if (text_.size() > kMostBytes) throw Invalid("statement", "不能超过 1 MiB", "must not be longer than 1 MiB");
  if (text_.find('\0') != std::string::npos)
    throw Invalid("statement", "不能包含空字符", "must not hold a zero character");
  Lexer lexer(text_, lexicon);
  Classifier classifier;
  std::array<Token, 4> before{};  // the last one last
  while (const auto token = lexer.next()) {
    const bool hadEnded = classifier.ended();
    classifier.take(*token);
    if (classifier.ended() && !hadEnded) end_ = token->at;
    if (token->kind == Token::Kind::Parameter) add(*token);
    if (token->isSymbol(')')) close(*token, before);
    std::rotate(before.begin(), before.begin() + 1, before.end());
    before.back() = *token;
  }
  classifier.finish();
  answersRows_ = classifier.answersRows();
  writes_ = classifier.writes();
}

void Statement::add(const Token& parameter) {
  if (places_.size() == kMostParameters)
    throw Invalid("statement", "参数不能超过 " + std::to_string(kMostParameters) + " 个",
                  "must not have more than " + std::to_string(kMostParameters) + " parameters");
  spans_.push_back({parameter.at, parameter.text.size()});
  places_.push_back(placeOf(names_, parameter.name));
}

/// Is it the end of "in (${name})"?
void Statement::close(const Token& end, const std::array<Token, 4>& before) {
  if (before[3].kind != Token::Kind::Parameter || !before[2].isSymbol('(') || !before[1].is("in")) return;
  spans_.back().listEnd = end.at + end.text.size();
  spans_.back().isNegated = before[0].is("not");
}

std::string Statement::render(const Dialect& dialect, const std::vector<size_t>& widths) const {
  std::string sql;
  sql.reserve(end_ + 4 * places_.size());
  size_t from = 0;
  uint32_t position = 0;
  for (size_t i = 0; i < places_.size(); ++i) {
    sql.append(text_, from, spans_[i].at - from);
    from = spans_[i].at + spans_[i].size;
    if (!sql.empty() && inWord(sql.back())) sql += ' ';
    const size_t width = widths[places_[i]];
    if (width == 0) sql += "null";
    for (size_t k = 0; k < width; ++k) {
      if (k > 0) sql += ", ";
      dialect.parameter(sql, ++position);
    }
    if (width == 0 && spans_[i].listEnd != 0) {  // compared with null everything is unknown
      sql.append(text_, from, spans_[i].listEnd - from).append(spans_[i].isNegated ? " is null" : " is true");
      from = spans_[i].listEnd;
    }
    if (from < end_ && inWord(text_[from])) sql += ' ';
  }
  return sql.append(text_, from, end_ - from);
}

std::vector<std::string> parametersOf(std::string_view statement, const Lexicon& lexicon) {
  std::vector<std::string> names;
  try {
    Lexer lexer(statement, lexicon);
    for (size_t places = 0; places < kMostParameters;) {
      const auto token = lexer.next();
      if (!token) break;
      if (token->kind != Token::Kind::Parameter) continue;
      placeOf(names, token->name);
      ++places;
    }
  } catch (const Invalid&) {  // it is told when the statement is run
  }
  return names;
}

}  // namespace tenon::modeling::native
