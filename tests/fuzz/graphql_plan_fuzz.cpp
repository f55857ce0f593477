// SPDX-License-Identifier: Apache-2.0
// Whatever the document: it is refused with a message, or planned within the limits.
#include "fuzz.h"
#include "school.h"

using namespace tenon::graphql;

namespace {

size_t nodes(const std::vector<Node>& list) {
  size_t n = list.size();
  for (const Node& node : list) {
    MUST(node.definition != nullptr && !node.fields.empty());
    n += nodes(node.children);
  }
  return n;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const PlanLimits limits;
  try {
    const std::shared_ptr<const Document> document = parse(std::string(textOf(data, size)));
    const auto errors = validate(*schoolSchema(), *document);
    for (const ValidationError& e : errors) MUST(!e.message.empty());
    if (errors.empty()) MUST(nodes(makePlan(schoolSchema(), document, {}, limits)->roots) <= limits.nodes);
  } catch (const SyntaxError& e) {
    MUST(*e.what() != '\0');
  } catch (const RequestError& e) {
    MUST(!e.errors().empty());
  }
  return 0;
}
