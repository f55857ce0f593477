// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lexer.h"
#include "tenon/dialect.hpp"

namespace tenon::modeling::native {

/// Places for parameters that one statement may have, and values that may be bound to them.
inline constexpr size_t kMostParameters = 1000;

/// One SQL statement of a caller's with named parameters: ${name} or :name outside of quotes and comments.
class Statement {
 public:
  /// Throws Invalid("statement") for what cannot be run: no or several statements, an unknown verb, ${name} inside
  /// quotes, more than 1 MiB or kMostParameters.
  Statement(std::string text, const Lexicon& lexicon);

  /// Rows, or else a count.
  bool answersRows() const noexcept { return answersRows_; }
  bool writes() const noexcept { return writes_; }
  /// Distinct names, in order of first use.
  const std::vector<std::string>& names() const noexcept { return names_; }
  /// The places in order: which of names() each stands for. Values are bound in this order.
  const std::vector<size_t>& places() const noexcept { return places_; }
  /// The text for a database: each place becomes as many positional parameters as `widths` says for its name, joined
  /// with commas, and `null` for none. "x in (${ids})" of an empty list is false, and "x not in (${ids})" true.
  std::string render(const Dialect& dialect, const std::vector<size_t>& widths) const;

 private:
  void add(const Token& parameter);
  void close(const Token& end, const std::array<Token, 4>& before);

  std::string text_;
  size_t end_ = 0;  // of the statement proper, without its semicolon
  struct Span {
    size_t at, size;
    size_t listEnd = 0;  // behind the ")" of "in (${name})"; 0: it is another place
    bool isNegated = false;
  };
  std::vector<Span> spans_;  // of places_
  std::vector<size_t> places_;
  std::vector<std::string> names_;
  bool answersRows_ = false, writes_ = false;
};

/// The distinct parameter names of a text that is only shown, in order of first use; of one that is not well-formed,
/// those before the fault.
std::vector<std::string> parametersOf(std::string_view statement, const Lexicon& lexicon = {});

}  // namespace tenon::modeling::native
