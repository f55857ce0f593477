// SPDX-License-Identifier: Apache-2.0
#include "declared_type.h"
#include "scratch.h"

namespace tenon::sqlite {
namespace {

class DescribeTest : public Scratch {
 protected:
  /// Every row as "a|b|-|..."
  std::vector<std::string> described(uint32_t kind, std::string_view table = {}) {
    Rows r;
    connection_->describe({sizeof(tenon_describe), kind, table.empty() ? kAbsent : str(table)}, nullptr, r.out());
    std::vector<std::string> out;
    while (r.next())
      for (int64_t row = 0; row < r.batch().rows(); ++row) {
        std::string line;
        for (size_t c = 0; c < r.schema().size(); ++c) {
          const ColumnView& v = r.batch()[c];
          if (c > 0) line += '|';
          if (v.isNull(row))
            line += '-';
          else if (v.format().kind == ColumnKind::Text)
            line += v.text(row);
          else if (v.format().kind == ColumnKind::Boolean)
            line += v.boolean(row) ? "yes" : "no";
          else
            line += std::to_string(v.i64(row));
        }
        out.push_back(line);
      }
    return out;
  }
};

TEST_F(DescribeTest, tells_tables_columns_indexes_and_keys) {
  execute(
      "create table p (id integer primary key, code varchar(8) not null default 'it''s', n numeric(10,2) default 1.5, "
      "made datetime default current_timestamp)");
  execute(
      "create table c (a int, b int, pid int references p, other varchar(8), primary key (a, b), foreign key (other) "
      "references p (code) on delete cascade)");
  execute("create unique index ux on p (code desc)");
  execute("create index ix on c (b, a desc)");
  execute("create index part on c (a) where b > 0");
  execute("create view v as select id from p");
  EXPECT_EQ(described(TENON_DESCRIBE_TABLES),
            (std::vector<std::string>{"c|table|-|-|-", "p|table|-|-|-", "v|view|-|-|-"}));
  EXPECT_EQ(described(TENON_DESCRIBE_COLUMNS, "p"),
            (std::vector<std::string>{"p|1|id|4|INTEGER|-|-|-|no|-|yes|1|-|-|no|-",
                                      "p|2|code|1|varchar(8)|8|-|-|no|it's|no|0|-|-|no|-",
                                      "p|3|n|5|numeric(10,2)|-|10|2|yes|1.5|no|0|-|-|no|-",
                                      "p|4|made|7|datetime|-|-|-|yes|-|no|0|-|current_timestamp|no|-"}));
  EXPECT_EQ(described(TENON_DESCRIBE_INDEXES),
            (std::vector<std::string>{"c|ix|1|b|no|no", "c|ix|2|a|yes|no", "p|ux|1|code|yes|yes"}));
  EXPECT_EQ(described(TENON_DESCRIBE_FOREIGN_KEYS),
            (std::vector<std::string>{"c|c_fk0|1|other|p|code|CASCADE", "c|c_fk1|1|pid|p|id|NO ACTION"}));
  EXPECT_TRUE(described(TENON_DESCRIBE_COLUMNS, "x' or '1'='1").empty());
}

TEST_F(DescribeTest, what_is_broken_spoils_only_itself) {
  execute("create table gone (a)");
  execute("create view stale as select a from gone");
  execute("create table sound (a int)");
  execute("drop table gone");
  EXPECT_EQ(described(TENON_DESCRIBE_COLUMNS), (std::vector<std::string>{"sound|1|a|3|INT|-|-|-|yes|-|no|0|-|-|no|-"}));
  EXPECT_THROW(described(TENON_DESCRIBE_COLUMNS, "stale"), Failure) << "who asks about it is told";
}

TEST_F(DescribeTest, names_are_those_of_the_tables_whatever_a_reference_says) {
  execute("create table Parent (Id integer primary key)");
  execute("create table c (pid int, foreign key (PID) references PARENT (ID))");
  execute("create table d (pid int references nobody)");
  EXPECT_EQ(described(TENON_DESCRIBE_FOREIGN_KEYS), (std::vector<std::string>{"c|c_fk0|1|pid|Parent|Id|NO ACTION"}));
}

TEST_F(DescribeTest, tells_computed_columns_and_row_ids) {
  execute("create table t (a int, b int as (a * 2) stored, c as (a + 1))");
  execute("create table w (id integer primary key) without rowid");
  execute("create unique index u on t (a, lower(b))");
  EXPECT_EQ(
      described(TENON_DESCRIBE_COLUMNS),
      (std::vector<std::string>{"t|1|a|3|INT|-|-|-|yes|-|no|0|-|-|no|-", "t|2|b|3|INT|-|-|-|yes|-|no|0|-|-|yes|-",
                                "t|3|c|2||-|-|-|yes|-|no|0|-|-|yes|-", "w|1|id|4|INTEGER|-|-|-|no|-|no|1|-|-|no|-"}));
  EXPECT_TRUE(described(TENON_DESCRIBE_INDEXES).empty()) << "an index of an expression says nothing about a alone";
}

TEST(DeclaredType, follows_the_names_people_use) {
  const std::pair<const char*, int32_t> cases[] = {{"NVARCHAR(120)", TENON_TYPE_STRING},
                                                   {"varchar", TENON_TYPE_TEXT},
                                                   {"TEXT", TENON_TYPE_TEXT},
                                                   {"", TENON_TYPE_TEXT},
                                                   {"INTEGER", TENON_TYPE_LONG},
                                                   {"int", TENON_TYPE_INT},
                                                   {"BigInt", TENON_TYPE_LONG},
                                                   {"unsigned big int", TENON_TYPE_LONG},
                                                   {"bool", TENON_TYPE_BOOLEAN},
                                                   {"real", TENON_TYPE_FLOAT},
                                                   {"DECIMAL(10,2)", TENON_TYPE_FLOAT},
                                                   {"double precision", TENON_TYPE_FLOAT},
                                                   {"timestamp", TENON_TYPE_DATETIME},
                                                   {"date", TENON_TYPE_DATE},
                                                   {"time", TENON_TYPE_TIME},
                                                   {"json", TENON_TYPE_JSON},
                                                   {"blob", TENON_TYPE_BYTES},
                                                   {"mystery", TENON_TYPE_TEXT}};
  for (const auto& [declared, logical] : cases) EXPECT_EQ(readDeclaredType(declared).logical, logical) << declared;
  EXPECT_EQ(readDeclaredType("nvarchar( 120 )").length, 120);
  EXPECT_EQ(readDeclaredType("numeric(10)").scale, 0);
}

}  // namespace
}  // namespace tenon::sqlite
