// SPDX-License-Identifier: Apache-2.0
#include "records/keyset.h"

#include <gtest/gtest.h>

#include "routes/answer.h"
#include "school.h"

namespace tenon::modeling {
namespace {

class KeysetTest : public ::testing::Test {
 protected:
  Keyset keyset(const char* sort) const {
    return {dialect_, models_, *models_.entity("Student"), {}, readSort(std::string_view(sort))};
  }
  std::string beyond(const char* sort, const char* place, bool reversed = false) {
    SqlText sql;
    sql.isTemplate = true;
    keyset(sort).appendBeyond(sql, parseJson(place), reversed);
    values_ = sql.values;
    return sql.text;
  }
  std::string order(const char* sort, bool reversed) const {
    SqlText sql;
    keyset(sort).appendOrder(sql, reversed);
    return sql.text;
  }
  Dialect dialect_{testDialect()};  // where null is less than every value
  ModelSet models_ = schoolModels();
  std::vector<Value> values_;
};

TEST_F(KeysetTest, rows_behind_a_place_are_past_one_key_and_the_same_in_those_before) {
  EXPECT_EQ(beyond("", R"([7])"), R"((t."id" > $1))");
  EXPECT_EQ(beyond("-name", R"(["x",7])"), R"((t."name" < $1 or (t."name" = $2 and (t."id" > $3))))");
  EXPECT_EQ(beyond("-name", R"(["x",7])", true), R"((t."name" > $1 or (t."name" = $2 and (t."id" < $3))))");
  EXPECT_EQ(values_.at(2).integer, 7);
}

TEST_F(KeysetTest, nulls_are_where_the_order_has_them) {
  EXPECT_EQ(beyond("age", R"([5,7])"), R"((t."age" > $1 or (t."age" = $2 and (t."id" > $3))))");
  EXPECT_EQ(beyond("age", R"([null,7])"), R"((t."age" is not null or (t."age" is null and (t."id" > $1))))");
  EXPECT_EQ(beyond("-age", R"([5,7])"), R"(((t."age" < $1 or t."age" is null) or (t."age" = $2 and (t."id" > $3))))");
  EXPECT_EQ(beyond("-age", R"([null,7])"), R"((1 = 0 or (t."age" is null and (t."id" > $1))))");
  EXPECT_EQ(beyond(R"([{"field":"age","nulls":"last"}])", R"([null,7])", true),
            R"((t."age" is not null or (t."age" is null and (t."id" < $1))))");
}

TEST_F(KeysetTest, an_order_is_read_from_its_end) {
  EXPECT_EQ(order("-age", false), R"(t."age" desc, t."id" asc)");
  EXPECT_EQ(order("-age", true), R"(t."age" asc, t."id" desc)");
  EXPECT_EQ(order(R"([{"field":"age","nulls":"last"}])", false),
            R"(case when t."age" is null then 1 else 0 end, t."age" asc, t."id" asc)");
  EXPECT_EQ(order(R"([{"field":"age","nulls":"last"}])", true),
            R"(case when t."age" is null then 0 else 1 end, t."age" desc, t."id" desc)");
  EXPECT_EQ(order("id,age", false), R"(t."id" asc)");
}

TEST_F(KeysetTest, values_compare_as_the_database_orders_them) {
  EXPECT_EQ(beyond("rises", R"(["06:30",7])"),
            R"(((clock(t."rises")) > (clock($1)) or ((clock(t."rises")) = (clock($2)) and (t."id" > $3))))");
  EXPECT_EQ(order("rises", false), R"((clock(t."rises")) asc, t."id" asc)");
}

TEST_F(KeysetTest, paths_and_holes_are_keys) {
  const std::string path = R"((select s0."className" from "Classes" s0 where s0."id" = t."classId"))";
  EXPECT_EQ(beyond("class.className", R"([{"$":0},{"$":1}])"),
            "(" + path + " > $1 or (" + path + R"( = $2 and (t."id" > $3))))");
  EXPECT_EQ(values_.at(0).kind, Value::Kind::Hole);
}

TEST_F(KeysetTest, what_has_no_place_is_refused) {
  EXPECT_THROW(keyset("notes"), Invalid);
  EXPECT_THROW(beyond("age", "[1]"), Invalid);
  EXPECT_THROW(beyond("age", "7"), Invalid);
  EXPECT_THROW(beyond("age", R"(["old",7])"), Invalid);
}

}  // namespace
}  // namespace tenon::modeling
