// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "model/model.h"
#include "sql_text.h"

namespace tenon::modeling {

inline constexpr size_t kMostListValues = 10000;  ///< of one list
inline constexpr size_t kMostPatterns = 100;      ///< of one _contains: each is a condition

/// Appends conditions on single columns, in the operators of the filter language. Operands are bound; one may be a
/// hole that is filled later (see sql_text.h). `path` names the operand in what they throw: Invalid.
class Conditions {
 public:
  Conditions(SqlText& sql, const Dialect& dialect, const ModelSet& models)
      : sql_(sql), dialect_(dialect), models_(models) {}

  /// op: "_eq", "_contains", ...
  void append(const Field& field, const std::string& alias, std::string_view op, const Json& operand,
              const std::string& path);
  /// The same of an expression that counts: "count(*)".
  void appendCount(std::string_view count, std::string_view op, const Json& operand, const std::string& path);
  void isNull(const Field& field, const std::string& alias, bool yes);
  /// `t."name"`
  void column(const Field& field, const std::string& alias);

 private:
  enum class Op : uint8_t;
  struct OpName;
  static const OpName kOps[];

  void apply(const Field& f, const std::string& alias, Op op, const Json& operand, const std::string& path);
  void compare(const Field& f, const std::string& alias, const char* op, const Json& operand, const std::string& path);
  void between(const Field& f, const std::string& alias, const Json& operand, const std::string& path);
  void list(const Field& f, const std::string& alias, bool negated, const Json& operand, const std::string& path);
  void like(const Field& f, const std::string& alias, bool negated, Value pattern, bool folded = false);
  void matches(const Field& f, const std::string& alias, Op op, const Json& operand, const std::string& path);
  void element(const Field& f, const std::string& alias, bool negated, const std::string& value);
  void contains(const Field& f, const std::string& alias, Op op, const Json& operand, const std::string& path);

  Value converted(const Field& field, const Json& json, const std::string& path);
  template <class Make>
  Value made(const Json& operand, const std::string& path, Make make);
  void comparableColumn(const Field& f, const std::string& alias);
  void comparableValue(const Field& f, Value v);
  void textColumn(const Field& f, const std::string& alias);
  std::string bound(Value v);
  void room(const std::string& path) const;

  SqlText& sql_;
  const Dialect& dialect_;
  const ModelSet& models_;
  std::string_view expression_;  // that is compared, instead of a column
};

}  // namespace tenon::modeling
