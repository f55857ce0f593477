// SPDX-License-Identifier: Apache-2.0
#include "column_type.h"

#include <gtest/gtest.h>

#include <tenon/datasource.h>

namespace tenon::mysql {

namespace {

TEST(MySqlColumnType, TellsLogicalTypes) {
  EXPECT_EQ(logicalType("tinyint", "tinyint(1)", false), TENON_TYPE_BOOLEAN);
  EXPECT_EQ(logicalType("tinyint", "tinyint(4)", false), TENON_TYPE_INT);
  EXPECT_EQ(logicalType("bit", "bit(1)", false), TENON_TYPE_BOOLEAN);
  EXPECT_EQ(logicalType("bit", "bit(9)", false), TENON_TYPE_LONG);
  EXPECT_EQ(logicalType("int", "int(11)", false), TENON_TYPE_INT);
  EXPECT_EQ(logicalType("int", "int(10) unsigned", false), TENON_TYPE_LONG);
  EXPECT_EQ(logicalType("longtext", "longtext", true), TENON_TYPE_JSON);
  EXPECT_EQ(logicalType("longtext", "longtext", false), TENON_TYPE_TEXT);
  EXPECT_EQ(logicalType("geometry", "geometry", false), TENON_TYPE_NONE);
}

TEST(MySqlColumnType, ReadsDefaultsAsMariaDbSpellsThem) {
  EXPECT_EQ(readDefault("'it''s'", "", true).constant, "it's");
  EXPECT_EQ(readDefault(R"('a\r\nb\Z\\n\'c')", "", true).constant, "a\r\nb\x1a\\n'c");
  EXPECT_EQ(readDefault("'x?'", "", true).expression, "'x?'") << "it may stand for another character";
  EXPECT_EQ(readDefault("''", "", true).constant, "");
  EXPECT_EQ(readDefault("-1.50", "", true).constant, "-1.50");
  EXPECT_FALSE(readDefault("NULL", "", true).constant.has_value());
  EXPECT_EQ(readDefault("current_timestamp()", "", true).expression, "current_timestamp()");
  EXPECT_EQ(readDefault("b'1'", "", true).constant, "1");
}

TEST(MySqlColumnType, ReadsDefaultsAsMySqlSpellsThem) {
  EXPECT_EQ(readDefault("NULL", "", false).constant, "NULL") << "a text of four letters";
  EXPECT_EQ(readDefault("it's", "", false).constant, "it's");
  EXPECT_EQ(readDefault("uuid()", "DEFAULT_GENERATED", false).expression, "uuid()");
}

}  // namespace

}  // namespace tenon::mysql
