// SPDX-License-Identifier: Apache-2.0
#include "executor.h"

#include <algorithm>

#include "schema/names.h"
#include "write_object.h"

namespace tenon::graphql {

namespace {

/// An empty comparison in a change would select every record: mostly a variable that was not given.
void refuseEmptyConditions(const EntityTypes& entity, const Json& filter) {  // as deep as the filter, which is bounded
  if (filter.is_array())
    for (const Json& one : filter) refuseEmptyConditions(entity, one);
  if (!filter.is_object()) return;
  for (const auto& [key, value] : filter.items()) {
    const ModelField* f = entity.entity().field(key);
    if (f == nullptr || joinsConditions(key)) {
      refuseEmptyConditions(entity, value);
      continue;
    }
    if (value.is_object() && value.empty())
      throw FieldError("the condition on " + key + " is empty, and would select every record", "validation-failed");
    if (const EntityTypes* target = f->isColumn() ? nullptr : entity.related(*f)) refuseEmptyConditions(*target, value);
  }
}

/// Values to write: an identity is a text here, and a number in most tables.
Json recordOf(const EntityTypes& entity, const Json& values) {
  Json out = values;
  const ModelField* identity = entity.entity().identity();
  if (identity == nullptr || !out.is_object() || !out.contains(identity->name)) return out;
  Json& id = out[identity->name];
  if (id.is_string())
    if (const auto filter = filterById(entity, id)) id = Json((*filter)[identity->name]["_eq"]);
  return out;
}

/// A variable without a value leaves its condition out, and more records are changed than was meant.
void refuseUnsetVariables(const Value& literal, const Variables& variables) {  // as deep as the parser allows
  if (literal.kind == ValueKind::Variable && !variables.contains(literal.text))
    throw FieldError("the condition depends on $" + std::string(literal.text) + ", which has no value",
                     "validation-failed");
  for (const Value& item : literal.items) refuseUnsetVariables(item, variables);
  for (const ObjectField& f : literal.fields) refuseUnsetVariables(f.value, variables);
}

bool isNull(const Json& arguments, const char* name) {
  const auto it = arguments.find(name);
  return it == arguments.end() || it->is_null();
}

}  // namespace

Executor::Executor(const Host& host, const Plan& plan, Variables variables, Reads& reads, const Caller& caller,
                   const ExecutionLimits& limits, const tenon_cancel* cancel)
    : host_(host),
      plan_(plan),
      schema_(*plan.schema),
      variables_(std::move(variables)),
      limits_(limits),
      cancel_(cancel),
      changes_(reads.data(), caller.tenant, caller.user, cancel),
      reader_({schema_, reads, changes_, limits.reads, variables_, warnings_, cancel}) {}

void Executor::run(std::string& out) {
  const size_t start = out.size();
  bool complete = begin() && selection(out, plan_.roots, nullptr);
  if (plan_.changes && complete && errors_.empty()) commit();
  if (plan_.changes && !errors_.empty()) complete = false;
  if (complete) return;
  out.resize(start);
  out += "null";
}

/// In the order of names: two operations about the same datasources do not wait for each other.
bool Executor::begin() {
  try {
    for (const std::string& datasource : plan_.writes) changes_.begin(datasource);
    return true;
  } catch (const Failure& f) {
    fail(nullptr, nullptr, f);
    return false;
  }
}

void Executor::commit() {
  try {
    changes_.commit();
  } catch (const Failure& f) {
    fail(nullptr, nullptr, f);
  }
}

Json Executor::jsonOf(const Path* path) {
  Json out = Json::array();
  for (; path != nullptr; path = path->up)
    out.insert(out.begin(), path->index >= 0 ? Json(path->index) : Json(std::string(path->key)));
  return out;
}

void Executor::fail(const Node* node, const Path* path, const FieldError& error) {
  GraphqlError e{
      ErrorType::DataFetchingException, error.what(), error.code(), {}, path == nullptr ? Json() : jsonOf(path)};
  if (node != nullptr)
    for (const Selection* s : node->fields) e.locations.push_back(locationOf(plan_.document->source(), s->start));
  errors_.push_back(std::move(e));
}

void Executor::fail(const Node* node, const Path* path, const Failure& failure) {
  const FieldError e = fieldErrorOf(failure);
  if (e.code() == kUnexpected) host_.error("GraphQL " + dumpJson(jsonOf(path)) + ": " + failure.what());
  fail(node, path, e);
}

void Executor::bound(const std::string& out) const {
  if (out.size() > limits_.replyBytes)
    throw FieldError("the reply becomes too large: narrow the query", "limit-exceeded");
}

/// Appends an object of root fields. False: one that must not be null is, or a change has failed.
bool Executor::selection(std::string& out, const std::vector<Node>& nodes, const Path* up) {
  out += '{';
  bool first = true;
  for (const Node& node : nodes) {
    if (!isIncluded(node, variables_)) continue;
    // What follows a change that has failed would be rolled back with it.
    if (node.parent == schema_.mutation() && !errors_.empty()) return false;
    writeKey(out, node, first);
    const Path path{up, node.key, -1};
    if (!field(out, node, &path)) return false;
  }
  out += '}';
  return true;
}

bool Executor::field(std::string& out, const Node& node, const Path* path) {
  const size_t start = out.size();
  try {
    rootValue(out, node, path);
    finished(out, start, node, path);
    return true;
  } catch (const FieldError& e) {
    fail(&node, path, e);
  } catch (const Failure& f) {
    fail(&node, path, f);
  } catch (const std::exception& e) {
    fail(&node, path, Failure(TENON_INTERNAL, e.what()));
  }
  out.resize(start);
  out += "null";
  return !node.definition->type->isNonNull() && node.parent != schema_.mutation();
}

void Executor::rootValue(std::string& out, const Node& node, const Path* path) {
  const auto* entity = static_cast<const EntityTypes*>(node.definition->subject);
  if (entity == nullptr) return Introspection(schema_, variables_, limits_.replyBytes, cancel_).write(out, node);
  const Json arguments = argumentsOf(node.definition->arguments, node.arguments(), variables_);
  if (node.definition->action < kQueryFields)
    query(out, node, *entity, arguments, path);
  else
    mutation(out, node, *entity, arguments, path);
}

void Executor::query(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                     const Path* path) {
  switch (static_cast<RootField>(node.definition->action)) {
    case RootField::List: {
      const Level level = reader_.rows(node, entity, selectingOf(entity, arguments, limits_.reads));
      out += '[';
      Path item{path, {}, 0};
      for (size_t b = 0; b < level.batches.size(); ++b)
        for (int64_t r = 0; r < level.batches[b].rows(); ++r, ++item.index) {
          if (item.index > 0) out += ',';
          row(out, level, b, r, &item);
        }
      out += ']';
      return;
    }
    case RootField::Aggregate: {
      const Json filter = isNull(arguments, "where") ? Json::object() : filterOf(entity, arguments["where"]);
      const Level level = reader_.aggregate(node, entity, filter);
      const KeyIndex::Place only{0, 0};
      return aggregate(out, node, level, level.rows() == 0 ? nullptr : &only, path);
    }
    case RootField::FindById: return recordById(out, node, entity, arguments["id"], path);
    default: break;
  }
  Selecting selecting;  // find_one
  if (!isNull(arguments, "where")) selecting.filter = filterOf(entity, arguments["where"]);
  selecting.limit = 1;
  const Level level = reader_.rows(node, entity, selecting);
  return level.rows() == 0 ? void(out += "null") : row(out, level, 0, 0, path);
}

Level Executor::levelById(const Node& node, const EntityTypes& entity, const Json& id) {
  const auto filter = filterById(entity, id);
  if (!filter) return {};
  Selecting selecting;
  selecting.filter = *filter;
  selecting.limit = 1;
  return reader_.rows(node, entity, selecting);
}

void Executor::recordById(std::string& out, const Node& node, const EntityTypes& entity, const Json& id,
                          const Path* path) {
  const Level level = levelById(node, entity, id);
  return level.rows() == 0 ? void(out += "null") : row(out, level, 0, 0, path);
}

void Executor::mutation(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                        const Path* path) {
  const std::string& datasource = schema_.datasource(entity.datasource()).name;
  const std::string& model = entity.entity().name;
  const Json set = isNull(arguments, "_set") ? Json::object() : recordOf(entity, arguments["_set"]);
  const auto where = [&] {
    for (const Argument& a : node.arguments())
      if (a.name.value == "where") refuseUnsetVariables(a.value, variables_);
    Json filter = filterOf(entity, arguments["where"]);
    refuseEmptyConditions(entity, filter);
    return filter;
  };
  switch (static_cast<RootField>(node.definition->action)) {
    case RootField::Create: {
      if (isNull(arguments, "data")) throw FieldError("\"data\" must not be null", "validation-failed");
      const Json record = recordOf(entity, arguments["data"]);
      return created(out, node, entity,
                     changes_.write(datasource, {{"op", "create"}, {"model", model}, {"data", record}}), path);
    }
    case RootField::Update:
      return response(
          out, node, changes_.write(datasource, {{"op", "update"}, {"model", model}, {"where", where()}, {"set", set}}),
          path);
    case RootField::Delete:
      return response(out, node, changes_.write(datasource, {{"op", "delete"}, {"model", model}, {"where", where()}}),
                      path);
    case RootField::UpdateById:
      changes_.write(datasource, {{"op", "update_by_id"}, {"model", model}, {"id", arguments["id"]}, {"set", set}});
      return recordById(out, node, entity, arguments["id"], path);
    default: break;
  }
  // delete_by_id: the record as it was, with what it takes along; joins see what is left
  const Level level = levelById(node, entity, arguments["id"]);
  const Json answer = changes_.write(datasource, {{"op", "delete_by_id"}, {"model", model}, {"id", arguments["id"]}});
  return level.rows() == 0 || answer.at("affected") == 0 ? void(out += "null") : row(out, level, 0, 0, path);
}

/// The record as it is stored now; of a model without identity, by which it could be found, as the database told it.
void Executor::created(std::string& out, const Node& node, const EntityTypes& entity, const Json& answer,
                       const Path* path) {
  if (answer.contains("id"))
    return recordById(out, node, entity, answer["id"].is_string() ? answer["id"] : Json(dumpJson(answer["id"])), path);
  const Json& row = answer.at("row");
  object(out, node, path, [&](std::string& value, const Node& child, size_t, const Path&) {
    const auto* field = static_cast<const ModelField*>(child.definition->subject);
    const auto it = child.is(FieldAction::Column) ? row.find(field->name) : row.end();
    if (it != row.end())
      value += dumpJson(*it);
    else
      value += child.definition->type->isList() ? "[]" : "null";
  });
}

void Executor::response(std::string& out, const Node& node, const Json& answer, const Path* path) {
  object(out, node, path,
         [&](std::string& value, const Node&, size_t, const Path&) { value += dumpJson(answer.at("affected")); });
}

}  // namespace tenon::graphql
