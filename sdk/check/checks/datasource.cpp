// SPDX-License-Identifier: Apache-2.0
// What a driver promises about statements, transactions, constraints and introspection.
#include <algorithm>

#include "session.h"

namespace tenon::compliance {

namespace {

Session& sql(Session& s) {
  s.needs(TENON_DS_SQL, "SQL");
  return s;
}
Session& writing(Session& s) {
  sql(s).needs(TENON_DS_WRITE, "writing");
  return s;
}

RowBuilder number(int64_t n) {
  RowBuilder b({{"n", "l"}});
  b.i64(0, n);
  b.endRow();
  return b;
}

void claimsWhatItHas(Context& c) {
  Session s(c);
  require(s.can(TENON_DS_SQL) || s.can(TENON_DS_TREE), "it claims neither SQL nor the query tree");
  const auto backed = [&](uint64_t capability, bool member, const char* name) {
    require(!s.can(capability) || member, std::string("it claims a capability whose function ") + name + " is missing");
  };
  backed(TENON_DS_SQL, s.has(&tenon_datasource_v1::dialect) && s.table().dialect(s.conn()) != nullptr, "dialect()");
  backed(TENON_DS_WRITE, s.has(&tenon_datasource_v1::execute), "execute()");
  backed(TENON_DS_TRANSACTIONS, s.has(&tenon_datasource_v1::transact), "transact()");
  backed(TENON_DS_DESCRIBE, s.has(&tenon_datasource_v1::describe), "describe()");
  require(!s.can(TENON_DS_SAVEPOINTS) || s.can(TENON_DS_TRANSACTIONS), "it claims savepoints without transactions");
}

void declaresItsDialect(Context& c) {
  Session s(c);
  const tenon_dialect& d = *sql(s).dialect().raw();
  require(TENON_HAS(tenon_dialect, &d, n_types), "its dialect is shorter than that of ABI 1.0");
  for (const char* text : {d.name, d.quote_open, d.quote_close, d.parameter, d.true_literal, d.false_literal, d.limit,
                           d.like_escape, d.insert_defaults, d.table_suffix, d.add_column, d.rename_table, d.now})
    require(text != nullptr, "a text of its dialect is NULL that may not be");
  require(d.n_types > 0 && d.types != nullptr, "its dialect has no types");
  for (uint64_t i = 0; i < d.n_types; ++i) require(d.types[i].column != nullptr, "a type of its dialect has no DDL");
  for (const int32_t logical : {TENON_TYPE_STRING, TENON_TYPE_INT, TENON_TYPE_LONG, TENON_TYPE_FLOAT,
                                TENON_TYPE_BOOLEAN, TENON_TYPE_DATETIME, TENON_TYPE_DATE, TENON_TYPE_TIME})
    require(s.dialect().type(logical) != nullptr, "its dialect has no DDL for type " + std::to_string(logical));
}

void answersPing(Context& c) {
  Session s(c);
  if (!s.has(&tenon_datasource_v1::ping)) throw NotApplicable("it has no ping()");
  Error e;
  const tenon_status status = s.table().ping(s.conn(), nullptr, &e);
  require(status == TENON_OK, "ping() of a live session fails: " + std::string(e.text()));
}

void survivesABadStatement(Context& c) {
  Session s(c);
  Rows out;
  const std::string good = s.rowsQuery();
  const Answer bad = s.query(s.badQuery(), out);
  require(!bad.ok(), "a malformed statement is executed");
  require(bad.error.reason == TENON_REASON_SYNTAX || !s.can(TENON_DS_SQL),
          "a malformed statement does not fail with REASON_SYNTAX: " + bad.text());
  require(s.rows(good).next(), "after a malformed statement a good one answers nothing");
}

void namesWhatIsMissing(Context& c) {
  Session s(c);
  Rows out;
  const Answer answer = s.query("select * from " + sql(s).dialect().quoted("tenon_check_nowhere"), out);
  require(!answer.ok() && answer.error.reason == TENON_REASON_NO_SUCH_OBJECT,
          "a table that does not exist does not fail with REASON_NO_SUCH_OBJECT: " + answer.text());
}

void takesOneStatement(Context& c) {
  Session s(c);
  const std::string table = writing(s).makeTable("one", "n " + s.columnType(TENON_TYPE_LONG));
  const Answer answer = s.execute("insert into " + table + " (n) values (1); delete from " + table);
  require(!answer.ok(), "two statements in one text are executed: a door for injected SQL");
}

void bindsValues(Context& c) {
  Session s(c);
  const std::string table = writing(s).makeTable("bind", "t " + s.columnType(TENON_TYPE_STRING));
  const std::string text = "x'); drop table " + table + "; -- ? $1 %s \\";
  RowBuilder b({{"t", "u"}});
  b.text(0, text);
  b.endRow();
  s.run(s.insertInto(table, {"t"}), &b);
  static const Schema expected{{"t", "u"}};
  Rows rows = s.rows("select t from " + table, {.expected = &expected});
  require(rows.next() && rows.batch()[0].text(0) == text, "a bound text comes back changed");
}

void refusesWrongParameters(Context& c) {
  Session s(c);
  const std::string table = writing(s).makeTable("params", "n " + s.columnType(TENON_TYPE_LONG));
  require(!s.execute(s.insertInto(table, {"n"})).ok(), "a statement runs without the value of its parameter");
  RowBuilder two({{"a", "l"}, {"b", "l"}});
  two.i64(0, 1);
  two.i64(1, 2);
  two.endRow();
  require(!s.execute(s.insertInto(table, {"n"}), &two).ok(), "a statement with one parameter takes two values");
}

void countsAffectedRows(Context& c) {
  Session s(c);
  const std::string table = writing(s).makeTable("affected", "n " + s.columnType(TENON_TYPE_LONG));
  RowBuilder b({{"n", "l"}});
  for (int i = 0; i < 5; ++i) {
    b.i64(0, i);
    b.endRow();
  }
  require(s.run(s.insertInto(table, {"n"}), &b) == 5, "an insert of five rows of parameters does not affect 5");
  require(s.countRows(table) == 5, "execute() does not run once for each row of parameters");
  require(s.run("update " + table + " set n = n + 10 where n < 3") == 3, "an update of three rows does not affect 3");
  require(s.run("delete from " + table + " where n = 999") == 0, "a delete that finds nothing does not affect 0");
}

void tellsTheGeneratedKey(Context& c) {
  Session s(c);
  const tenon_type_name* type = writing(s).dialect().type(TENON_TYPE_LONG);
  if (type == nullptr || type->generated == nullptr) throw NotApplicable("its dialect generates no keys");
  const std::string table = s.makeTable("key", std::string("id ") + type->generated + " not null, t " +
                                                   s.columnType(TENON_TYPE_STRING) + ", primary key (id)");
  static const Schema expected{{"id", "l"}};
  int64_t last = 0;
  for (int i = 0; i < 2; ++i) {
    const std::string insert = "insert into " + table + " (t) values ('x')";
    int64_t id = 0;
    if (s.dialect().has(TENON_SQL_RETURNING)) {
      Rows rows = s.rows(insert + " returning id", {.expected = &expected});
      require(rows.next() && rows.batch().rows() == 1, "an insert that returns its key answers no row");
      id = rows.batch()[0].i64(0);
    } else {
      tenon_outcome out{};
      out.size = sizeof out;
      const Answer answer = s.execute(insert, nullptr, &out);
      require(answer.ok(), "an insert fails: " + answer.text());
      id = out.last_insert_id;
    }
    require(id > last, "the generated key is not told, or not a new one");
    last = id;
  }
}

void isAtomicForManyRows(Context& c) {
  Session s(c);
  const std::string table =
      writing(s).makeTable("many", "n " + s.columnType(TENON_TYPE_LONG) + " not null, primary key (n)");
  s.needs(TENON_DS_TRANSACTIONS, "transactions");
  RowBuilder b({{"n", "l"}});
  for (const int n : {1, 2, 1}) {
    b.i64(0, n);
    b.endRow();
  }
  s.step(TENON_TX_BEGIN);
  require(!s.execute(s.insertInto(table, {"n"}), &b).ok(), "the same key is inserted twice");
  s.step(TENON_TX_ROLLBACK);
  require(s.countRows(table) == 0, "rows of a statement that failed in a transaction stay after its rollback");
}

void commitsAndRollsBack(Context& c) {
  Session s(c);
  const std::string table = writing(s).makeTable("tx", "n " + s.columnType(TENON_TYPE_LONG));
  s.needs(TENON_DS_TRANSACTIONS, "transactions");
  RowBuilder one = number(1), two = number(2);
  s.step(TENON_TX_BEGIN);
  s.run(s.insertInto(table, {"n"}), &one);
  require(s.countRows(table) == 1, "a transaction does not see its own row");
  s.step(TENON_TX_ROLLBACK);
  require(s.countRows(table) == 0, "a row is there after its rollback");
  s.step(TENON_TX_BEGIN);
  s.run(s.insertInto(table, {"n"}), &two);
  s.step(TENON_TX_COMMIT);
  require(s.countRows(table) == 1, "a row is gone after its commit");
}

void rollsBackWhenClosed(Context& c) {
  Session s(c);
  const std::string table = writing(s).makeTable("closed", "n " + s.columnType(TENON_TYPE_LONG));
  s.needs(TENON_DS_TRANSACTIONS, "transactions");
  tenon_conn* other = s.connect();
  tenon_transaction begin{sizeof begin, TENON_TX_BEGIN, 0, 0};
  require(s.table().transact(other, &begin, nullptr, nullptr) == TENON_OK, "begin fails");
  RowBuilder one = number(1);
  require(s.execute(s.insertInto(table, {"n"}), &one, nullptr, nullptr, other).ok(), "insert fails");
  s.table().close(other);
  require(s.countRows(table) == 0, "a transaction that was open when its session was closed is committed");
}

void keepsSavepoints(Context& c) {
  Session s(c);
  s.needs(TENON_DS_SAVEPOINTS, "savepoints");
  const std::string table = writing(s).makeTable("save", "n " + s.columnType(TENON_TYPE_LONG));
  RowBuilder one = number(1), two = number(2);
  s.step(TENON_TX_BEGIN);
  s.run(s.insertInto(table, {"n"}), &one);
  s.step(TENON_TX_SAVE, 1);
  s.run(s.insertInto(table, {"n"}), &two);
  s.step(TENON_TX_ROLLBACK_TO, 1);
  s.step(TENON_TX_RELEASE, 1);
  s.step(TENON_TX_COMMIT);
  require(s.countRows(table) == 1, "rolling back to a savepoint does not undo what came after it, and only that");
}

/// The failing statement's reason and what it names, in lower case.
void violates(Session& s, const std::string& statement, uint32_t reason, const std::string& name) {
  const Answer answer = s.execute(statement);
  require(!answer.ok(), "a violation passes: " + statement);
  require(answer.error.reason == reason, "a violation fails with reason " + std::to_string(answer.error.reason) +
                                             ", not " + std::to_string(reason) + ": " + answer.text());
  std::string object = answer.error.object;
  std::transform(object.begin(), object.end(), object.begin(), [](unsigned char ch) { return std::tolower(ch); });
  require(answer.error.object_kind != TENON_OBJECT_NONE && object.find(name) != std::string::npos,
          "a violation does not name its column or constraint: \"" + object + "\"");
}

void tellsUnique(Context& c) {
  Session s(c);
  const std::string table = writing(s).makeTable("unique", "a " + s.columnType(TENON_TYPE_LONG));
  s.run("create unique index " + s.dialect().quoted("tenon_check_a_key") + " on " + table + " (a)");
  s.run("insert into " + table + " (a) values (1)");
  violates(s, "insert into " + table + " (a) values (1)", TENON_REASON_UNIQUE, "a");
}

void tellsNotNull(Context& c) {
  Session s(c);
  const std::string table =
      writing(s).makeTable("notnull", "a " + s.columnType(TENON_TYPE_LONG) + " not null, needed " +
                                          s.columnType(TENON_TYPE_LONG) + " not null");
  violates(s, "insert into " + table + " (a, needed) values (1, null)", TENON_REASON_NOT_NULL, "needed");
}

void tellsForeignKey(Context& c) {
  Session s(c);
  const std::string number = writing(s).columnType(TENON_TYPE_LONG);
  const std::string parent = s.makeTable("parent", "id " + number + " not null, primary key (id)");
  const std::string child = s.makeTable(
      "child", "pid " + number + ", constraint tenon_check_fk foreign key (pid) references " + parent + " (id)");
  const Answer answer = s.execute("insert into " + child + " (pid) values (99)");
  require(!answer.ok(), "a foreign key that points nowhere passes");
  require(answer.error.reason == TENON_REASON_FOREIGN_KEY,
          "it does not fail with REASON_FOREIGN_KEY: " + answer.text());
}

void honoursReadOnly(Context& c) {
  Session s(c);
  const std::string table = writing(s).makeTable("readonly", "n " + s.columnType(TENON_TYPE_LONG));
  tenon_conn* reader = s.connect(TENON_OPEN_READ_ONLY);
  RowBuilder one = number(1);
  const Answer answer = s.execute(s.insertInto(table, {"n"}), &one, nullptr, nullptr, reader);
  s.table().close(reader);
  require(!answer.ok() && s.countRows(table) == 0, "a session that was opened read-only writes");
  require(answer.error.reason == TENON_REASON_READ_ONLY, "it does not fail with REASON_READ_ONLY: " + answer.text());
}

// ---- introspection --------------------------------------------------------------------------------------

/// Reads a description and checks its columns against what the ABI says.
std::vector<BatchView> described(Session& s, uint32_t kind, const std::string& table, const std::string& columns) {
  Rows rows;
  const Answer answer = s.describe(kind, table, rows);
  require(answer.ok(), "describe(" + std::to_string(kind) + ") fails: " + answer.text());
  std::string found;
  for (size_t i = 0; i < rows.schema().size(); ++i)
    found += (i > 0 ? "," : "") + rows.schema().name(i) + " " + rows.schema().format(i);
  require(found == columns, "describe(" + std::to_string(kind) + ") answers the columns " + found + ", not " + columns);
  std::vector<BatchView> out;
  while (rows.next()) out.push_back(rows.takeBatch());
  return out;
}

void describesTables(Context& c) {
  Session s(c);
  s.needs(TENON_DS_DESCRIBE, "describing");
  writing(s).makeTable("described", "n " + s.columnType(TENON_TYPE_LONG));
  bool seen = false;
  for (const auto& b : described(s, TENON_DESCRIBE_TABLES, "", "table u,kind u,comment u,row_estimate l,bytes l"))
    for (int64_t r = 0; r < b.rows(); ++r)
      seen = seen || (b[0].text(r) == Session::rawTableName("described") && b[1].text(r) == "table");
  require(seen, "describe(TABLES) does not list a table that was just made");
}

void describesColumns(Context& c) {
  Session s(c);
  s.needs(TENON_DS_DESCRIBE, "describing");
  writing(s).makeTable("described", "id " + s.columnType(TENON_TYPE_LONG) + " not null, name " +
                                        s.columnType(TENON_TYPE_STRING, 40) + ", primary key (id)");
  const auto batches = described(s, TENON_DESCRIBE_COLUMNS, Session::rawTableName("described"),
                                 "table u,ordinal l,column u,type l,declared u,length l,precision l,scale l,nullable b,"
                                 "default u,generated b,key_ordinal l,comment u,default_expression u,computed b,"
                                 "attributes u");
  require(batches.size() == 1 && batches[0].rows() == 2, "describe(COLUMNS) of two columns answers another number");
  const BatchView& b = batches[0];
  require(b[2].text(0) == "id" && b[2].text(1) == "name" && b[1].i64(0) == 1 && b[1].i64(1) == 2,
          "describe(COLUMNS) does not answer the columns in order, counted from 1");
  require(b[3].i64(0) == TENON_TYPE_LONG && b[3].i64(1) == TENON_TYPE_STRING,
          "describe(COLUMNS) does not answer the logical types that the dialect made");
  require(b[5].i64(1) == 40, "describe(COLUMNS) does not answer the length 40");
  require(!b[8].boolean(0) && b[8].boolean(1), "describe(COLUMNS) does not tell which column is nullable");
  require(b[11].i64(0) == 1 && b[11].i64(1) == 0, "describe(COLUMNS) does not tell the primary key");
}

void describesIndexes(Context& c) {
  Session s(c);
  s.needs(TENON_DS_DESCRIBE, "describing");
  const std::string table =
      writing(s).makeTable("described", "a " + s.columnType(TENON_TYPE_LONG) + ", b " + s.columnType(TENON_TYPE_LONG));
  s.run("create unique index " + s.dialect().quoted("tenon_check_ab") + " on " + table + " (a, b)");
  const auto batches = described(s, TENON_DESCRIBE_INDEXES, Session::rawTableName("described"),
                                 "table u,index u,ordinal l,column u,descending b,unique b");
  require(batches.size() == 1 && batches[0].rows() == 2,
          "describe(INDEXES) of an index of two columns answers another number");
  const BatchView& b = batches[0];
  require(b[1].text(0) == "tenon_check_ab" && b[3].text(0) == "a" && b[3].text(1) == "b" && b[5].boolean(0),
          "describe(INDEXES) does not answer the index, its columns in order and that it is unique");
}

void describesForeignKeys(Context& c) {
  Session s(c);
  s.needs(TENON_DS_DESCRIBE, "describing");
  const std::string number = writing(s).columnType(TENON_TYPE_LONG);
  const std::string parent = s.makeTable("parent", "id " + number + " not null, primary key (id)");
  s.makeTable("child", "pid " + number + ", foreign key (pid) references " + parent + " (id)");
  const auto batches = described(s, TENON_DESCRIBE_FOREIGN_KEYS, Session::rawTableName("child"),
                                 "table u,constraint u,ordinal l,column u,target_table u,target_column u,on_delete u");
  require(batches.size() == 1 && batches[0].rows() == 1, "describe(FOREIGN_KEYS) of one key answers another number");
  const BatchView& b = batches[0];
  require(b[3].text(0) == "pid" && b[4].text(0) == Session::rawTableName("parent") && b[5].text(0) == "id",
          "describe(FOREIGN_KEYS) does not answer column and target");
}

}  // namespace

std::vector<Check> datasourceChecks() {
  return {
      {"datasource.capabilities", "every capability claimed has its functions", claimsWhatItHas},
      {"datasource.dialect", "the dialect is complete", declaresItsDialect},
      {"datasource.ping", "ping() of a live session succeeds", answersPing},
      {"datasource.bad_statement", "a malformed statement fails with REASON_SYNTAX and harms nothing",
       survivesABadStatement},
      {"datasource.no_such_table", "a missing table fails with REASON_NO_SUCH_OBJECT", namesWhatIsMissing},
      {"datasource.one_statement", "one text is one statement", takesOneStatement},
      {"datasource.bound_values", "bound values are values, whatever they contain", bindsValues},
      {"datasource.parameter_count", "the number of values must be that of the parameters", refusesWrongParameters},
      {"datasource.affected", "execute() runs once for each row of parameters and counts rows", countsAffectedRows},
      {"datasource.generated_key", "a key that the database makes is told", tellsTheGeneratedKey},
      {"datasource.many_rows", "many rows in a transaction are all undone by its rollback", isAtomicForManyRows},
      {"datasource.transactions", "commit keeps, rollback undoes", commitsAndRollsBack},
      {"datasource.close_rolls_back", "closing a session undoes what it has not committed", rollsBackWhenClosed},
      {"datasource.savepoints", "a savepoint undoes what came after it", keepsSavepoints},
      {"datasource.unique", "a second equal key fails with REASON_UNIQUE and names it", tellsUnique},
      {"datasource.not_null", "a missing value fails with REASON_NOT_NULL and names its column", tellsNotNull},
      {"datasource.foreign_key", "a broken reference fails with REASON_FOREIGN_KEY", tellsForeignKey},
      {"datasource.read_only", "a read-only session does not write", honoursReadOnly},
      {"datasource.tables", "describe(TABLES) answers tables in the ABI's columns", describesTables},
      {"datasource.columns", "describe(COLUMNS) answers types, lengths, nullability and keys", describesColumns},
      {"datasource.indexes", "describe(INDEXES) answers columns in order and uniqueness", describesIndexes},
      {"datasource.foreign_keys", "describe(FOREIGN_KEYS) answers columns and targets", describesForeignKeys},
  };
}

}  // namespace tenon::compliance
