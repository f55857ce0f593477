// SPDX-License-Identifier: Apache-2.0
#include "pattern.h"

#include "routes/answer.h"

namespace tenon::modeling {

std::string operandText(const Json& operand, const std::string& path) {
  std::string text = operand.is_string() ? operand.get<std::string>() : dumpJson(operand);
  if (text.find('\0') != std::string::npos) throw Invalid(path, "不能包含空字符", "must not hold a zero character");
  return text;
}

std::string regexPattern(const Json& operand, const std::string& path) {
  if (!operand.is_string()) throw Invalid(path, "必须是字符串", "must be a text");
  return operandText(operand, path);
}

std::string likePattern(const Json& operand, const std::string& path) {
  std::string pattern = regexPattern(operand, path);
  size_t escapes = 0;
  while (escapes < pattern.size() && pattern[pattern.size() - 1 - escapes] == '\\') ++escapes;
  if (escapes % 2 != 0) throw Invalid(path, "不能以转义符结尾", "must not end with an escape");
  return pattern;
}

std::string escapedPattern(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

}  // namespace tenon::modeling
