// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <gtest/gtest.h>

namespace tenon::postgresql {
namespace {

Failure of(const char* state, const char* message = "m", const char* detail = "") {
  Diagnosis d;
  d.state = state;
  d.message = message;
  d.detail = detail;
  d.constraint = state[0] == '2' && state[1] == '3' ? "con" : "";
  return failureOf(d);
}

TEST(Errors, are_classed_by_their_state) {
  struct Case {
    const char* state;
    tenon_status status;
    uint32_t reason;
  };
  const Case cases[] = {{"23505", TENON_CONFLICT, TENON_REASON_UNIQUE},
                        {"23502", TENON_INVALID, TENON_REASON_NOT_NULL},
                        {"23503", TENON_CONFLICT, TENON_REASON_FOREIGN_KEY},
                        {"23514", TENON_INVALID, TENON_REASON_CHECK},
                        {"22001", TENON_INVALID, TENON_REASON_LENGTH},
                        {"22003", TENON_INVALID, TENON_REASON_RANGE},
                        {"22008", TENON_INVALID, TENON_REASON_RANGE},
                        {"22P02", TENON_INVALID, TENON_REASON_TYPE},
                        {"22007", TENON_INVALID, TENON_REASON_TYPE},
                        {"22021", TENON_INVALID, TENON_REASON_TYPE},
                        {"22032", TENON_INVALID, TENON_REASON_TYPE},
                        {"42804", TENON_INVALID, TENON_REASON_TYPE},
                        {"42846", TENON_INVALID, TENON_REASON_TYPE},
                        {"42601", TENON_INVALID, TENON_REASON_SYNTAX},
                        {"42P02", TENON_INVALID, TENON_REASON_SYNTAX},
                        {"08P01", TENON_INVALID, TENON_REASON_SYNTAX},
                        {"42P01", TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
                        {"42883", TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
                        {"42P07", TENON_CONFLICT, TENON_REASON_OBJECT_EXISTS},
                        {"2201B", TENON_INVALID, TENON_REASON_PATTERN},
                        {"25006", TENON_DENIED, TENON_REASON_READ_ONLY},
                        {"42501", TENON_DENIED, TENON_REASON_PERMISSION},
                        {"28P01", TENON_UNAVAILABLE, TENON_REASON_LOGIN},
                        {"08006", TENON_UNAVAILABLE, TENON_REASON_CONNECTION},
                        {"57P01", TENON_UNAVAILABLE, TENON_REASON_CONNECTION},
                        {"53300", TENON_UNAVAILABLE, TENON_REASON_BUSY},
                        {"53100", TENON_UNAVAILABLE, TENON_REASON_DISK_FULL},
                        {"54001", TENON_TOO_LARGE, TENON_REASON_LENGTH},
                        {"55P03", TENON_UNAVAILABLE, TENON_REASON_BUSY},
                        {"40P01", TENON_UNAVAILABLE, TENON_REASON_SERIALIZATION},
                        {"40001", TENON_UNAVAILABLE, TENON_REASON_SERIALIZATION},
                        {"57014", TENON_DEADLINE, TENON_REASON_TIMEOUT},
                        {"XX001", TENON_INTERNAL, TENON_REASON_CORRUPT},
                        {"99999", TENON_INTERNAL, TENON_REASON_NONE}};
  for (const auto& c : cases) {
    const Failure f = of(c.state);
    EXPECT_EQ(f.code(), c.status) << c.state;
    EXPECT_EQ(f.reason(), c.reason) << c.state;
    EXPECT_EQ(f.retryAfterMs() != 0, c.status == TENON_UNAVAILABLE) << c.state;
  }
}

TEST(Errors, what_a_trigger_raises_is_a_refusal_whatever_its_state) {
  Diagnosis d;
  d.state = "TN001";
  d.message = "it is shut";
  EXPECT_EQ(failureOf(d).code(), TENON_INTERNAL);
  d.isRaised = true;
  const Failure f = failureOf(d);
  EXPECT_EQ(f.code(), TENON_INVALID);
  EXPECT_EQ(f.reason(), TENON_REASON_CHECK);
  EXPECT_EQ(f.objectKind(), TENON_OBJECT_NONE) << "so that its message is told";
  EXPECT_STREQ(f.what(), "it is shut");
}

TEST(Errors, a_key_s_columns_are_named) {
  const std::pair<const char*, const char*> cases[] = {{"Key (a)=(1) already exists.", "a"},
                                                       {"Key (a, \"B b\")=(1, x)=(y) already exists.", "a,B b"},
                                                       {"Key (\"a\"\"b\", c)=(1, 2) already exists.", "a\"b,c"},
                                                       {"键值\"(a, b)=(1, 2)\" 已经存在", "a,b"},
                                                       {"Key (lower(a))=(x) already exists.", ""},
                                                       {"Key (a, (b + 1))=(1, 2) already exists.", ""},
                                                       {"nothing of that", ""},
                                                       {"", ""}};
  for (const auto& [detail, columns] : cases) EXPECT_EQ(keyColumns(detail), columns) << detail;
  const Failure named = of("23505", "m", "Key (a)=(1) already exists."), bare = of("23505");
  EXPECT_EQ(named.objectKind(), TENON_OBJECT_COLUMNS);
  EXPECT_EQ(named.object(), "a");
  EXPECT_EQ(bare.objectKind(), TENON_OBJECT_CONSTRAINT);
  EXPECT_EQ(bare.object(), "con");
}

TEST(Errors, no_value_is_told) {
  EXPECT_STREQ(of("22P02", "invalid input syntax for type integer: \"se\"cret\"").what(),
               "invalid input syntax for type integer: \"...\"");
  EXPECT_STREQ(of("22003", "value \"3000000000\" is out of range for type integer").what(),
               "value \"...\" is out of range for type integer");
  EXPECT_STREQ(of("42P01", "relation \"t\" does not exist").what(), "relation \"t\" does not exist");
  EXPECT_EQ(of("42P01", "relation \"t\" does not exist").object(), "t");
}

TEST(Errors, a_refused_connection_is_read_from_its_text) {
  const char* refused =
      "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: password authentication failed for user "
      "\"x\"\nLOCATION:  auth_failed, auth.c:326\n";
  Failure f = connectFailure(refused);
  EXPECT_EQ(f.reason(), TENON_REASON_LOGIN);
  EXPECT_STREQ(f.what(), "password authentication failed for user \"x\"");
  f = connectFailure("connection to server at \"::1\", port 1 failed: Connection refused\n\tIs the server running?\n");
  EXPECT_EQ(f.reason(), TENON_REASON_CONNECTION);
  EXPECT_EQ(std::string_view(f.what()).find('\n'), std::string_view::npos);
  EXPECT_EQ(connectFailure("FATAL:  53300: sorry, too many clients already").reason(), TENON_REASON_BUSY);
  EXPECT_EQ(connectFailure("").code(), TENON_UNAVAILABLE);
}

}  // namespace
}  // namespace tenon::postgresql
