// SPDX-License-Identifier: Apache-2.0
#include "statement.h"

#include <gtest/gtest.h>

namespace tenon::mysql {

namespace {

TEST(MySqlInsertShape, FindsTheGroupOfParameters) {
  const auto shape = insertShape("insert into `T` (`a`, `b`) values (?, ?)", 2);
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->head, "insert into `T` (`a`, `b`) values ");
  EXPECT_EQ(shape->group, "(?, ?)");
  EXPECT_EQ(shape->tail, "");
}

TEST(MySqlInsertShape, FindsWhatStandsBehindTheGroup) {
  const std::string_view tail = " on duplicate key update `a` = values(`a`)";
  const std::string text = "insert into `T``) values (?)` (`a`) values (?)" + std::string(tail);
  const auto shape = insertShape(text, 1);
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->head, "insert into `T``) values (?)` (`a`) values ");
  EXPECT_EQ(shape->group, "(?)");
  EXPECT_EQ(shape->tail, tail);
}

TEST(MySqlInsertShape, LeavesEverythingElseAlone) {
  for (const char* text : {"insert into T (a) values (1, ?)", "insert into T (a) values (?) returning a",
                           "insert into T (a) values (1), (?)", "update T set a = ? where b in (?)",
                           "insert into T (a) select b from U where c in (?)", "insert into `T (a) values (?)",
                           "insert into  (a) values (?)", "insert into T", "insert into T (a) values (?), (1)"})
    EXPECT_FALSE(insertShape(text, 1)) << text;
  EXPECT_FALSE(insertShape("insert into T () values ()", 0));
}

}  // namespace

}  // namespace tenon::mysql
