// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "tenon/extras/json.hpp"

namespace tenon::modeling {

/// The body of a write: one value, or a list that is read record by record, since 10 MiB of small records cost more to
/// keep as values than to write. Says what parseJson() says of the text, many times faster.
class Body {
 public:
  /// Throws JsonError, in the words of parseJson(). The text must outlive it.
  explicit Body(std::string_view text);
  ~Body();
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  bool isList() const noexcept;
  /// The whole of it. Throws JsonError where it is nested too deep.
  Json value() const;
  /// Of a list: begins again.
  void rewind();
  /// The next record, valid until the next call; null at the end. Throws JsonError for one that is nested too deep.
  const Json* next();

 private:
  struct Fast;
  std::string_view text_;
  std::unique_ptr<Fast> fast_;  // null when the fast reader would not have it
  Json slow_, record_;          // the value then; the last record otherwise
  size_t at_ = 0;
};

}  // namespace tenon::modeling
