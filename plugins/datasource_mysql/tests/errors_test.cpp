// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <gtest/gtest.h>

namespace tenon::mysql {

namespace {

TEST(MySqlErrors, NameTheKeyAndNotTheValue) {
  const Failure f = failureOf(1062, "23000", "Duplicate entry 'o'clock for key 'x' for key 'T.UK_a'");
  EXPECT_EQ(f.reason(), TENON_REASON_UNIQUE);
  EXPECT_EQ(f.object(), "UK_a");
  EXPECT_EQ(std::string(f.what()).find("clock"), std::string::npos);
  EXPECT_EQ(failureOf(1062, "23000", "Duplicate entry '1' for key 'PRIMARY'").object(), "PRIMARY");
}

TEST(MySqlErrors, NameTheColumn) {
  EXPECT_EQ(failureOf(1048, "23000", "Column 'needed' cannot be null").object(), "needed");
  EXPECT_EQ(failureOf(1364, "HY000", "Field 'needed' doesn't have a default value").object(), "needed");
  EXPECT_EQ(failureOf(1406, "22001", "Data too long for column 'a' at row 1").object(), "a");
  const Failure f = failureOf(1366, "22007", "Incorrect integer value: 'secret' for column `db`.`T`.`n` at row 1");
  EXPECT_EQ(f.object(), "n");
  EXPECT_EQ(std::string(f.what()).find("secret"), std::string::npos);
}

TEST(MySqlErrors, TellALostSession) {
  EXPECT_TRUE(isLost(2006));
  EXPECT_TRUE(isLost(2013));
  EXPECT_TRUE(isLost(4031));
  EXPECT_FALSE(isLost(2014)) << "commands out of sync: a mistake of ours";
  EXPECT_EQ(failureOf(2013, "HY000", "Lost connection").reason(), TENON_REASON_CONNECTION);
  EXPECT_EQ(failureOf(2013, "HY000", "Lost connection").code(), TENON_UNAVAILABLE);
}

TEST(MySqlErrors, TellTransactionsThatMayBeRepeated) {
  EXPECT_EQ(failureOf(1213, "40001", "Deadlock found").reason(), TENON_REASON_SERIALIZATION);
  EXPECT_EQ(failureOf(1205, "HY000", "Lock wait timeout exceeded").reason(), TENON_REASON_BUSY);
  EXPECT_EQ(failureOf(9999, "40XA1", "of a cluster").reason(), TENON_REASON_SERIALIZATION);
}

TEST(MySqlErrors, AreKnownByTheirClassWhereTheNumberIsNot) {
  EXPECT_EQ(failureOf(9999, "08S01", "of a proxy").reason(), TENON_REASON_CONNECTION);
  EXPECT_EQ(failureOf(9999, "28000", "of a plugin").reason(), TENON_REASON_LOGIN);
  EXPECT_EQ(failureOf(9999, "42000", "of a parser").reason(), TENON_REASON_SYNTAX);
  EXPECT_EQ(failureOf(9999, "HY000", "of whatever").code(), TENON_INTERNAL);
  const Failure signalled = failureOf(9999, "45000", "of a trigger");
  EXPECT_EQ(signalled.code(), TENON_INVALID);
  EXPECT_EQ(signalled.reason(), TENON_REASON_CHECK);
  EXPECT_STREQ(signalled.what(), "of a trigger");
  for (const char* state : {"22007", "23000"}) {
    EXPECT_EQ(failureOf(9999, state, "of a 'secret'").code(), TENON_INVALID) << state;
    EXPECT_EQ(std::string(failureOf(9999, state, "of a 'secret'").what()).find("secret"), std::string::npos) << state;
  }
}

TEST(MySqlErrors, NameTheCheck) {
  for (const auto& [code, message] :
       {std::pair(4025, "CONSTRAINT `c` failed for `db`.`T`"), std::pair(3819, "Check constraint 'c' is violated.")}) {
    EXPECT_EQ(failureOf(code, "23000", message).object(), "c");
    EXPECT_STREQ(failureOf(code, "23000", message).what(), "the check constraint c forbids it");
  }
}

}  // namespace

}  // namespace tenon::mysql
