// SPDX-License-Identifier: Apache-2.0
#include "table_change.h"

#include <algorithm>

#include "sql/ddl.h"
#include "sql/key_names.h"
#include "sync/physical.h"
#include "table_text.h"

namespace tenon::modeling {

namespace {

/// The copy while it is made: one of the platform's own tables.
constexpr std::string_view kRebuilt = "tenon_own_rebuilt";
static_assert(kRebuilt.substr(0, kOwnTables.size()) == kOwnTables);

/// What is left to do to a table that exists.
struct Steps {
  std::vector<std::string> dropIndexes;
  std::vector<PhysicalIndex> dropKeys;  // that the table's own text declares
  std::vector<const Field*> dropColumns, addColumns;
  std::vector<KeptField> renames, modifies;
  std::vector<Index> createIndexes;
  bool tableComment = false;
};

/// A column as it is defined, whatever its name.
std::string nameless(const Dialect& dialect, Field field) {
  field.name.clear();
  return columnDefinition(dialect, field);
}

/// Does or did the model say what the default is? Otherwise the table may have one that is no constant.
bool hasOwnDefault(const KeptField& k) {
  return k.before->defaultValue.kind != DefaultValue::Kind::None ||
         k.after->defaultValue.kind != DefaultValue::Kind::None;
}

/// SQLite takes no such column by "add column", not even into an empty table.
bool addsByRebuild(const Field& f) {
  return !f.nullable && f.defaultValue.kind != DefaultValue::Kind::Fixed;
}

bool hasIndex(const PhysicalTable& table, const std::string& name) {
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const auto& i) { return i.name == name; });
}

/// Is the index the key once its columns have their new names? A key of the table's own text is renamed with them.
bool isRenamed(const PhysicalIndex& key, const Index& index, const TableChange& change) {
  std::vector<std::string> columns;
  for (const auto& [column, descending] : key.columns) {
    const auto it = change.renames.find(column);
    columns.push_back(it == change.renames.end() ? column : it->second);
  }
  return index.unique && index.name == uniqueKeyName(change.after->name, columns) &&
         std::equal(columns.begin(), columns.end(), index.fields.begin(), index.fields.end(),
                    [](const std::string& c, const auto& f) { return c == f.fieldName && !f.descending; });
}

/// Where a table is copied to change it, a column does not take its keys and indexes with it.
void dropWithColumns(const TableChange& change, const EntityDifference& d, const PhysicalTable& table, Steps& out) {
  for (const PhysicalIndex& i : table.indexes) {
    const auto named = std::find(out.dropIndexes.begin(), out.dropIndexes.end(), i.name);
    const bool isKnown = named != out.dropIndexes.end();
    const bool holdsOne = std::any_of(i.columns.begin(), i.columns.end(), [&](const auto& c) {
      return std::any_of(d.dropped.begin(), d.dropped.end(), [&](const Field* f) { return f->name == c.first; });
    });
    if (!isKnown && !holdsOne) continue;
    if (!i.ofConstraint) {
      if (!isKnown) out.dropIndexes.push_back(i.name);
      continue;
    }
    if (isKnown) out.dropIndexes.erase(named);
    if (std::erase_if(out.createIndexes, [&](const Index& x) { return isRenamed(i, x, change); }) == 0)
      out.dropKeys.push_back(i);
  }
}

Steps stepsFor(const Dialect& dialect, const TableChange& change, const PhysicalTable& table) {
  const EntityDifference d = difference(*change.before, *change.after, change.renames);
  const std::string& name = change.after->name;
  Steps out;
  std::vector<Index> wanted;
  const auto dropKey = [&](const Field& f) { out.dropIndexes.push_back(uniqueKeyOf(name, f).name); };
  for (const Field* f : d.dropped) {
    if (f->unique) dropKey(*f);
    if (table.column(f->name) != nullptr) out.dropColumns.push_back(f);
  }
  for (const KeptField& k : d.kept) {
    const bool renamed = k.before->name != k.after->name;
    const bool had = k.before->unique && !k.before->identity, has = k.after->unique && !k.after->identity;
    if (had && (renamed || !has)) dropKey(*k.before);
    if (has) wanted.push_back(uniqueKeyOf(name, *k.after));
    if (renamed && table.column(k.before->name) != nullptr && table.column(k.after->name) == nullptr)
      out.renames.push_back(k);
    if (isDefinedAnew(dialect, k)) out.modifies.push_back(k);
  }
  for (const Field* f : d.added) {
    if (table.column(f->name) == nullptr) out.addColumns.push_back(f);
    if (f->unique && !f->identity) wanted.push_back(uniqueKeyOf(name, *f));
  }
  for (const Index* i : d.droppedIndexes) out.dropIndexes.push_back(i->name);
  for (const Index* i : d.addedIndexes) wanted.push_back(*i);
  std::erase_if(out.dropIndexes, [&](const auto& i) { return !hasIndex(table, i); });
  for (auto& i : wanted)
    if (!hasIndex(table, i.name) ||
        std::find(out.dropIndexes.begin(), out.dropIndexes.end(), i.name) != out.dropIndexes.end())
      out.createIndexes.push_back(std::move(i));
  if (dialect.has(TENON_SQL_TABLE_REBUILD)) dropWithColumns(change, d, table, out);
  out.tableComment = change.before->comment != change.after->comment;
  return out;
}

/// What stays of the attributes when the type does not: not what was about the old one.
std::string attributesOfAnother(const KeptField& k, const std::string& attributes) {
  const size_t check = attributes.find("check ("), update = attributes.find("on update ");
  std::string out;
  if (attributes.starts_with("collate ") && isText(k.before->type) && isText(k.after->type))
    out = attributes.substr(0, attributes.find(' ', 8));
  if (update != std::string::npos && k.before->type == k.after->type)
    out += " " + attributes.substr(update, check == std::string::npos ? check : check - update);
  if (check != std::string::npos && k.before->type != FieldType::Json) out += " " + attributes.substr(check);
  return out;
}

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// A column defined anew, with what models have no word for: the type as the table has it when that is not what
/// changes, and a default that is no constant.
std::string redefinition(const Dialect& d, const KeptField& k, const PhysicalTable& table) {
  const PhysicalColumn* column = table.column(k.before->name);
  if (column == nullptr) column = table.column(k.after->name);
  if (column == nullptr || k.after->isAutoIncrement()) return columnDefinition(d, *k.after);
  const bool sameType = columnType(d, *k.before) == columnType(d, *k.after);
  std::string attributes = sameType ? column->attributes : attributesOfAnother(k, column->attributes);
  replaceAll(attributes, d.quoted(k.before->name), d.quoted(k.after->name));  // a check names its column
  std::string standard = hasOwnDefault(k) ? "" : column->defaultExpression.value_or("");
  if (standard.starts_with('\'')) standard.clear();  // a constant that the catalogue may have spelled otherwise
  return columnDefinition(d, *k.after, sameType ? column->declared : "", standard) +
         (attributes.empty() ? "" : " " + attributes);
}

std::string inOneStatement(const Dialect& d, const Entity& after, const Steps& steps, const PhysicalTable& table) {
  std::vector<std::string> clauses;
  for (const auto& i : steps.dropIndexes) clauses.push_back("drop index " + d.quoted(i));
  for (const Field* f : steps.dropColumns) clauses.push_back("drop column " + d.quoted(f->name));
  for (const KeptField& k : steps.renames)
    clauses.push_back(isDefinedAnew(d, k)
                          ? "change column " + d.quoted(k.before->name) + " " + redefinition(d, k, table)
                          : "rename column " + d.quoted(k.before->name) + " to " + d.quoted(k.after->name));
  for (const KeptField& k : steps.modifies) {
    const bool done =
        std::any_of(steps.renames.begin(), steps.renames.end(), [&](const auto& r) { return r.after == k.after; });
    if (!done) clauses.push_back("modify column " + redefinition(d, k, table));
  }
  for (const Field* f : steps.addColumns) clauses.push_back("add column " + columnDefinition(d, *f));
  for (const Index& i : steps.createIndexes) clauses.push_back("add " + indexClause(d, after, i));
  if (steps.tableComment) clauses.push_back("comment=" + textLiteral(after.comment.value_or("")));
  std::string sql;
  for (const auto& c : clauses) sql += (sql.empty() ? "alter table " + d.quoted(after.name) + " " : ", ") + c;
  return sql;
}

/// A truth value in a text column is what the database had for it: a digit. Once more changes nothing.
void spellTruthValues(Connection& c, const Entity& after, const Steps& steps, const tenon_cancel* cancel) {
  const Dialect& d = c.dialect();
  for (const KeptField& k : steps.modifies) {
    if (k.before->type != FieldType::Boolean || !isText(k.after->type)) continue;
    const std::string name = d.quoted(k.after->name);
    c.execute("update " + d.quoted(after.name) + " set " + name + " = case " + name +
                  " when '1' then 'true' when '0' then 'false' else " + name + " end",
              nullptr, cancel);
  }
}

/// One property after the other.
std::vector<std::string> modified(const Dialect& d, const std::string& table, const KeptField& k) {
  std::vector<std::string> out;
  const Field &before = *k.before, &after = *k.after;
  const auto fill = [&](const char* const tenon_dialect::*member, std::string_view type, std::string_view value) {
    const char* text = d.text(member);
    if (text == nullptr) throw Failure(TENON_UNSUPPORTED, "the database's driver cannot change a column");
    out.push_back(fillTemplate(
        text, {{"table", d.quoted(table)}, {"column", d.quoted(after.name)}, {"type", type}, {"value", value}}));
  };
  const auto standard = defaultLiteral(d, after), old = defaultLiteral(d, before);
  const bool otherType = columnType(d, before) != columnType(d, after);
  // A default of the old type would stand in the way of the new one.
  if (old && (otherType || old != standard)) fill(&tenon_dialect::drop_default, {}, {});
  if (otherType) {  // values that are none of the new type are gone by now: see DataCheck
    const std::string type = columnType(d, after);
    fill(&tenon_dialect::alter_type, type,
         "cast(" + (keepsFitting(before, after) ? d.quoted(after.name) : "null") + " as " + type + ")");
  }
  if (standard && (otherType || old != standard)) fill(&tenon_dialect::set_default, {}, *standard);
  const bool mayBeNull = after.nullable && !after.identity;
  if (mayBeNull != (before.nullable && !before.identity))
    fill(mayBeNull ? &tenon_dialect::drop_not_null : &tenon_dialect::set_not_null, {}, {});
  return out;
}

std::vector<std::string> textsOf(Connection& c, const char* query, const std::string& table,
                                 const tenon_cancel* cancel) {
  static const Schema expected{{"sql", "u"}};
  RowBuilder params({{"name", "u"}});
  params.text(0, table);
  params.endRow();
  std::vector<std::string> out;
  Rows rows = c.query(query, &params, &expected, cancel);
  while (rows.next())
    for (int64_t r = 0; r < rows.batch().rows(); ++r) out.emplace_back(rows.batch()[0].text(r));
  return out;
}

/// The text that the table was made by.
TableText textOf(Connection& c, const std::string& table, const tenon_cancel* cancel) {
  const auto texts = textsOf(c, c.dialect().text(&tenon_dialect::table_text), table, cancel);
  auto text = texts.size() == 1 ? TableText::parse(texts[0]) : std::nullopt;
  if (!text) throw Failure(TENON_UNSUPPORTED, "the table was made in a way that its columns cannot be changed");
  return *std::move(text);
}

/// Creates the table anew beside itself, copies the columns, and puts it in its place, with everything that models
/// have no word for.
void putInPlace(Connection& c, const std::string& name, const TableText& text, const tenon_cancel* cancel) {
  const Dialect& d = c.dialect();
  const auto dependents = textsOf(c, d.text(&tenon_dialect::dependent_texts), name, cancel);
  const PhysicalSchema now = readPhysicalSchema(c, cancel, name);
  std::string names;
  for (const auto& column : now.tables.at(name).columns) {
    if (column.computed) continue;
    names += (names.empty() ? "" : ", ") + d.quoted(column.name);
  }
  const std::string table = d.quoted(name), beside = d.quoted(kRebuilt);
  c.execute(text.under(beside), nullptr, cancel);
  c.execute("insert into " + beside + " (" + names + ") select " + names + " from " + table, nullptr, cancel);
  c.execute("drop table " + table, nullptr, cancel);
  c.execute(fillTemplate(d.raw()->rename_table, {{"table", beside}, {"to", table}}), nullptr, cancel);
  for (const auto& statement : dependents) c.execute(statement, nullptr, cancel);
}

/// What was dropped and renamed before is so in the text too.
void rebuild(Connection& c, const Entity& after, const Steps& steps, const tenon_cancel* cancel) {
  const Dialect& d = c.dialect();
  TableText text = textOf(c, after.name, cancel);
  for (const KeptField& k : steps.modifies)
    if (!text.define(k.after->name, columnDefinition(d, *k.after), !hasOwnDefault(k)))
      throw Failure(TENON_CONFLICT, "no such column: " + k.after->name).because(TENON_REASON_NO_SUCH_OBJECT);
  for (const Field* f : steps.addColumns) text.add(columnDefinition(d, *f));
  putInPlace(c, after.name, text, cancel);
  spellTruthValues(c, after, steps, cancel);
}

/// Takes keys out of the table's text. One that a reference from elsewhere needs stays: the rows there could not be
/// written any more.
void dropKeys(Connection& c, const std::string& table, const Steps& steps, const tenon_cancel* cancel) {
  const PhysicalSchema schema = readPhysicalSchema(c, cancel);
  TableText text = textOf(c, table, cancel);
  for (const PhysicalIndex& key : steps.dropKeys) {
    std::vector<std::string> columns;
    for (const auto& [column, descending] : key.columns) columns.push_back(column);
    for (const PhysicalReference& r : schema.references)
      if (r.targetTable == table && columns == std::vector<std::string>{r.targetColumn})
        throw Failure(TENON_CONFLICT, "the key of " + r.targetColumn + " is referred to by " + r.table + "." + r.column)
            .from(TENON_FROM_BACKEND);
    if (!text.dropKey(columns))
      throw Failure(TENON_UNSUPPORTED, "the key " + key.name + " was made in a way that it cannot be dropped")
          .from(TENON_FROM_BACKEND);
  }
  putInPlace(c, table, text, cancel);
}

/// A database that refuses says that something needs the column; what it is, only the table's text may say.
void dropColumn(Connection& c, const std::string& table, const Field& f, const tenon_cancel* cancel) {
  const Dialect& d = c.dialect();
  try {
    c.execute(fillTemplate(d.raw()->drop_column, {{"table", d.quoted(table)}, {"column", d.quoted(f.name)}}), nullptr,
              cancel);
  } catch (const Failure& refused) {
    if (!d.has(TENON_SQL_TABLE_REBUILD) || refused.code() != TENON_INVALID) throw;
    const std::string user = textOf(c, table, cancel).userOf(f.name);
    if (user.empty()) throw;
    throw Failure(TENON_INVALID, f.name + " is needed by " + user).from(TENON_FROM_BACKEND);
  }
}

void stepByStep(Connection& c, const Entity& after, const Steps& steps, bool rebuilds, const tenon_cancel* cancel) {
  const Dialect& d = c.dialect();
  const std::string table = d.quoted(after.name);
  const auto run = [&](const std::string& sql) { c.execute(sql, nullptr, cancel); };
  const auto say = [&](const char* const tenon_dialect::*lines) {
    if (const char* text = d.text(lines)) eachLine(text, run);
  };
  for (const auto& i : steps.dropIndexes) eachLine(dropIndex(d, after.name, i), run);
  if (!steps.dropKeys.empty()) {
    dropKeys(c, after.name, steps, cancel);
    // A copy takes its place without a look at views and triggers. What they need is not to be dropped then.
    say(&tenon_dialect::rebuild_end);
  }
  for (const Field* f : steps.dropColumns) dropColumn(c, after.name, *f, cancel);
  for (const KeptField& k : steps.renames)
    run(fillTemplate(d.raw()->rename_column,
                     {{"table", table}, {"column", d.quoted(k.before->name)}, {"to", d.quoted(k.after->name)}}));
  if (rebuilds) {
    if (!steps.dropKeys.empty()) say(&tenon_dialect::rebuild_begin);
    rebuild(c, after, steps, cancel);
  } else {
    for (const Field* f : steps.addColumns)
      run(fillTemplate(d.raw()->add_column, {{"table", table}, {"definition", columnDefinition(d, *f)}}));
    for (const KeptField& k : steps.modifies)
      for (const auto& statement : modified(d, after.name, k)) run(statement);
  }
  for (const Index& i : steps.createIndexes) run(createIndex(d, after, i));
}

void comment(Connection& c, const TableChange& change, const Steps& steps, const tenon_cancel* cancel) {
  const Dialect& d = c.dialect();
  if (!d.has(TENON_SQL_COMMENT_ON)) return;
  if (steps.tableComment) c.execute(commentOnTable(d, *change.after), nullptr, cancel);
  for (const Field& f : change.after->fields) {
    const Field* before = change.before->field(f.name);
    if (f.isColumn() && (before != nullptr ? before->comment : std::nullopt) != f.comment)
      c.execute(commentOnColumn(d, change.after->name, f), nullptr, cancel);
  }
}

/// Does a column become another one, or is one added, that only a copy of the table can have?
bool definesByRebuild(const Dialect& dialect, const TableChange& change) {
  if (!dialect.has(TENON_SQL_TABLE_REBUILD)) return false;
  const EntityDifference d = difference(*change.before, *change.after, change.renames);
  return std::any_of(d.added.begin(), d.added.end(), [](const Field* f) { return addsByRebuild(*f); }) ||
         std::any_of(d.kept.begin(), d.kept.end(), [&](const auto& k) { return isDefinedAnew(dialect, k); });
}

}  // namespace

bool isDefinedAnew(const Dialect& dialect, const KeptField& k) {
  return nameless(dialect, *k.before) != nameless(dialect, *k.after);
}

bool needsRebuild(Connection& c, const TableChange& change, const tenon_cancel* cancel) {
  const Dialect& d = c.dialect();
  if (!d.has(TENON_SQL_TABLE_REBUILD) || change.before == nullptr || change.after == nullptr) return false;
  if (definesByRebuild(d, change)) return true;
  const PhysicalSchema schema = readPhysicalSchema(c, cancel, change.after->name);
  const auto table = schema.tables.find(change.after->name);
  return table != schema.tables.end() && !stepsFor(d, change, table->second).dropKeys.empty();
}

void changeTable(Connection& c, const TableChange& change, const tenon_cancel* cancel) {
  const Dialect& d = c.dialect();
  const std::string& name = (change.after != nullptr ? change.after : change.before)->name;
  const PhysicalSchema schema = readPhysicalSchema(c, cancel, name);
  const auto table = schema.tables.find(name);
  if (change.after == nullptr) {
    if (table != schema.tables.end()) c.execute("drop table " + d.quoted(name), nullptr, cancel);
    return;
  }
  if (table == schema.tables.end()) {
    for (const auto& statement : createTable(d, *change.after)) c.execute(statement, nullptr, cancel);
    return;
  }
  if (change.before == nullptr) return;  // adopted, or made before a change was cut off
  const Steps steps = stepsFor(d, change, table->second);
  if (d.has(TENON_SQL_ALTER_LIST)) {
    const std::string sql = inOneStatement(d, *change.after, steps, table->second);
    if (!sql.empty()) c.execute(sql, nullptr, cancel);
    spellTruthValues(c, *change.after, steps, cancel);
    return;
  }
  stepByStep(c, *change.after, steps, definesByRebuild(d, change), cancel);
  comment(c, change, steps, cancel);
}

}  // namespace tenon::modeling
