// SPDX-License-Identifier: Apache-2.0
#include "fingerprint.h"

#include "lexer.h"
#include "tenon/extras/sha256.hpp"

namespace tenon::graphql {

std::string fingerprintOf(std::string_view document) {
  std::pmr::monotonic_buffer_resource arena;
  Lexer lexer(document, arena);
  std::string text;
  try {
    for (Token t = lexer.next(); t.kind != TokenKind::End; t = lexer.next()) {
      const bool isValue = t.kind == TokenKind::Int || t.kind == TokenKind::Float || t.kind == TokenKind::String ||
                           t.kind == TokenKind::BlockString;
      text.append(isValue ? "?" : document.substr(t.start, t.end - t.start)).append(1, ' ');
    }
  } catch (const SyntaxError&) {  // what stands before it says enough
  }
  return sha256Hex(text);
}

}  // namespace tenon::graphql
