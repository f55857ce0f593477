// SPDX-License-Identifier: Apache-2.0
#include "parser.h"

#include "tenon/str.hpp"

namespace tenon::modeling::idl {

namespace {

/// As much of a token as a message repeats, in bytes.
constexpr size_t kShown = 60;

/// One method for each rule of the grammar, one token ahead.
class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text), token_(lexer_.next()) {}

  Document document() {
    Document out;
    while (token_.kind != Token::Kind::End) {
      const bool isModel = isWord("model");
      if (!isModel && !isWord("enum")) unexpected({"\"model\" 或 \"enum\"", "\"model\" or \"enum\""});
      take();
      if (isModel)
        out.emplace_back(model());
      else
        out.emplace_back(enumeration());
    }
    return out;
  }

 private:
  ModelDeclaration model() {
    ModelDeclaration out;
    out.name = name({"模型名", "model name"});
    expect('{', {"\"{\"", "\"{\""});
    while (!accept('}')) {
      if (token_.is('@'))
        out.annotations.push_back(annotation());
      else if (token_.kind == Token::Kind::Identifier)
        out.fields.push_back(field());
      else
        unexpected({"字段、\"@\" 或 \"}\"", "field, \"@\" or \"}\""});
      accept(',');
    }
    return out;
  }

  FieldDeclaration field() {
    FieldDeclaration out;
    out.name = name({"字段名", "field name"});
    out.nullable = accept('?');
    expect(':', out.nullable ? Wording{"\":\"", "\":\""} : Wording{"\"?\" 或 \":\"", "\"?\" or \":\""});
    out.type = name({"类型", "type"});
    if (accept('[')) {
      expect(']', {"\"]\"", "\"]\""});
      out.list = true;
    }
    while (token_.is('@')) out.annotations.push_back(annotation());
    return out;
  }

  Annotation annotation() {
    expect('@', {"\"@\"", "\"@\""});
    Annotation out;
    out.name = name({"注解名", "annotation name"});
    if (!accept('(')) return out;
    while (!accept(')')) {
      out.arguments.push_back(argument());
      if (!accept(',') && !token_.is(')')) unexpected({"\",\" 或 \")\"", "\",\" or \")\""});
    }
    return out;
  }

  Argument argument() {
    if (token_.kind != Token::Kind::Identifier) return {"value", value(0)};
    Name first = name({"参数", "argument"});
    if (accept(':')) return {std::move(first.text), value(0)};
    return {"value", named(std::move(first))};
  }

  /// depth: in how many lists it stands.
  Value value(int depth) {
    Value out;
    out.position = token_.position;
    switch (token_.kind) {
      case Token::Kind::Identifier: return named(name({"值", "value"}));
      case Token::Kind::Text: out.text = take().text; return out;
      case Token::Kind::Number: out.text = take().raw; return out;
      default: break;
    }
    if (!token_.is('[')) unexpected({"值", "value"});
    if (depth == kDeepestList) {
      const std::string n = std::to_string(kDeepestList);
      throw SyntaxError{token_.position,
                        {"列表嵌套超过 " + n + " 层", "lists are nested deeper than " + n + " levels"}};
    }
    out.kind = Value::Kind::List;
    out.elements = list(depth + 1);
    return out;
  }

  /// A value that starts with a name: a text or a call.
  Value named(Name first) {
    Value out{Value::Kind::Text, first.position, std::move(first.text), {}};
    if (!accept('(')) return out;
    expect(')', {"\")\" (函数没有参数)", "\")\" (functions take no arguments)"});
    out.kind = Value::Kind::Call;
    return out;
  }

  std::vector<Element> list(int depth) {
    std::vector<Element> out;
    expect('[', {"\"[\"", "\"[\""});
    while (!accept(']')) {
      out.push_back(element(depth));
      if (!accept(',') && !token_.is(']')) unexpected({"\",\" 或 \"]\"", "\",\" or \"]\""});
    }
    return out;
  }

  Element element(int depth) {
    Element out;
    if (token_.kind == Token::Kind::Text) {
      Token text = take();
      out.name = {text.position, std::move(text.text)};
    } else {
      out.name = name({"列表元素", "list element"});
    }
    accept(':');
    if (!accept('(')) return out;
    while (!accept(')')) {
      Name key = name({"参数名", "argument name"});
      expect(':', {"\":\"", "\":\""});
      out.pairs.push_back({std::move(key.text), value(depth)});
      if (!accept(',') && !token_.is(')')) unexpected({"\",\" 或 \")\"", "\",\" or \")\""});
    }
    return out;
  }

  EnumDeclaration enumeration() {
    EnumDeclaration out;
    out.name = name({"枚举名", "enum name"});
    expect('{', {"\"{\"", "\"{\""});
    do {
      out.elements.push_back(name({"枚举值", "enum element"}));
      if (!accept(',') && !token_.is('}')) unexpected({"\",\" 或 \"}\"", "\",\" or \"}\""});
    } while (!accept('}'));
    return out;
  }

  Token take() {
    Token out = std::move(token_);
    token_ = lexer_.next();
    return out;
  }
  bool isWord(std::string_view word) const { return token_.kind == Token::Kind::Identifier && token_.raw == word; }
  bool accept(char punctuation) {
    if (!token_.is(punctuation)) return false;
    take();
    return true;
  }
  void expect(char punctuation, const Wording& what) {
    if (!accept(punctuation)) unexpected(what);
  }
  Name name(const Wording& what) {
    if (token_.kind != Token::Kind::Identifier) unexpected(what);
    const Token token = take();
    return {token.position, std::string(token.raw)};
  }

  [[noreturn]] void unexpected(const Wording& expected) const {
    Wording found{"\"" + std::string(utf8Prefix(token_.raw, kShown)) + "\"", {}};
    found.en = found.zh;
    if (token_.kind == Token::Kind::End) found = {"文本结束", "end of input"};
    if (token_.kind == Token::Kind::Text) found = {"字符串", "a string"};
    throw SyntaxError{
        token_.position,
        {"应为 " + expected.zh + "，但遇到 " + found.zh, "expected " + expected.en + " but found " + found.en}};
  }

  Lexer lexer_;
  Token token_;
};

}  // namespace

Document parse(std::string_view text) {
  return Parser(text).document();
}

}  // namespace tenon::modeling::idl
