// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <fstream>

#include "scratch.h"

namespace tenon::sqlite {
namespace {

using OptionsTest = Scratch;

TEST_F(OptionsTest, takes_every_spelling_of_a_file) {
  for (const char* url : {"jdbc:sqlite:a.db", "a.db", "file:a.db", "jdbc:sqlite:file:a.db?mode=rwc", "file:%61.db"})
    EXPECT_EQ(readOptions(dumpJson(Json{{"url", url}}), "/base").path, "/base/a.db") << url;
  EXPECT_TRUE(readOptions(R"({"url":"file:a.db?mode=ro"})", "/base").readOnly);
  EXPECT_FALSE(readOptions(R"({"url":"file:a.db?mode=rw"})", "/base").create);
  for (const char* url : {":memory:", "jdbc:sqlite::memory:", "file:x?mode=memory"})
    EXPECT_EQ(readOptions(dumpJson(Json{{"url", url}}), "/base").path, "") << url;
}

TEST_F(OptionsTest, a_path_stays_in_its_folder_unless_it_is_trusted) {
  for (const char* url :
       {"/etc/passwd", "../x.db", "a/../../x.db", "file:///etc/passwd", "jdbc:sqlite:/x", "file:%2Fetc/passwd"}) {
    const std::string json = dumpJson(Json{{"url", url}});
    EXPECT_EQ(failure([&] { readOptions(json, folder_); }).object(), "url") << url;
    EXPECT_NO_THROW(readOptions(dumpJson(Json{{"url", url}, {"trusted", true}}), folder_)) << url;
  }
  std::filesystem::create_directory_symlink("/", folder_ + "/out");
  EXPECT_EQ(failure([&] { readOptions(R"({"url":"out/etc/x.db"})", folder_); }).object(), "url") << "a link leads out";
}

TEST_F(OptionsTest, every_tenant_has_a_folder_of_its_own) {
  EXPECT_EQ(readOptions(R"({"url":"a.db","tenant":"other"})", "/home/databases").path,
            "/home/tenants/other/databases/a.db");
  EXPECT_EQ(readOptions(R"({"url":"a.db","tenant":"other","trusted":true})", "/home/databases").path,
            "/home/databases/a.db");
  for (const char* tenant : {"..", "a/b", ".x"})
    EXPECT_EQ(failure([&] {
                readOptions(dumpJson(Json{{"url", "a.db"}, {"tenant", tenant}}), folder_);
              }).object(),
              "tenant");
}

TEST_F(OptionsTest, a_file_is_one_tenants) {
  const auto first = open(R"({"url":"a.db"})");
  EXPECT_NO_THROW(open(R"({"url":"a.db"})")) << "several datasources of one tenant";
  const std::string other = dumpJson(Json{{"url", folder_ + "/a.db"}, {"tenant", "other"}, {"trusted", true}});
  {
    const auto trusted = open(other.c_str());
    EXPECT_EQ(failure([&] { open(R"({"url":"a.db"})"); }).code(), TENON_DENIED) << "it is another tenant's, too";
  }
  EXPECT_NO_THROW(open(R"({"url":"a.db"})"));
  EXPECT_EQ(failure([&] { open(R"({"url":"a.db","private":true})"); }).code(), TENON_DENIED);
}

TEST_F(OptionsTest, names_that_sqlite_uses_itself_are_refused) {
  for (const char* url : {"a.db-journal", "a.db-wal", "a.db-shm"})
    EXPECT_EQ(failure([&] { readOptions(dumpJson(Json{{"url", url}}), folder_); }).object(), "url") << url;
}

TEST_F(OptionsTest, mistakes_are_named) {
  const std::pair<const char*, const char*> cases[] = {{R"({})", "url"},
                                                       {R"({"url":1})", "url"},
                                                       {R"({"url":""})", "url"},
                                                       {R"({"url":"jdbc:mysql://h/d"})", "url"},
                                                       {R"({"url":"file://host/x"})", "url"},
                                                       {R"({"url":"file:x?vfs=memdb"})", "url"},
                                                       {R"({"url":"file:%zz"})", "url"},
                                                       {"{\"url\":\"a\\u0000b\"}", "url"},
                                                       {R"({"url":"x","colour":1})", "colour"},
                                                       {R"({"url":"x","busy_timeout_ms":-1})", "busy_timeout_ms"},
                                                       {R"({"url":"x","synchronous":"maybe"})", "synchronous"},
                                                       {R"({"url":"x","create":1})", "create"}};
  for (const auto& [json, key] : cases)
    EXPECT_EQ(failure([&, j = json] { readOptions(j, folder_); }).object(), key) << json;
  for (const char* junk : {"", "{", "[]", "null", "\xff"}) EXPECT_THROW(readOptions(junk, folder_), Failure) << junk;
}

TEST_F(OptionsTest, what_is_no_database_is_told_at_once) {
  {
    std::ofstream(folder_ + "/text.db")
        << "this is a text file that is long enough to be looked at as a database header, is it not?";
  }
  EXPECT_EQ(failure([&] { Connection(*open(R"({"url":"text.db"})"), true); }).reason(), TENON_REASON_CORRUPT);
  EXPECT_EQ(failure([&] { Connection(*open(R"({"url":"absent.db"})"), true); }).reason(), TENON_REASON_CONNECTION);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/absent.db"));
}

}  // namespace
}  // namespace tenon::sqlite
