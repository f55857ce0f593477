// SPDX-License-Identifier: Apache-2.0
// Whatever the body: the fast reader answers what the other one does, to the letter and the kind of each number.
#include "fuzz.h"
#include "records/body.h"

namespace {

/// The value, or how it was refused.
template <class Parse>
std::string answerOf(Parse&& parse) {
  try {
    const tenon::Json value = parse();
    return std::string(value.type_name()) + (value.is_number_float() ? " float " : " ") + tenon::dumpJson(value);
  } catch (const tenon::JsonError& e) {
    return "refused " + std::to_string(static_cast<int>(e.kind())) + " at " + std::to_string(e.byte()) + ": " +
           e.what();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = textOf(data, size);
  const auto whole = [&] { return tenon::modeling::Body(text).value(); };
  const auto inParts = [&] {
    tenon::modeling::Body body(text);
    if (!body.isList()) return body.value();
    tenon::Json list = tenon::Json::array();
    while (const tenon::Json* record = body.next()) list.push_back(*record);
    return list;
  };
  const std::string expected = answerOf([&] { return tenon::parseJson(text); });
  MUST(answerOf(whole) == expected && answerOf(inParts) == expected);
  return 0;
}
