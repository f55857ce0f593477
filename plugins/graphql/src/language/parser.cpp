// SPDX-License-Identifier: Apache-2.0
#include "parser.h"

#include <algorithm>
#include <new>
#include <optional>
#include <type_traits>
#include <vector>

#include "directive_location.h"
#include "lexer.h"

namespace tenon::graphql {

namespace {

class Parser {
 public:
  Parser(Document& document, const ParseLimits& limits)
      : document_(document), limits_(limits), lexer_(document.source(), document.arena()) {
    token_ = read();
  }

  void parseDocument() {
    std::vector<Definition> definitions;
    do {
      definitions.push_back(parseDefinition());
    } while (!accept(TokenKind::End));
    document_.define(kept(definitions));
  }

 private:
  // ---- tokens ----

  Token read() {
    Token t = lexer_.next();
    if (t.kind != TokenKind::End && ++tokens_ > limits_.tokens)
      throw TooManyTokens(
          document_.source(), t.start,
          "Document contains more than " + std::to_string(limits_.tokens) + " tokens. Parsing aborted.");
    return t;
  }
  void advance() {
    token_ = ahead_ ? *ahead_ : read();
    ahead_.reset();
  }
  const Token& lookahead() {
    if (!ahead_) ahead_ = read();
    return *ahead_;
  }
  bool peek(TokenKind kind) const noexcept { return token_.kind == kind; }
  bool peekWord(std::string_view word) const noexcept { return peek(TokenKind::Name) && token_.value == word; }
  bool accept(TokenKind kind) {
    if (!peek(kind)) return false;
    if (kind != TokenKind::End) advance();
    return true;
  }
  bool acceptWord(std::string_view word) {
    if (!peekWord(word)) return false;
    advance();
    return true;
  }
  Token expect(TokenKind kind) {
    if (!peek(kind)) fail(token_.start, "Expected " + described(kind) + ", found " + described(token_) + ".");
    Token t = token_;
    advance();
    return t;
  }
  void expectWord(std::string_view word) {
    if (!acceptWord(word))
      fail(token_.start, "Expected \"" + std::string(word) + "\", found " + described(token_) + ".");
  }
  [[noreturn]] void fail(uint32_t offset, const std::string& what) const {
    throw SyntaxError(document_.source(), offset, what);
  }
  [[noreturn]] void unexpected(const Token& t) const { fail(t.start, "Unexpected " + described(t) + "."); }

  /// One level of nesting, for as long as it lives.
  class Nested {
   public:
    explicit Nested(Parser& p) : parser_(p) {
      if (++p.depth_ > p.limits_.depth)
        p.fail(p.token_.start, "Document nests deeper than " + std::to_string(p.limits_.depth) + " levels.");
    }
    ~Nested() { --parser_.depth_; }

   private:
    Parser& parser_;
  };

  // ---- nodes ----

  template <class T>
  std::span<const T> kept(const std::vector<T>& list) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (list.empty()) return {};
    auto* at = static_cast<T*>(document_.arena().allocate(list.size() * sizeof(T), alignof(T)));
    std::uninitialized_copy(list.begin(), list.end(), at);
    return {at, list.size()};
  }
  template <class T>
  const T* kept(const T& node) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (document_.arena().allocate(sizeof(T), alignof(T))) T(node);
  }

  /// Items until `close`; at least one.
  template <class Item>
  auto many(TokenKind open, TokenKind close, Item&& item) {
    expect(open);
    std::vector<decltype(item())> list;
    do {
      list.push_back(item());
    } while (!accept(close));
    return list;
  }
  template <class Item>
  auto optionalMany(TokenKind open, TokenKind close, Item&& item) {
    return peek(open) ? many(open, close, item) : std::vector<decltype(item())>();
  }
  template <class Item>
  auto any(TokenKind open, TokenKind close, Item&& item) {
    expect(open);
    std::vector<decltype(item())> list;
    while (!accept(close)) list.push_back(item());
    return list;
  }
  template <class Item>
  void delimited(TokenKind delimiter, Item&& item) {
    accept(delimiter);
    do {
      item();
    } while (accept(delimiter));
  }

  Name parseName() {
    const Token t = expect(TokenKind::Name);
    return {t.value, t.start};
  }

  Definition parseDefinition() {
    if (peek(TokenKind::BraceL)) return parseOperation();
    const bool described = peek(TokenKind::String) || peek(TokenKind::BlockString);
    const Token keyword = described ? lookahead() : token_;
    if (keyword.kind != TokenKind::Name) unexpected(keyword);
    const auto is = [&](std::string_view word) { return keyword.value == word; };
    if (is("schema") || is("scalar") || is("type") || is("interface") || is("union") || is("enum") || is("input") ||
        is("directive"))
      return parseTypeSystem(false);
    if (described) fail(token_.start, "Unexpected description, descriptions are supported only on type definitions.");
    if (is("query") || is("mutation") || is("subscription")) return parseOperation();
    if (is("fragment")) return parseFragmentDefinition();
    if (is("extend")) return parseTypeSystem(true);
    unexpected(keyword);
  }

  // ---- operations ----

  Definition parseOperation() {
    Operation o;
    o.start = token_.start;
    if (!peek(TokenKind::BraceL)) {
      o.type = parseOperationType();
      if (peek(TokenKind::Name)) o.name = parseName();
      o.variables = kept(optionalMany(TokenKind::ParenL, TokenKind::ParenR, [&] { return parseVariableDefinition(); }));
      o.directives = parseDirectives(false);
    }
    o.selectionSet = parseSelectionSet();
    Definition d;
    d.operation = kept(o);
    return d;
  }

  OperationType parseOperationType() {
    const Token t = expect(TokenKind::Name);
    if (t.value == "query") return OperationType::Query;
    if (t.value == "mutation") return OperationType::Mutation;
    if (t.value == "subscription") return OperationType::Subscription;
    unexpected(t);
  }

  VariableDefinition parseVariableDefinition() {
    VariableDefinition v;
    v.start = token_.start;
    v.variable = parseVariable();
    expect(TokenKind::Colon);
    v.type = kept(parseType());
    if (accept(TokenKind::Equals)) v.defaultValue = kept(parseValue(true));
    v.directives = parseDirectives(true);
    return v;
  }

  Name parseVariable() {
    expect(TokenKind::Dollar);
    return parseName();
  }

  const SelectionSet* parseSelectionSet() {
    const Nested nested(*this);
    SelectionSet s;
    s.start = token_.start;
    s.selections = kept(many(TokenKind::BraceL, TokenKind::BraceR, [&] { return parseSelection(); }));
    return kept(s);
  }

  Selection parseSelection() {
    Selection s;
    s.start = token_.start;
    if (accept(TokenKind::Spread)) {
      const bool conditional = acceptWord("on");
      if (!conditional && peek(TokenKind::Name)) {
        s.kind = Selection::Kind::FragmentSpread;
        s.name = parseFragmentName();
        s.directives = parseDirectives(false);
        return s;
      }
      s.kind = Selection::Kind::InlineFragment;
      if (conditional) s.typeCondition = parseName();
      s.directives = parseDirectives(false);
      s.selectionSet = parseSelectionSet();
      return s;
    }
    s.name = parseName();
    if (accept(TokenKind::Colon)) {
      s.alias = s.name;
      s.name = parseName();
    }
    s.arguments = parseArguments(false);
    s.directives = parseDirectives(false);
    if (peek(TokenKind::BraceL)) s.selectionSet = parseSelectionSet();
    return s;
  }

  Name parseFragmentName() {
    if (peekWord("on")) unexpected(token_);
    return parseName();
  }

  Definition parseFragmentDefinition() {
    Fragment f;
    f.start = token_.start;
    expectWord("fragment");
    f.name = parseFragmentName();
    expectWord("on");
    f.typeCondition = parseName();
    f.directives = parseDirectives(false);
    f.selectionSet = parseSelectionSet();
    Definition d;
    d.kind = Definition::Kind::Fragment;
    d.fragment = kept(f);
    return d;
  }

  std::span<const Argument> parseArguments(bool constant) {
    return kept(optionalMany(TokenKind::ParenL, TokenKind::ParenR, [&] {
      Argument a;
      a.name = parseName();
      expect(TokenKind::Colon);
      a.value = parseValue(constant);
      return a;
    }));
  }

  std::span<const Directive> parseDirectives(bool constant) {
    std::vector<Directive> list;
    while (peek(TokenKind::At)) {
      Directive d;
      d.start = token_.start;
      advance();
      d.name = parseName();
      d.arguments = parseArguments(constant);
      list.push_back(d);
    }
    return kept(list);
  }

  // ---- values and types ----

  Value parseValue(bool constant) {
    const Nested nested(*this);
    Value v;
    v.start = token_.start;
    v.text = token_.value;
    switch (token_.kind) {
      case TokenKind::BracketL:
        v.kind = ValueKind::List;
        v.items = kept(any(TokenKind::BracketL, TokenKind::BracketR, [&] { return parseValue(constant); }));
        return v;
      case TokenKind::BraceL:
        v.kind = ValueKind::Object;
        v.fields = kept(any(TokenKind::BraceL, TokenKind::BraceR, [&] { return parseObjectField(constant); }));
        return v;
      case TokenKind::Int: v.kind = ValueKind::Int; break;
      case TokenKind::Float: v.kind = ValueKind::Float; break;
      case TokenKind::String:
      case TokenKind::BlockString:
        v.kind = ValueKind::String;
        v.block = peek(TokenKind::BlockString);
        break;
      case TokenKind::Name:
        v.boolean = v.text == "true";
        v.kind = v.boolean || v.text == "false" ? ValueKind::Boolean
                 : v.text == "null"             ? ValueKind::Null
                                                : ValueKind::Enum;
        break;
      case TokenKind::Dollar:
        if (constant) refuseVariable();
        v.kind = ValueKind::Variable;
        v.text = parseVariable().value;
        return v;
      default: unexpected(token_);
    }
    advance();
    return v;
  }

  ObjectField parseObjectField(bool constant) {
    ObjectField f;
    f.name = parseName();
    expect(TokenKind::Colon);
    f.value = parseValue(constant);
    return f;
  }

  [[noreturn]] void refuseVariable() {
    expect(TokenKind::Dollar);
    if (peek(TokenKind::Name))
      fail(token_.start, "Unexpected variable \"$" + std::string(token_.value) + "\" in constant value.");
    unexpected(token_);
  }

  TypeNode parseType() {
    const Nested nested(*this);
    TypeNode t;
    t.start = token_.start;
    if (accept(TokenKind::BracketL)) {
      t.kind = TypeNode::Kind::List;
      t.of = kept(parseType());
      expect(TokenKind::BracketR);
    } else {
      t.name = parseName();
    }
    if (!accept(TokenKind::Bang)) return t;
    TypeNode required;
    required.kind = TypeNode::Kind::NonNull;
    required.start = t.start;
    required.of = kept(t);
    return required;
  }

  // ---- the type system ----

  Definition parseTypeSystem(bool extends) {
    TypeSystemDefinition t;
    t.start = token_.start;
    if (extends) {
      if (lookahead().kind != TokenKind::Name) unexpected(lookahead());
      advance();
    } else {
      parseDescription();
    }
    const Token keyword = token_;
    const auto is = [&](std::string_view word) { return keyword.value == word; };
    const bool known = is("schema") || is("scalar") || is("type") || is("interface") || is("union") || is("enum") ||
                       is("input") || (is("directive") && !extends);
    if (!known) unexpected(keyword);
    advance();
    if (is("directive")) {
      t.name = parseDirectiveDefinition();
    } else {
      if (!is("schema")) t.name = parseName().value;
      bool says = (is("type") || is("interface")) && parseImplements();
      says = !parseDirectives(true).empty() || says;
      says = parseTypeBody(keyword.value, extends) || says;
      if (extends && !says) unexpected(token_);
    }
    Definition d;
    d.kind = Definition::Kind::TypeSystem;
    d.typeSystem = kept(t);
    return d;
  }

  /// Is there one?
  bool parseTypeBody(std::string_view keyword, bool extends) {
    if (keyword == "schema") {
      const auto one = [&] {
        parseOperationType();
        expect(TokenKind::Colon);
        return parseName();
      };
      if (extends) return !optionalMany(TokenKind::BraceL, TokenKind::BraceR, one).empty();
      return !many(TokenKind::BraceL, TokenKind::BraceR, one).empty();
    }
    if (keyword == "type" || keyword == "interface")
      return !optionalMany(TokenKind::BraceL, TokenKind::BraceR, [&] { return parseFieldDefinition(); }).empty();
    if (keyword == "input")
      return !optionalMany(TokenKind::BraceL, TokenKind::BraceR, [&] { return parseInputValue(); }).empty();
    if (keyword == "enum")
      return !optionalMany(TokenKind::BraceL, TokenKind::BraceR, [&] { return parseEnumValue(); }).empty();
    if (keyword != "union" || !accept(TokenKind::Equals)) return false;
    delimited(TokenKind::Pipe, [&] { parseName(); });
    return true;
  }

  void parseDescription() {
    if (peek(TokenKind::String) || peek(TokenKind::BlockString)) advance();
  }

  bool parseImplements() {
    if (!acceptWord("implements")) return false;
    delimited(TokenKind::Amp, [&] { parseName(); });
    return true;
  }

  Name parseFieldDefinition() {
    parseDescription();
    const Name name = parseName();
    optionalMany(TokenKind::ParenL, TokenKind::ParenR, [&] { return parseInputValue(); });
    expect(TokenKind::Colon);
    parseType();
    parseDirectives(true);
    return name;
  }

  Name parseInputValue() {
    parseDescription();
    const Name name = parseName();
    expect(TokenKind::Colon);
    parseType();
    if (accept(TokenKind::Equals)) parseValue(true);
    parseDirectives(true);
    return name;
  }

  Name parseEnumValue() {
    parseDescription();
    if (peekWord("true") || peekWord("false") || peekWord("null"))
      fail(token_.start, described(token_) + " is reserved and cannot be used for an enum value.");
    const Name name = parseName();
    parseDirectives(true);
    return name;
  }

  std::string_view parseDirectiveDefinition() {
    expect(TokenKind::At);
    const Name name = parseName();
    optionalMany(TokenKind::ParenL, TokenKind::ParenR, [&] { return parseInputValue(); });
    acceptWord("repeatable");
    expectWord("on");
    delimited(TokenKind::Pipe, [&] {
      const Token place = token_;
      const std::string_view location = parseName().value;
      if (std::find(kDirectiveLocations.begin(), kDirectiveLocations.end(), location) == kDirectiveLocations.end())
        unexpected(place);
    });
    return name.value;
  }

  Document& document_;
  const ParseLimits& limits_;
  Lexer lexer_;
  Token token_;
  std::optional<Token> ahead_;
  uint32_t tokens_ = 0, depth_ = 0;
};

}  // namespace

std::unique_ptr<Document> parse(std::string source, const ParseLimits& limits) {
  auto document = std::make_unique<Document>(std::move(source));
  Parser(*document, limits).parseDocument();
  return document;
}

}  // namespace tenon::graphql
