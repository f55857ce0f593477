// SPDX-License-Identifier: Apache-2.0
#include "reader.h"

#include <algorithm>
#include <charconv>

namespace tenon::graphql {

namespace {

bool isInteger(const ModelField& f) noexcept {
  return f.type == ColumnType::Int || f.type == ColumnType::Long;
}

CellForm formOf(const ModelField& f) noexcept {
  if (f.identity) return CellForm::Key;
  switch (f.type) {
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::Float:
    case ColumnType::Boolean: return CellForm::Number;
    case ColumnType::Json: return CellForm::Json;
    case ColumnType::Enum: return f.multiple ? CellForm::List : CellForm::Text;
    default: return CellForm::Text;
  }
}

RowBuilder columnOf(const std::vector<std::string>& keys, bool areIntegers) {
  RowBuilder out{tenon::Schema{{"key", areIntegers ? "l" : "u"}}};
  for (const std::string& key : keys) {
    int64_t n = 0;
    if (areIntegers) {
      std::from_chars(key.data(), key.data() + key.size(), n);
      out.i64(0, n);
    } else {
      out.text(0, key);
    }
    out.endRow();
  }
  return out;
}

}  // namespace

int64_t Level::rows() const noexcept {
  int64_t n = 0;
  for (const BatchView& b : batches()) n += b.rows();
  return n;
}

void Level::keep(int64_t rows) noexcept {
  for (BatchView& b : read->batches) {
    b.keep(rows);
    rows -= b.rows();
  }
}

namespace {

/// Of the cells, about: what a column of numbers holds is counted by its width.
uint64_t bytesOf(const BatchView& batch) {
  uint64_t bytes = 0;
  const int64_t rows = batch.rows();
  for (size_t i = 0; rows > 0 && i < batch.columns(); ++i) {
    const ColumnView& cells = batch[i];
    const bool isText = cells.format().kind == ColumnKind::Text || cells.format().kind == ColumnKind::Bytes;
    bytes +=
        isText ? static_cast<uint64_t>(cells.text(rows - 1).data() + cells.text(rows - 1).size() - cells.text(0).data())
               : static_cast<uint64_t>(rows) * cells.format().width;
  }
  return bytes;
}

}  // namespace

/// Nothing of a request that reads too much is answered: a part of it would look like all there is.
void Reader::spend(const BatchView& batch) {
  Spent& spent = *env_.spent;
  spent.rows += static_cast<uint64_t>(batch.rows());
  spent.bytes += bytesOf(batch);
  const auto refuse = [](const std::string& what) {
    throw RequestError(
        {ErrorType::ExecutionAborted, "The request reads more than " + what + ".", "limit-exceeded", {}, nullptr});
  };
  if (spent.rows > env_.limits.requestRows) refuse(std::to_string(env_.limits.requestRows) + " records");
  if (spent.bytes > env_.limits.requestBytes) refuse(std::to_string(env_.limits.requestBytes) + " bytes");
}

std::vector<AggregateValue> aggregatesOf(const Node& node, const EntityTypes& entity, const Variables& variables) {
  std::vector<AggregateValue> out;
  for (const Node& child : node.children) {
    if (child.is(FieldAction::Count)) {
      Json made;
      const Json& a = argumentsOf(child, variables, made);
      const auto name = a.find("field");
      const bool distinct = a.value("distinct", Json()) == true;
      const ModelField* field =
          name == a.end() || name->is_null() ? nullptr : entity.entity().field(name->get_ref<const std::string&>());
      Json function = {{"function", "count"}};
      if (field != nullptr) function["field"] = field->name;
      if (field != nullptr && distinct) function["distinct"] = true;
      out.push_back({std::move(function), field, CellForm::Number});
      continue;
    }
    const char* name = child.is(FieldAction::Max)   ? "max"
                       : child.is(FieldAction::Min) ? "min"
                       : child.is(FieldAction::Sum) ? "sum"
                       : child.is(FieldAction::Avg) ? "avg"
                                                    : nullptr;
    if (name == nullptr) continue;
    for (const Node& value : child.children) {
      if (!value.is(FieldAction::Column)) continue;
      const auto* field = static_cast<const ModelField*>(value.definition->subject);
      // Sums of identities are what the schema says of the field; averages are numbers of their own.
      const bool keeps =
          child.is(FieldAction::Max) || child.is(FieldAction::Min) || (child.is(FieldAction::Sum) && field->identity);
      out.push_back({{{"function", name}, {"field", field->name}}, field, keeps ? formOf(*field) : CellForm::Number});
    }
  }
  return out;
}

namespace {

/// Takes "limit" and "offset" out, as the filter's values are.
Json numberTaken(const std::optional<int64_t>& n, Json& values) {
  if (!n) return nullptr;
  Json hole = {{"$", values.size()}};
  values.push_back(*n);
  return hole;
}

/// The same of a place in an order, whose values may be null.
Json placeTaken(Json place, Json& values) {
  for (Json& value : place) {
    if (value.is_null()) continue;
    Json hole = {{"$", values.size()}};
    values.push_back(std::exchange(value, std::move(hole)));
  }
  return place;
}

/// With its length, so that no name runs into the next.
void appendName(std::string& key, std::string_view name) {
  key.append(std::to_string(name.size())).append(1, ':').append(name);
}

/// What tells one read of an entity from another, but for values.
void appendShape(std::string& key, const Node& node, const std::vector<AggregateValue>* aggregates,
                 const Selecting& s) {
  const auto append = [&](const Json& json) {
    key += '\n';
    if (!json.empty()) key += dumpJson(json);
  };
  if (aggregates == nullptr)
    for (const std::string& column : node.columns) appendName(key, column);
  else
    for (const AggregateValue& v : *aggregates) append(v.function);
  append(s.filter);
  append(s.sort);
  append(s.distinct);
  key += s.limit ? 'l' : ' ';
  key += s.offset ? 'o' : ' ';
  if (!s.hasCursors) return;
  key += s.isReversed ? 'r' : 'c';
  append(s.after);
  append(s.before);
}

}  // namespace

/// aggregates: nullptr for rows. keys: nullptr for all rows.
Level Reader::read(const Node& node, const EntityTypes& entity, const std::vector<AggregateValue>* aggregates,
                   Selecting selecting, const Keys* keys) {
  Json values = Json::array();
  takeValues(entity, selecting.filter, values);
  const Json limit = numberTaken(selecting.limit, values), offset = numberTaken(selecting.offset, values);
  selecting.after = placeTaken(std::move(selecting.after), values);
  selecting.before = placeTaken(std::move(selecting.before), values);
  const std::string& datasource = env_.schema.datasource(entity.datasource()).name;
  thread_local std::string key;
  key.clear();
  for (const std::string_view name : {std::string_view(datasource), std::string_view(entity.entity().name),
                                      keys == nullptr ? std::string_view() : std::string_view(keys->field)})
    appendName(key, name);
  appendShape(key, node, aggregates, selecting);
  const auto prepared = env_.reads.get(key, datasource, [&] {
    Json read = {{"model", entity.entity().name}, {"filter", selecting.filter}};
    if (aggregates == nullptr) read["columns"] = node.columns;
    for (size_t i = 0; aggregates != nullptr && i < aggregates->size(); ++i)
      read["aggregates"].push_back((*aggregates)[i].function);
    if (!selecting.sort.empty()) read["sort"] = selecting.sort;
    if (!selecting.distinct.empty()) read["distinct"] = selecting.distinct;
    if (!limit.is_null()) read["limit"] = limit;
    if (!offset.is_null()) read["offset"] = offset;
    if (keys != nullptr) read["keys"] = keys->field;
    if (selecting.hasCursors) {
      read["cursors"] = true;
      read["reversed"] = selecting.isReversed;
      if (!selecting.after.is_null()) read["after"] = selecting.after;
      if (!selecting.before.is_null()) read["before"] = selecting.before;
    }
    return read;
  });
  std::optional<RowBuilder> column;
  if (keys != nullptr) column.emplace(columnOf(keys->values, keys->areIntegers));
  const auto begun = env_.explanation != nullptr ? Explanation::Clock::now() : Explanation::Clock::time_point();
  Rows rows = prepared->run(env_.changes.of(datasource), values.empty() ? "[]" : dumpJson(values),
                            column ? &*column : nullptr, env_.cancel);
  Level out;
  out.node = &node;
  const tenon::Schema delivered = rows.schema();
  while (rows.next()) {
    spend(rows.batch());
    out.read->batches.push_back(rows.takeBatch());
    out.read->statements.push_back(0);
  }
  if (env_.explanation != nullptr)
    env_.explanation->add({&node, datasource, prepared->statement(), boundTypesOf(values),
                           keys == nullptr ? 0 : keys->values.size(), out.rows(), begun});
  std::vector<CellWriter>& writers = out.read->writers.emplace_back();
  for (size_t i = 0; aggregates == nullptr && i < node.columns.size(); ++i)
    writers.push_back(cellWriterFor(formOf(*entity.entity().field(node.columns[i])), delivered.kind(i)));
  for (size_t i = 0; aggregates != nullptr && i < aggregates->size(); ++i)
    writers.push_back(cellWriterFor((*aggregates)[i].form, delivered.kind(i)));
  return out;
}

Level Reader::rows(const Node& node, const EntityTypes& entity, const Selecting& selecting) {
  Selecting more = selecting;
  if (more.isCapped) ++*more.limit;  // to know whether there are others
  Level level = read(node, entity, std::move(more));
  if (selecting.isCapped && level.rows() > *selecting.limit) {
    level.keep(*selecting.limit);
    env_.warnings.push_back(node.key + ": only the first " + std::to_string(*selecting.limit) +
                            " records are listed; say size and page, or limit and offset, for others");
  }
  expand(level, entity);
  return level;
}

Level Reader::rowsById(const Node& node, const EntityTypes& entity, const std::vector<std::string>& ids) {
  const ModelField& identity = *entity.entity().identity();
  const Keys keys{ids, isInteger(identity), identity.name};
  Level level = read(node, entity, nullptr, {}, &keys);
  expand(level, entity);
  return level;
}

Level Reader::aggregate(const Node& node, const EntityTypes& entity, const Json& filter) {
  const auto values = aggregatesOf(node, entity, env_.variables);
  if (values.empty()) return {};  // only names and joins are selected
  Selecting selecting;
  selecting.filter = filter;
  return read(node, entity, &values, std::move(selecting), nullptr);
}

int64_t Reader::count(const Node& node, const EntityTypes& entity, const Json& filter) {
  const std::vector<AggregateValue> values = {{{{"function", "count"}}, nullptr, CellForm::Number}};
  Selecting selecting;
  selecting.filter = filter;
  const Level level = read(node, entity, &values, std::move(selecting), nullptr);
  return level.rows() == 0 ? 0 : level.batches()[0][0].i64(0);
}

Level Reader::told(const Node& node, const EntityTypes& entity, const Json& record) {
  std::vector<tenon::Column> columns;
  for (const std::string& name : node.columns) columns.push_back({name, "u"});
  if (columns.empty()) columns.push_back({"one", "u"});
  RowBuilder row{tenon::Schema(std::move(columns))};
  for (size_t i = 0; i < row.schema().size(); ++i) {
    const auto it = record.find(row.schema().name(i));
    if (it == record.end() || it->is_null())
      row.null(i);
    else
      row.text(i, it->is_string() ? it->get_ref<const std::string&>() : dumpJson(*it));
  }
  row.endRow();
  Level out;
  out.node = &node;
  out.read->batches.push_back(BatchView::of(row));
  out.read->statements.push_back(0);
  expand(out, entity);
  return out;
}

void Reader::expand(Level& level, const EntityTypes& entity) {  // as deep as the plan, which is bounded
  const auto& children = level.node->children;
  level.branches.resize(children.size());
  for (size_t i = 0; i < children.size(); ++i)
    if (children[i].is(FieldAction::Relation) || children[i].is(FieldAction::RelationAggregate))
      level.branches[i] = branch(level, i, entity);
}

std::unique_ptr<Branch> Reader::branch(const Level& level, size_t child, const EntityTypes& entity) {
  const Node& node = level.node->children[child];
  auto out = std::make_unique<Branch>();
  out->level.node = &node;
  const size_t place = level.node->places[child];
  const auto& relation = *static_cast<const ModelField*>(node.definition->subject);
  const EntityTypes* target = entity.related(relation);
  if (place == Node::npos || target == nullptr) return out;
  if (!node.dependsOnExports && !isIncluded(node, env_.variables)) return out;  // else nobody knows yet
  const ModelField* local =
      relation.localField.empty() ? entity.entity().identity() : entity.entity().field(relation.localField);
  const ModelField* foreign =
      relation.foreignField.empty() ? target->entity().identity() : target->entity().field(relation.foreignField);
  if (local == nullptr || foreign == nullptr) return out;
  // Numbers that fit no integer of 64 bits come as texts.
  const auto isWhole = [&](const BatchView& b) { return b[place].format().kind == ColumnKind::Integer; };
  const bool areIntegers =
      isInteger(*local) && isInteger(*foreign) && std::all_of(level.batches().begin(), level.batches().end(), isWhole);
  Keys keys{KeyIndex::keysOf(level.batches(), place), areIntegers, foreign->name,
            !isInteger(*local) && !isInteger(*foreign)};
  try {
    if (!keys.values.empty()) readRelated(*out, node, *target, std::move(keys));
  } catch (const FieldError& e) {
    out->error = e;
  } catch (const Failure& f) {
    out->error = fieldErrorOf(f);
    out->detail = f.what();
  }
  return out;
}

void Reader::readRelated(Branch& out, const Node& node, const EntityTypes& target, Keys keys) {
  Json made;
  const Json& arguments = argumentsOf(node, env_.variables, made);
  Selecting selecting = selectingOf(target, arguments, env_.limits);
  if (selecting.isCapped) selecting.limit.reset();  // all related records, as many as one read may answer
  const bool isAggregate = node.is(FieldAction::RelationAggregate);
  const auto values = isAggregate ? aggregatesOf(node, target, env_.variables) : std::vector<AggregateValue>();
  if (isAggregate) {
    if (values.empty()) return;
    Selecting all;
    all.filter = std::move(selecting.filter);
    selecting = std::move(all);
  }
  const size_t keyColumn = isAggregate ? values.size() : node.columns.size();
  for (auto& round : KeyIndex::roundsOf(std::move(keys.values), keys.areTexts)) {
    keys.values = std::move(round);
    Level level = read(node, target, isAggregate ? &values : nullptr, selecting, &keys);
    ReadRows& all = *out.level.read;
    const size_t from = all.batches.size();
    all.statements.insert(all.statements.end(), level.batches().size(), all.writers.size());
    all.writers.push_back(std::move(level.read->writers.front()));
    std::move(level.read->batches.begin(), level.read->batches.end(), std::back_inserter(all.batches));
    out.index.add(out.level.batches(), from, keyColumn, keys.values, keys.areIntegers);
  }
  if (!isAggregate) expand(out.level, target);
}

}  // namespace tenon::graphql
