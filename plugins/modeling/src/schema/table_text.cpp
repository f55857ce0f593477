// SPDX-License-Identifier: Apache-2.0
#include "table_text.h"

#include <algorithm>

namespace tenon::modeling {

namespace {

std::string lowered(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

/// Goes through SQL text token by token: quoted names and texts, comments, words, single characters.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  size_t position() const noexcept { return at_; }
  /// The next token; blanks and comments are passed over. Empty at the end.
  std::string_view next() {
    skip();
    const size_t from = at_;
    if (at_ >= text_.size()) return {};
    const char c = text_[at_];
    if (c == '"' || c == '`' || c == '\'')
      quoted(c);
    else if (c == '[')
      at_ = std::min(text_.find(']', at_), text_.size() - 1) + 1;
    else if (isWord(c))
      while (at_ < text_.size() && isWord(text_[at_])) ++at_;
    else
      ++at_;
    return text_.substr(from, at_ - from);
  }

 private:
  static bool isWord(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  }
  void quoted(char quote) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != quote) continue;
      if (at_ + 1 < text_.size() && text_[at_ + 1] == quote)
        ++at_;
      else
        break;
    }
    at_ = std::min(at_ + 1, text_.size());
  }
  void skip() {
    for (;;) {
      while (at_ < text_.size() && std::string_view(" \t\r\n\f").find(text_[at_]) != std::string_view::npos) ++at_;
      if (text_.substr(at_, 2) == "--")
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (text_.substr(at_, 2) == "/*")
        at_ = std::min(text_.find("*/", at_ + 2), text_.size() - 2) + 2;
      else
        return;
    }
  }
  std::string_view text_;
  size_t at_ = 0;
};

std::string unquoted(std::string_view token) {
  if (token.size() < 2 || std::string_view("\"`'[").find(token[0]) == std::string_view::npos) return std::string(token);
  std::string out;
  for (size_t i = 1; i + 1 < token.size(); ++i) {
    out.push_back(token[i]);
    if (token[i] == token[0] && token[0] != '[') ++i;  // doubled inside
  }
  return out;
}

bool beginsConstraint(std::string_view token) {
  const std::string word = lowered(token);
  return word == "constraint" || word == "primary" || word == "unique" || word == "check" || word == "foreign";
}

/// The constraints of a column's definition that a model says nothing of: all but "not null" and, unless it is kept,
/// "default", each with a blank before it.
std::string keptConstraints(std::string_view definition, bool keepsDefault) {
  struct Token {
    std::string word;
    size_t from, to;
  };
  std::vector<Token> tokens;  // of the outermost level; what stands in parentheses goes with the token before it
  Scanner scan(definition);
  int depth = 0;
  for (std::string_view t = scan.next(); !t.empty(); t = scan.next()) {
    depth -= t == ")" ? 1 : 0;
    if (depth == 0 && t != ")" && t != "(") tokens.push_back({lowered(t), scan.position() - t.size(), scan.position()});
    if (!tokens.empty()) tokens.back().to = scan.position();
    depth += t == "(" ? 1 : 0;
  }
  const auto word = [&](size_t i) { return i < tokens.size() ? std::string_view(tokens[i].word) : std::string_view(); };
  const auto begins = [&](size_t i) {
    const std::string_view w = word(i), before = i > 0 ? word(i - 1) : std::string_view();
    if (w == "not") return word(i + 1) == "null";
    if (w == "null" || w == "default") return before != "set" && before != "not";
    if (before == "constraint") return false;  // a name
    return w == "constraint" || w == "primary" || w == "unique" || w == "check" || w == "collate" ||
           w == "references" || w == "generated" || w == "as";
  };
  std::string out;
  for (size_t i = 1; i < tokens.size();) {
    if (!begins(i)) {
      ++i;
      continue;
    }
    size_t clause = i, end = i + 1;
    if (word(i) == "constraint") clause = i + 2, end = i + 3;
    while (end < tokens.size() && !begins(end)) ++end;
    const std::string_view kind = word(clause);
    if (kind != "not" && kind != "null" && (kind != "default" || keepsDefault))
      out.append(" ").append(definition.substr(tokens[i].from, tokens[end - 1].to - tokens[i].from));
    i = end;
  }
  return out;
}

}  // namespace

std::optional<TableText> TableText::parse(std::string_view text) {
  Scanner scan(text);
  if (lowered(scan.next()) != "create" || lowered(scan.next()) != "table") return std::nullopt;
  std::string_view token = scan.next();  // the name, perhaps after its schema
  while (!token.empty() && token != "(") token = scan.next();
  if (token.empty()) return std::nullopt;
  TableText out;
  size_t from = scan.position();
  int depth = 0;
  std::string_view first;
  const auto close = [&](size_t to) {
    out.items_.push_back(
        {beginsConstraint(first) ? std::string() : unquoted(first), std::string(text.substr(from, to - from))});
    first = {};
  };
  for (;;) {
    token = scan.next();
    if (token.empty()) return std::nullopt;
    if (first.empty()) first = token;
    if (token == "(") ++depth;
    if (depth == 0 && (token == "," || token == ")")) {
      close(scan.position() - 1);
      from = scan.position();
      if (token == ")") break;
    } else if (token == ")") {
      --depth;
    }
  }
  out.tail_ = std::string(text.substr(scan.position()));
  return out;
}

bool TableText::define(std::string_view column, const std::string& definition, bool keepsDefault) {
  const std::string wanted = lowered(column);
  for (auto& item : items_)
    if (lowered(item.name) == wanted) {
      item.text = definition + keptConstraints(item.text, keepsDefault);
      return true;
    }
  return false;
}

void TableText::add(const std::string& definition) {
  const auto constraint = std::find_if(items_.begin(), items_.end(), [](const Item& i) { return i.name.empty(); });
  items_.insert(constraint, {"-", definition});
}

std::string TableText::under(const std::string& quotedName) const {
  std::string out = "create table " + quotedName + " (";
  // A comment to the end of a line would take the comma with it.
  for (size_t i = 0; i < items_.size(); ++i) out += (i > 0 ? "\n, " : "\n") + items_[i].text;
  return out + "\n)" + tail_;
}

}  // namespace tenon::modeling
