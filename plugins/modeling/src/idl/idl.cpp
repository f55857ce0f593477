// SPDX-License-Identifier: Apache-2.0
#include "idl.h"

#include <algorithm>
#include <tuple>

#include "compiler.h"
#include "parser.h"
#include "routes/answer.h"

namespace tenon::modeling {

namespace {

void add(Invalid& problems, std::string_view field, const Position& at, const Wording& what) {
  const std::string line = std::to_string(at.line), column = std::to_string(at.column);
  problems.add(std::string(field), "第 " + line + " 行第 " + column + " 列: " + what.zh,
               "line " + line + ", column " + column + ": " + what.en);
}

}  // namespace

IdlDocument parseIdl(std::string_view text, std::string_view errorField, ForeignIndexes foreign) {
  Invalid problems;
  if (text.size() > kLongestIdl)
    throw Invalid(std::string(errorField), "文本不能超过 4 MiB", "must have at most 4 MiB of text");
  try {
    idl::Compiled compiled = idl::compile(idl::parse(text), foreign);
    std::stable_sort(compiled.errors.begin(), compiled.errors.end(), [](const idl::Finding& a, const idl::Finding& b) {
      return std::tie(a.position.line, a.position.column) < std::tie(b.position.line, b.position.column);
    });
    for (const auto& e : compiled.errors) add(problems, errorField, e.position, e.wording);
    problems.raise();
    IdlDocument out{std::move(compiled.models), {}};
    for (auto& w : compiled.warnings)
      out.warnings.push_back({w.position.line, w.position.column, std::move(w.wording.zh), std::move(w.wording.en)});
    return out;
  } catch (const SyntaxError& e) {
    add(problems, errorField, e.position, e.wording);
  }
  throw problems;
}

}  // namespace tenon::modeling
