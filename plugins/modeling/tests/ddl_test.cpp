// SPDX-License-Identifier: Apache-2.0
#include "sql/ddl.h"

#include <gtest/gtest.h>

#include "school.h"
#include "sql/key_names.h"

namespace tenon::modeling {
namespace {

TEST(KeyNames, are_the_published_ones) {
  EXPECT_EQ(uniqueKeyName("Student", {"studentName"}), "UK_okmr8enc6ekfi1o3b74udluio");
  EXPECT_EQ(indexName("Student", {"studentName"}), "IDX_ggaup7q5kiuo67wap161ce3d2");
  EXPECT_EQ(uniqueKeyName("T", {"b", "a"}), uniqueKeyName("T", {"a", "b"}));
}

TEST(Ddl, creates_a_table_its_unique_keys_and_its_indexes) {
  const ModelSet models = schoolModels();
  const auto sql = createTable(Dialect(testDialect()), *models.entity("Student"));
  ASSERT_EQ(sql.size(), 3U);
  EXPECT_EQ(sql[0],
            "create table \"Student\" (\"id\" serial not null, \"name\" varchar(10) not null, \"age\" int, \"score\" "
            "numeric(5,2), "
            "\"active\" boolean default true, \"born\" date, \"seen\" datetime, \"rises\" time, \"notes\" json, "
            "\"gender\" varchar(255), "
            "\"hobbies\" varchar(255), \"classId\" bigint, primary key (\"id\")) engine=x");
  EXPECT_EQ(sql[1], "create unique index \"" + uniqueKeyName("Student", {"name"}) + "\" on \"Student\" (\"name\" asc)");
  EXPECT_EQ(sql[2], "create unique index \"IX\" on \"Student\" (\"age\" asc, \"name\" desc)");
}

TEST(Ddl, quotes_what_could_end_a_text_or_a_name) {
  Field f;
  f.name = "a\"b";
  f.length = 70000;
  f.defaultValue.kind = DefaultValue::Kind::Fixed;
  f.defaultValue.value = "it's";
  EXPECT_EQ(columnDefinition(Dialect(testDialect()), f), "\"a\"\"b\" longtext default 'it''s'");
}

TEST(Template, leaves_unknown_holes_alone) {
  EXPECT_EQ(fillTemplate("{a}-{b}-{a}", {{"a", "1"}}), "1-{b}-1");
  EXPECT_EQ(fillTemplate("{a", {{"a", "1"}}), "{a");
}

}  // namespace
}  // namespace tenon::modeling
