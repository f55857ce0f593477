// SPDX-License-Identifier: Apache-2.0
#include "tenon/extras/cell_json.hpp"

#include <gtest/gtest.h>

#include "tenon/text_cells.hpp"

namespace tenon {

TEST(CellJsonTest, a_text_comes_back_whatever_byte_stands_wherever_in_it) {
  for (int byte = 0; byte < 0x80; ++byte)
    for (size_t length = 1; length < 20; ++length)
      for (size_t at = 0; at < length; ++at) {
        std::string text(length, 'x');
        text[at] = static_cast<char>(byte);
        std::string json;
        appendCleanText(json, text);
        ASSERT_EQ(Json::parse(json).get<std::string>(), text) << json;
      }
}

TEST(CellJsonTest, what_is_no_utf8_is_replaced_wherever_it_stands) {
  for (size_t length = 1; length < 20; ++length)
    for (size_t at = 0; at < length; ++at) {
      std::string text(length, 'x'), expected = text;
      text[at] = '\xFF';
      expected.replace(at, 1, "\xEF\xBF\xBD");
      std::string json;
      appendCleanText(json, text);
      ASSERT_EQ(json, '"' + expected + '"');
    }
  std::string json;
  appendCleanText(json, "\xE6\xA6\xAB \"\xF0\x9F\x98\x80\"\n\x7F");
  EXPECT_EQ(json, "\"\xE6\xA6\xAB \\\"\xF0\x9F\x98\x80\\\"\\n\x7F\"");
}

TEST(CellJsonTest, whole_numbers_are_read_as_databases_show_them) {
  EXPECT_EQ(detail::wholeIn("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(detail::wholeIn("7.000"), 7);
  for (const char* text : {"", "7.5", ".", "7x", "9223372036854775808", " 7", "7.0x"})
    EXPECT_EQ(detail::wholeIn(text), std::nullopt) << text;
}

}  // namespace tenon
