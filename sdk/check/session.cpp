// SPDX-License-Identifier: Apache-2.0
#include "session.h"

namespace tenon::compliance {

namespace {

tenon_query queryOf(uint32_t language, const std::string& text, RowBuilder* params) {
  tenon_query q{};
  q.size = sizeof q;
  q.language = language;
  q.text = str(text);
  if (params != nullptr) {
    q.param_schema = params->schema().arrow();
    q.params = params->peek();
  }
  return q;
}

}  // namespace

Session::Session(Context& context) : instance_(std::make_unique<Instance>(context)), options_(context.options) {
  instance_->create();
  instance_->start();
  const Json& config = options_.datasource;
  const std::string kind = config.is_object() ? config.value("dbKind", "") : "";
  const auto* offered = instance_->host.find(TENON_DATASOURCE_ID, kind);
  if (instance_->host.find(TENON_DATASOURCE_ID) == nullptr) throw NotApplicable("it offers no datasource");
  require(config.is_object(), "it offers a datasource: say with --config what to open");
  require(offered != nullptr, "it offers no datasource of the kind \"" + kind + "\"");
  table_ = static_cast<const tenon_datasource_v1*>(offered->table);
  self_ = offered->self;
  require(table_->size >= TENON_UPTO(tenon_datasource_v1, capabilities) && has(&tenon_datasource_v1::capabilities) &&
              has(&tenon_datasource_v1::open) && has(&tenon_datasource_v1::close_source) &&
              has(&tenon_datasource_v1::connect) && has(&tenon_datasource_v1::close) &&
              has(&tenon_datasource_v1::query),
          "its table lacks one of capabilities, open, close_source, connect, close and query");
  capabilities_ = table_->capabilities(self_);
  Error e;
  const std::string json = dumpJson(config);
  const tenon_status status = table_->open(self_, str(json), &source_, &e);
  require(status == TENON_OK, "open() of the given configuration failed: " + std::string(e.text()));
  conn_ = connect();
  if (has(&tenon_datasource_v1::dialect)) dialect_.emplace(table_->dialect(conn_));
}

Session::~Session() {
  for (const auto& table : made_)
    if (conn_ != nullptr) execute("drop table " + table);
  closeConn();
  closeSource();
}

void Session::needs(uint64_t capability, const char* name) const {
  if (!can(capability)) throw NotApplicable(std::string("it does not claim ") + name);
}

tenon_conn* Session::connect(uint32_t flags) {
  tenon_conn* conn = nullptr;
  Error e;
  const tenon_status status = table_->connect(source_, flags, nullptr, &conn, &e);
  require(status == TENON_OK, "connect() failed: " + std::string(e.text()));
  return conn;
}

void Session::closeConn() {
  if (conn_ != nullptr) table_->close(std::exchange(conn_, nullptr));
}

void Session::closeSource() {
  if (source_ != nullptr) table_->close_source(std::exchange(source_, nullptr));
}

std::string Session::rowsQuery(int count) {
  if (options_.statements.contains("rows")) return options_.statements["rows"].get<std::string>();
  require(can(TENON_DS_SQL), "a driver without SQL needs \"statements\": {\"rows\": ...} in --config");
  const std::string table =
      makeTable("rows", "n " + columnType(TENON_TYPE_LONG) + ", t " + columnType(TENON_TYPE_STRING));
  RowBuilder params({{"n", "l"}, {"t", "u"}});
  for (int i = 1; i <= count; ++i) {
    params.i64(0, i);
    params.text(1, "row " + std::to_string(i));
    params.endRow();
  }
  if (count > 0) run(insertInto(table, {"n", "t"}), &params);
  return "select n, t from " + table + " order by n";
}

std::string Session::slowQuery() {
  if (options_.statements.contains("slow")) return options_.statements["slow"].get<std::string>();
  if (!can(TENON_DS_SQL)) throw NotApplicable("\"statements\" of --config has no \"slow\"");
  // Every combination of ten tables of 50 rows: no database has a short way to their number.
  rowsQuery(50);
  const std::string table = dialect().quoted(rawTableName("rows"));
  std::string from;
  for (const char name : std::string_view("abcdefghij")) from += (from.empty() ? " from " : ", ") + table + " " + name;
  return "select count(*) as n" + from + " where a.n + b.n + c.n + d.n + e.n + f.n + g.n + h.n + i.n + j.n < 0";
}

std::string Session::badQuery() const {
  if (options_.statements.contains("bad")) return options_.statements["bad"].get<std::string>();
  return can(TENON_DS_SQL) ? "selekt 1" : "{\"selekt\":";
}

Answer Session::query(const std::string& text, Rows& out, const Asked& asked, tenon_conn* conn) {
  tenon_query q = queryOf(language(), text, asked.params);
  if (asked.reused) q.flags |= TENON_QUERY_REUSED;
  q.max_rows = asked.maxRows;
  q.max_batch_rows = asked.maxBatchRows;
  q.max_batch_bytes = asked.maxBatchBytes;
  if (asked.expected != nullptr) q.result_schema = asked.expected->arrow();
  Answer answer;
  tenon_rows* rows = out.out();
  answer.status = table_->query(conn != nullptr ? conn : conn_, &q, asked.cancel, rows, &answer.error);
  if (answer.ok() && asked.expected != nullptr) out.asked(*asked.expected);
  return answer;
}

Answer Session::execute(const std::string& text, RowBuilder* params, tenon_outcome* out, const tenon_cancel* cancel,
                        tenon_conn* conn) {
  Answer answer;
  if (!has(&tenon_datasource_v1::execute)) {
    answer.status = TENON_UNSUPPORTED;
    return answer;
  }
  const tenon_query q = queryOf(language(), text, params);
  tenon_outcome own{};
  own.size = sizeof own;
  answer.status =
      table_->execute(conn != nullptr ? conn : conn_, &q, cancel, out != nullptr ? out : &own, &answer.error);
  return answer;
}

Answer Session::transact(uint32_t op, uint32_t level, uint32_t flags) {
  tenon_transaction t{sizeof t, op, flags, level};
  Answer answer;
  answer.status = table_->transact(conn_, &t, nullptr, &answer.error);
  return answer;
}

Answer Session::describe(uint32_t kind, const std::string& table, Rows& out) {
  tenon_describe d{};
  d.size = sizeof d;
  d.kind = kind;
  d.table = table.empty() ? kAbsent : str(table);
  Answer answer;
  answer.status = table_->describe(conn_, &d, nullptr, out.out(), &answer.error);
  return answer;
}

Rows Session::rows(const std::string& text, const Asked& asked) {
  Rows out;
  const Answer answer = query(text, out, asked);
  require(answer.ok(), "query() of \"" + text + "\" failed: " + answer.text());
  return out;
}

int64_t Session::run(const std::string& text, RowBuilder* params) {
  tenon_outcome out{};
  out.size = sizeof out;
  const Answer answer = execute(text, params, &out);
  require(answer.ok(), "execute() of \"" + text + "\" failed: " + answer.text());
  return out.affected;
}

void Session::step(uint32_t op, uint32_t level) {
  const Answer answer = transact(op, level);
  require(answer.ok(), "transact(" + std::to_string(op) + ") failed: " + answer.text());
}

int64_t Session::countRows(const std::string& table, tenon_conn* conn) {
  static const Schema counted{{"n", "l"}};
  Rows out;
  const Answer answer = query("select count(*) as n from " + table, out, {.expected = &counted}, conn);
  require(answer.ok() && out.next(), "the rows of a table cannot be counted: " + answer.text());
  return out.batch()[0].i64(0);
}

std::string Session::makeTable(const std::string& name, const std::string& columns) {
  const std::string table = dialect().quoted(rawTableName(name));
  execute("drop table " + table);  // of a run that was cut
  run("create table " + table + " (" + columns + ")" + dialect().raw()->table_suffix);
  made_.insert(made_.begin(), table);  // dropped in reverse: references first
  return table;
}

std::string Session::columnType(int32_t logical, int length) const {
  const tenon_type_name* type = dialect().type(logical);
  if (type == nullptr) throw NotApplicable("its dialect has no type " + std::to_string(logical));
  return fillTemplate(type->column, {{"length", std::to_string(length)}, {"precision", "20"}, {"scale", "2"}});
}

std::string Session::insertInto(const std::string& table, const std::vector<std::string>& columns) const {
  std::string names, marks;
  for (size_t i = 0; i < columns.size(); ++i) {
    names += (i > 0 ? ", " : "") + columns[i];
    if (i > 0) marks += ", ";
    dialect().parameter(marks, static_cast<uint32_t>(i + 1));
  }
  return "insert into " + table + " (" + names + ") values (" + marks + ")";
}

}  // namespace tenon::compliance
