// SPDX-License-Identifier: Apache-2.0
// Validates documents for a peer to compare with: argv[1] is a file with a schema's introspection, each line of the
// standard input a document as a JSON text. Each line of the output is [{"rule","message","locations"}...], the rule
// of what does not parse being "Syntax".
#include <fstream>
#include <iostream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "introspected_schema.h"
#include "language/parser.h"
#include "validation/validate.h"

using namespace tenon::graphql;
using Json = nlohmann::json;

namespace {

Json jsonOf(std::string_view rule, const std::string& message, const std::vector<Location>& locations) {
  Json list = Json::array();
  for (const Location& l : locations) list.push_back({{"line", l.line}, {"column", l.column}});
  return {{"rule", rule}, {"message", message}, {"locations", list}};
}

Json errorsOf(const Schema& schema, const std::string& source) {
  Json out = Json::array();
  try {
    const auto document = parse(source);
    for (const auto& e : validate(schema, *document)) out.push_back(jsonOf(nameOf(e.rule), e.message, e.locations));
  } catch (const SyntaxError& e) {
    out.push_back(jsonOf("Syntax", e.what(), {e.location()}));
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::stringstream text;
  text << std::ifstream(argv[1]).rdbuf();
  const IntrospectedSchema schema(text.str());
  for (std::string line; std::getline(std::cin, line);)
    std::cout << errorsOf(schema, Json::parse(line).get<std::string>()).dump() << '\n';
  return 0;
}
