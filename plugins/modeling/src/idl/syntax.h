// SPDX-License-Identifier: Apache-2.0
// A document as its grammar sees it: what was written where, before anything is known of types or annotations.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lexer.h"

namespace tenon::modeling::idl {

struct Name {
  Position position;
  std::string text;
};

struct Element;

/// What stands in an argument. Numbers, true, false, names and strings are all texts.
struct Value {
  enum class Kind : uint8_t { Text, Call, List };
  Kind kind = Kind::Text;
  Position position;
  std::string text;  ///< Call: the function
  std::vector<Element> elements;
};

/// `key: value`; the key of a value alone is "value".
struct Argument {
  std::string key;
  Value value;
};

/// One of a list: a name, and what may stand behind it in parentheses.
struct Element {
  Name name;
  std::vector<Argument> pairs;
};

struct Annotation {
  Name name;  ///< without the @
  std::vector<Argument> arguments;

  /// The last one of that key, or nullptr.
  const Value* argument(std::string_view key) const noexcept {
    for (auto it = arguments.rbegin(); it != arguments.rend(); ++it)
      if (it->key == key) return &it->value;
    return nullptr;
  }
};

using Annotations = std::vector<Annotation>;

/// The last annotation of that name, or nullptr.
inline const Annotation* lastOf(const Annotations& all, std::string_view name) noexcept {
  for (auto it = all.rbegin(); it != all.rend(); ++it)
    if (it->name.text == name) return &*it;
  return nullptr;
}

struct FieldDeclaration {
  Name name;
  bool nullable = false;
  Name type;
  bool list = false;
  Annotations annotations;
};

struct ModelDeclaration {
  Name name;
  std::vector<FieldDeclaration> fields;
  Annotations annotations;
};

struct EnumDeclaration {
  Name name;
  std::vector<Name> elements;
};

using Declaration = std::variant<ModelDeclaration, EnumDeclaration>;
using Document = std::vector<Declaration>;

}  // namespace tenon::modeling::idl
