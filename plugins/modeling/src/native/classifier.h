// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "lexer.h"

namespace tenon::modeling::native {

/// What a statement does, learnt from its words. Give it every token in order, then call finish(). It reads no more
/// grammar than it needs: where a word could mean either, the statement counts as one that writes.
class Classifier {
 public:
  /// Throws Invalid("statement") for a second statement and for what is not run here.
  void take(const Token& token);
  /// Throws Invalid("statement") when there was no statement.
  void finish() const;

  /// Rows, or else a count.
  bool answersRows() const noexcept;
  /// False: changes nothing, and can run on a connection that only reads.
  bool writes() const noexcept;
  /// The semicolon that ends the statement was taken.
  bool ended() const noexcept { return ended_; }

 private:
  enum class Verb : uint8_t { None, Select, Show, Pragma, Explain, With, Change, Define };
  static Verb verbOf(const Token& word) noexcept;
  void begin(const Token& token);
  void lookForMain(const Token& token);
  void lookInside(const Token& token);
  void follow(const Token& token);
  void followPragma(const Token& token);
  void followDefinition(const Token& token);
  bool changesSomething() const noexcept;

  Verb main_ = Verb::None;     // of the statement proper, behind EXPLAIN and WITH
  bool explain_ = false;       // the statement is only explained,
  bool analyze_ = false;       // or run and explained
  bool with_ = false;          // between WITH and the verb that its tables are for
  bool changeInside_ = false;  // a parenthesis holds an insert, update, delete or merge
  bool maybeChange_ = false;   // the last word may begin one, unless it names a function
  bool into_ = false, intoAtTop_ = false, returning_ = false;
  int64_t depth_ = 0, top_ = 0;  // open parentheses: now, and around the statement
  bool ended_ = false;
  Token last_;
  enum class Creates : uint8_t { Unknown, Routine, Other };
  Creates creates_ = Creates::Other;  // of CREATE: a routine's body holds statements
  int64_t blocks_ = 0;                // BEGIN ... END
  bool pragmaArgument_ = false;
};

}  // namespace tenon::modeling::native
