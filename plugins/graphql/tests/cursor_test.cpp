// SPDX-License-Identifier: Apache-2.0
#include "execution/cursor.h"

#include <gtest/gtest.h>

#include "execution/error.h"
#include "tenon/row_builder.hpp"

namespace tenon::graphql {
namespace {

const Json kSort = Json::array({{{"field", "name"}, {"order", "asc"}}});
const Cursors kCursors("school", "Student", kSort);

std::string cursorOf(const char* name) {
  RowBuilder rows{tenon::Schema{{"one", "l"}, {"key 0", "u"}, {"key 1", "l"}}};
  rows.i64(0, 1);
  if (name == nullptr)
    rows.null(1);
  else
    rows.text(1, name);
  rows.i64(2, 7);
  rows.endRow();
  return kCursors.of(BatchView::of(rows), 0, 1);
}

TEST(Cursors, say_the_place_of_a_row) {
  for (const char* name : {"", "a", "ab", "abc", "\xe5\xbc\xa0\"\\"})
    EXPECT_EQ(kCursors.place(cursorOf(name), "after"), Json::array({name, "7"})) << name;
  EXPECT_EQ(kCursors.place(cursorOf(nullptr), "after"), Json::array({nullptr, "7"}));
  EXPECT_EQ(cursorOf("abc?>").find_first_of("+/="), std::string::npos);
}

TEST(Cursors, of_another_order_or_another_model_are_refused) {
  for (const Cursors& other : {Cursors("school", "Student", Json::array()), Cursors("school", "Classes", kSort),
                               Cursors("other", "Student", kSort)})
    EXPECT_THROW(other.place(cursorOf("a"), "after"), FieldError);
}

TEST(Cursors, that_are_none_are_refused) {
  for (const char* text : {"", "?", "a", "bnVsbA", "WzFd", "W10", "W1tbW11dXQ", "eyJhIjoxfQ"})
    EXPECT_THROW(kCursors.place(text, "before"), FieldError) << text;
}

}  // namespace
}  // namespace tenon::graphql
