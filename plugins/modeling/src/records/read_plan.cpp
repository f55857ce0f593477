// SPDX-License-Identifier: Apache-2.0
#include "read_plan.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "filter.h"
#include "json_member.h"
#include "model/field_type.h"
#include "routes/answer.h"

namespace tenon::modeling {

namespace {

constexpr size_t kMostKeptKeys = 1024;  // of a statement whose text is kept
constexpr size_t kMostKeys = 16384;     // of one statement, and there is one for each run

bool isNumeric(const Field& f) {
  return f.type == FieldType::Int || f.type == FieldType::Long || f.type == FieldType::Float;
}

}  // namespace

ReadPlan::ReadPlan(std::shared_ptr<const Shapes> shapes, const Dialect& dialect, const Json& read, std::string tenant,
                   uint64_t mostRows)
    : shapes_(std::move(shapes)),
      dialect_(dialect),
      tenant_(std::move(tenant)),
      mostRows_(mostRows),
      entity_(shapes_->models().entity(read.at("model").get<std::string>())),
      filter_(read.value("filter", Json::object())),
      limit_(member(read, "limit")),
      offset_(member(read, "offset")),
      after_(member(read, "after")),
      before_(member(read, "before")),
      hasCursors_(read.value("cursors", false)),
      reversed_(read.value("reversed", false)) {
  if (entity_ == nullptr) throw Missing(Missing::What::Model, read["model"].get<std::string>());
  if (!member(read, "keys").is_null()) key_ = &column(read["keys"]);
  if (read.contains("aggregates"))
    readAggregates(read);
  else
    readColumns(read);
  statement(1);  // so that what is wrong with it is found now
}

const Field& ReadPlan::column(const Json& name) const {
  const Field* f = name.is_string() ? entity_->field(name.get_ref<const std::string&>()) : nullptr;
  if (f == nullptr || !f->isColumn())
    throw Invalid("columns", "字段不存在: " + dumpJson(name), "no such field: " + dumpJson(name));
  return *f;
}

void ReadPlan::readColumns(const Json& read) {
  std::vector<Column> formats;
  for (const Json& name : member(read, "columns")) {
    columns_.push_back(&column(name));
    formats.push_back({columns_.back()->name, arrowFormat(*columns_.back())});
  }
  for (const Json& name : member(read, "distinct")) distinct_.push_back(&column(name));
  sort_ = readSort(member(read, "sort"));
  if (key_ != nullptr) {
    columns_.push_back(key_);
    // Twice the same name would hide which of them a value does not fit.
    formats.push_back({keyName(), arrowFormat(*key_)});
  }
  if (columns_.empty()) formats.push_back({"one", "l"});  // rows that are only counted
  if (hasCursors_) {
    if (entity_->identity() == nullptr || key_ != nullptr || !distinct_.empty())
      throw Failure(TENON_INVALID, "no such read has cursors").from(TENON_FROM_CALLER);
    for (Column& c : keyset().columns()) formats.push_back(std::move(c));
  }
  // A value that is not of its type is told by its column's name.
  for (size_t i = 0; isNumbered() && i < formats.size(); ++i) formats[i].name = "c" + std::to_string(i);
  expected_ = Schema(std::move(formats));
}

void ReadPlan::readAggregates(const Json& read) {
  std::vector<Column> formats;
  for (const Json& json : read["aggregates"]) {
    const Json& field = member(json, "field");
    Aggregate a{json.at("function").get<std::string>(), field.is_null() ? nullptr : &column(field),
                json.value("distinct", false)};
    const bool counts = a.function == "count";
    if (!counts && (a.field == nullptr ||
                    (a.function != "max" && a.function != "min" && a.function != "sum" && a.function != "avg")))
      throw Invalid("aggregates", "未知的聚合函数: " + a.function, "no such aggregate: " + a.function);
    formats.push_back({"a" + std::to_string(formats.size()), counts                ? "l"
                                                             : a.function == "avg" ? "g"
                                                             : a.function == "sum" ? "u"
                                                                                   : arrowFormat(*a.field)});
    aggregates_.push_back(std::move(a));
  }
  if (key_ != nullptr) formats.push_back({"k", arrowFormat(*key_)});
  expected_ = Schema(std::move(formats));
}

const ReadPlan::Statement& ReadPlan::statement(size_t keys) const {
  const std::lock_guard lock(mutex_);
  auto& place = made_.at(static_cast<size_t>(std::bit_width(keys)));
  if (!place) place = std::make_unique<const Statement>(made(keys));
  return *place;
}

ReadPlan::Statement ReadPlan::made(size_t keys) const {
  Statement out;
  SqlText sql;
  sql.isTemplate = true;
  if (!aggregates_.empty())
    appendAggregates(sql, keys, out);
  else if (isNumbered())
    appendNumbered(sql, keys, out);
  else
    appendRows(sql, keys, out);
  out.sql = std::move(sql.text);
  out.values = std::move(sql.values);
  out.holes = std::move(sql.holes);
  const auto keysFrom = out.values.begin() + static_cast<std::ptrdiff_t>(out.keysAt);
  out.values.erase(keysFrom, keysFrom + static_cast<std::ptrdiff_t>(out.keys));  // given anew by each run
  return out;
}

/// Appends ` from "Student" t where ...`.
void ReadPlan::appendSource(SqlText& sql, size_t keys, Statement& out) const {
  sql.text += " from " + dialect_.quoted(entity_->name) + " t";
  const size_t before = sql.text.size();
  appendWhere(sql, dialect_, shapes_->models(), *entity_, "t", filter_, tenant_);
  const auto joiner = [&] { return sql.text.size() == before ? " where " : " and "; };
  for (const auto& [place, precedes] : {std::pair{&after_, false}, std::pair{&before_, true}}) {
    if (!hasCursors_ || place->is_null()) continue;
    sql.text += joiner();
    keyset().appendBeyond(sql, *place, precedes);
  }
  if (key_ == nullptr) return;
  sql.text += joiner() + named(*key_);
  out.keysAt = sql.values.size();
  out.keys = keys;
  appendIn(sql, dialect_, 0, keys, keys, [&](size_t) { return Value::null(arrowFormat(*key_)); });
}

void ReadPlan::appendRows(SqlText& sql, size_t keys, Statement& out) const {
  sql.text += "select ";
  for (size_t i = 0; i < columns_.size(); ++i) sql.text += (i == 0 ? "" : ", ") + named(*columns_[i]);
  if (key_ != nullptr) sql.text += " as " + dialect_.quoted(keyName());
  if (columns_.empty()) sql.text += "1";
  if (hasCursors_) keyset().appendColumns(sql);
  appendSource(sql, keys, out);
  SqlText order;
  order.values = std::move(sql.values);  // parameters are numbered through
  if (hasCursors_)
    keyset().appendOrder(order, reversed_);
  else
    Order(dialect_, shapes_->models(), *entity_, tenant_).append(order, sort_);
  sql.values = std::move(order.values);
  if (key_ != nullptr) order.text = named(*key_) + (order.text.empty() ? "" : ", ") + order.text;
  if (!order.text.empty()) sql.text += " order by " + order.text;
  sql.text += ' ';
  appendLimit(sql, limit_.is_null() ? Json(mostRows_ + 1) : limit_, offset_.is_null() ? Json(0) : offset_);
}

/// Rows that are numbered first: those of each key are counted by themselves, and of rows that agree in the distinct
/// fields only the first is taken.
void ReadPlan::appendNumbered(SqlText& sql, size_t keys, Statement& out) const {
  const Order order(dialect_, shapes_->models(), *entity_, tenant_);
  const bool perKey = key_ != nullptr && isPaged();
  const auto columns = [&](const std::string& alias) {
    std::string text;
    for (size_t i = 0; i < columns_.size(); ++i) text += (i == 0 ? "" : ", ") + alias + "c" + std::to_string(i);
    return text.empty() ? std::string("1") : text;
  };
  const auto numbered = [&](std::vector<std::string> partition, const char* as) {
    sql.text += ", row_number() over (";
    for (size_t i = 0; i < partition.size(); ++i) sql.text += (i == 0 ? "partition by " : ", ") + partition[i];
    if (!partition.empty()) sql.text += ' ';
    const size_t before = sql.text.size();
    sql.text += "order by ";
    const size_t start = sql.text.size();
    order.append(sql, sort_);
    if (sql.text.size() == start) sql.text.resize(before);
    sql.text += std::string(") as ") + as;
  };
  std::vector<std::string> byKey;
  if (key_ != nullptr) byKey.push_back(named(*key_));

  sql.text += "select " + columns("r.") + " from (";
  const bool renumbered = perKey && !distinct_.empty();
  if (renumbered)
    sql.text += "select " + columns("d.") + ", row_number() over (partition by d.c" +
                std::to_string(columns_.size() - 1) + " order by d.place) as place from (";
  sql.text += "select ";
  for (size_t i = 0; i < columns_.size(); ++i)
    sql.text += (i == 0 ? "" : ", ") + named(*columns_[i]) + " as c" + std::to_string(i);
  if (columns_.empty()) sql.text += "1 as c0";
  numbered(byKey, "place");
  if (!distinct_.empty()) {
    std::vector<std::string> same = byKey;
    for (const Field* f : distinct_)
      same.push_back(f->type == FieldType::Json ? comparableText(dialect_, *f, named(*f)) : named(*f));
    numbered(std::move(same), "twin");
  }
  appendSource(sql, keys, out);
  if (renumbered) sql.text += ") d where d.twin = 1";
  sql.text += ") r";
  const char* joiner = " where ";
  if (!distinct_.empty() && !renumbered) {
    sql.text += " where r.twin = 1";
    joiner = " and ";
  }
  if (perKey) {
    const Json offset = offset_.is_null() ? Json(0) : offset_;
    sql.text += std::string(joiner) + "r.place > ";
    appendNumber(sql, offset);
    if (!limit_.is_null()) {
      sql.text += " and r.place <= ";
      appendNumber(sql, offset);
      sql.text += " + ";
      appendNumber(sql, limit_);
    }
  }
  sql.text += " order by ";
  if (key_ != nullptr) sql.text += "r.c" + std::to_string(columns_.size() - 1) + ", ";
  sql.text += "r.place ";
  const bool whole = !perKey && isPaged();
  appendLimit(sql, whole && !limit_.is_null() ? limit_ : Json(mostRows_ + 1),
              whole && !offset_.is_null() ? offset_ : Json(0));
}

std::string ReadPlan::aggregateText(const Aggregate& a) const {
  if (a.field == nullptr) return "count(*)";
  const Field& f = *a.field;
  // Some databases compare no JSON of themselves, and one has a type of texts (uuid) without a greatest.
  const bool isUuid = (f.type == FieldType::String || f.type == FieldType::Text) &&
                      std::string_view(dialect_.raw()->name) == "postgresql" &&
                      (a.function == "max" || a.function == "min");
  const std::string value = f.type == FieldType::Json ? comparableText(dialect_, f, named(f))
                            : isUuid                  ? "cast(" + named(f) + " as text)"
                                                      : named(f);
  if (a.function == "count") return "count(" + std::string(a.distinct ? "distinct " : "") + value + ")";
  if (a.function == "sum") return isNumeric(f) ? "sum(" + value + ")" : "null";
  // As a binary number: some databases would cut the digits after the fourth.
  if (a.function == "avg") return isNumeric(f) ? "avg(1.0e0 * " + value + ")" : "null";
  return f.type == FieldType::Boolean || f.type == FieldType::Json ? "null" : a.function + "(" + value + ")";
}

void ReadPlan::appendAggregates(SqlText& sql, size_t keys, Statement& out) const {
  for (size_t i = 0; i < aggregates_.size(); ++i)
    sql.text += (i == 0 ? "select " : ", ") + aggregateText(aggregates_[i]) + " as a" + std::to_string(i);
  if (key_ != nullptr) sql.text += ", " + named(*key_) + " as k";
  appendSource(sql, keys, out);
  if (key_ != nullptr) sql.text += " group by " + named(*key_);
}

void ReadPlan::appendNumber(SqlText& sql, const Json& operand) const {
  const auto number = [](const Json& n) {
    if (!n.is_number_integer() || n < 0 || n > INT64_MAX / 2)
      throw Invalid("limit", "必须是非负整数", "must be a whole number");
    return Value::whole("l", n.get<int64_t>());
  };
  if (const auto hole = sql.holeIn(operand))
    sql.bind(dialect_, sql.later(*hole, number));
  else
    sql.text += std::to_string(number(operand).integer);
}

/// In the order in which the dialect wants them: parameters count by their places.
void ReadPlan::appendLimit(SqlText& sql, const Json& limit, const Json& offset) const {
  std::string_view text = dialect_.raw()->limit;
  while (!text.empty()) {
    const size_t open = std::min(text.find('{'), text.size());
    sql.text += text.substr(0, open);
    text.remove_prefix(open);
    for (const auto& [name, operand] : {std::pair{"{limit}", &limit}, std::pair{"{offset}", &offset}})
      if (text.starts_with(name)) {
        appendNumber(sql, *operand);
        text.remove_prefix(std::string_view(name).size());
      }
  }
}

namespace {

/// A key as a value of the field that it is compared with; null when it can be none.
Value keyValue(const Field& field, const ColumnView& cells, int64_t row, const ModelSet& models) {
  const bool isNumber = cells.format().kind == ColumnKind::Integer;
  if (isNumber && (field.type == FieldType::Int || field.type == FieldType::Long))
    return cellValue(cells, arrowFormat(field), row);
  const std::string text = keyText(cells, row);
  Value v;
  const Json given = field.type == FieldType::Boolean ? Json(text == "1" || text == "true") : Json(text);
  return convert(field, given, models, true, v) ? Value::null(arrowFormat(field)) : v;
}

}  // namespace

Batches ReadPlan::run(Connection& connection, const Json& values, const Keys* keys, const tenon_cancel* cancel) const {
  if ((keys != nullptr) != (key_ != nullptr)) throw Failure(TENON_INVALID, "keys for a read that takes none, or none");
  if (keys != nullptr && keys->count == 0) return {expected_, {}};
  const auto count = static_cast<size_t>(keys != nullptr ? keys->count : 1);
  const auto tooMany = [] {
    return Failure(TENON_TOO_LARGE, "the related rows are too many: narrow the query").from(TENON_FROM_CALLER);
  };
  if (count > kMostKeys || count > dialect_.maxParameters()) throw tooMany();
  const size_t padded = std::bit_ceil(count);
  // Rare and large: not worth its memory.
  const std::optional<Statement> once = padded > kMostKeptKeys ? std::optional(made(padded)) : std::nullopt;
  const Statement& s = once ? *once : statement(padded);
  std::vector<Value> bound;
  bound.reserve(s.values.size() + s.keys);
  const auto addKeys = [&] {
    for (size_t i = 0; i < s.keys; ++i)  // the last one again fills the statement up
      bound.push_back(keyValue(*key_, *keys->cells, static_cast<int64_t>(std::min(i, count - 1)), shapes_->models()));
  };
  for (size_t i = 0; i < s.values.size(); ++i) {
    if (i == s.keysAt) addKeys();
    const Value& v = s.values[i];
    if (v.kind != Value::Kind::Hole) {
      bound.push_back(v);
      continue;
    }
    const SqlText::Hole& hole = s.holes[static_cast<size_t>(v.integer)];
    if (hole.given >= values.size()) throw Failure(TENON_INVALID, "a value is missing");
    bound.push_back(hole.value(values[hole.given]));
  }
  if (s.keysAt == s.values.size()) addKeys();
  RowBuilder params = parameters(bound);
  // Whoever says how many may ask for one more than is answered, to know whether there are others.
  uint64_t budget = mostRows_ + (key_ == nullptr && !limit_.is_null() ? 1 : 0);
  try {
    return readAll(connection, s.sql, params, expected_, cancel, budget, {mostRows_ + 1, 0});
  } catch (const Invalid&) {  // past the budget
    throw tooMany();
  }
}

}  // namespace tenon::modeling
