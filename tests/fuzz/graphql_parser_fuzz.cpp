// SPDX-License-Identifier: Apache-2.0
// Whatever the document: it is parsed or refused at a place inside it, and names and values are parts of it.
#include "fuzz.h"
#include "language/parser.h"
#include "language/printer.h"

using namespace tenon::graphql;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string source(textOf(data, size));
  try {
    const auto document = parse(source);
    MUST(!document->definitions().empty());
    for (const Definition& d : document->definitions()) {
      if (d.operation == nullptr) continue;
      MUST(d.operation->start < size && !d.operation->selectionSet->selections.empty());
      for (const Selection& s : d.operation->selectionSet->selections)
        for (const Argument& a : s.arguments) MUST(!printed(a.value).empty());
    }
  } catch (const SyntaxError& e) {
    MUST(e.location().line >= 1 && e.location().column >= 1 && e.location().line <= size + 1);
  }
  return 0;
}
