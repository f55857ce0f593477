// SPDX-License-Identifier: Apache-2.0
#include "table_text.h"

#include <algorithm>
#include <utility>

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

/// A constraint in a column's definition.
struct Clause {
  std::string kind;  // its first word, behind its name
  size_t from, to;
};

std::vector<Clause> clausesOf(std::string_view definition) {
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
  std::vector<Clause> out;
  for (size_t i = 1; i < tokens.size();) {
    if (!begins(i)) {
      ++i;
      continue;
    }
    size_t clause = i, end = i + 1;
    if (word(i) == "constraint") clause = i + 2, end = i + 3;
    while (end < tokens.size() && !begins(end)) ++end;
    out.push_back({std::string(word(clause)), tokens[i].from, tokens[end - 1].to});
    i = end;
  }
  return out;
}

/// The constraints of a column's definition that a model says nothing of: all but "not null" and, unless it is kept,
/// "default", each with a blank before it.
std::string keptConstraints(std::string_view definition, bool keepsDefault) {
  std::string out;
  for (const Clause& c : clausesOf(definition))
    if (c.kind != "not" && c.kind != "null" && (c.kind != "default" || keepsDefault))
      out.append(" ").append(definition.substr(c.from, c.to - c.from));
  return out;
}

std::string withoutUnique(std::string definition) {
  const auto clauses = clausesOf(definition);
  for (auto c = clauses.rbegin(); c != clauses.rend(); ++c)
    if (c->kind == "unique") definition.erase(c->from, c->to - c->from);
  return definition;
}

/// The columns of a unique key, in small letters, when the constraint of a table is one and nothing else.
std::vector<std::string> keyColumns(std::string_view constraint) {
  Scanner scan(constraint);
  std::string word = lowered(scan.next());
  if (word == "constraint") {
    scan.next();  // its name
    word = lowered(scan.next());
  }
  if (word != "unique" || scan.next() != "(") return {};
  std::vector<std::string> columns;
  bool begins = true;
  for (int depth = 1; depth > 0;) {
    const std::string_view t = scan.next();
    if (t.empty()) return {};
    if (begins) columns.push_back(lowered(unquoted(t)));
    depth += t == "(" ? 1 : t == ")" ? -1 : 0;
    begins = depth == 1 && t == ",";
  }
  word = lowered(scan.next());
  if (word == "on") {  // "on conflict ignore"
    scan.next();
    scan.next();
    word = scan.next();
  }
  return word.empty() ? columns : std::vector<std::string>();  // no comma need stand before another constraint
}

/// Does an expression in parentheses, or a list of columns of this table, name it?
bool names(std::string_view definition, const std::string& column) {
  Scanner scan(definition);
  int depth = 0;
  bool ofAnother = false;  // in the list of "references other (...)"
  std::string last, before;
  for (std::string_view t = scan.next(); !t.empty(); t = scan.next()) {
    if (depth == 0) ofAnother = t == "(" && before == "references";
    depth += t == "(" ? 1 : t == ")" ? -1 : 0;
    if (depth > 0 && !ofAnother && t[0] != '\'' && lowered(unquoted(t)) == column) return true;
    before = std::exchange(last, lowered(t));
  }
  return false;
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

bool TableText::dropKey(const std::vector<std::string>& columns) {
  std::vector<std::string> wanted;
  for (const auto& c : columns) wanted.push_back(lowered(c));
  bool found = false;
  for (auto& item : items_) {
    if (item.name.empty() || wanted.size() != 1 || lowered(item.name) != wanted[0]) continue;
    std::string rest = withoutUnique(item.text);
    found = found || rest != item.text;
    item.text = std::move(rest);
  }
  return std::erase_if(items_, [&](const Item& i) { return i.name.empty() && keyColumns(i.text) == wanted; }) > 0 ||
         found;
}

std::string TableText::userOf(std::string_view column) const {
  const std::string wanted = lowered(column);
  for (const auto& item : items_)
    if (lowered(item.name) != wanted && names(item.text, wanted)) {
      const size_t from = item.text.find_first_not_of(" \t\r\n\f");
      return item.text.substr(from, item.text.find_last_not_of(" \t\r\n\f") + 1 - from);
    }
  return {};
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
