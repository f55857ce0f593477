// SPDX-License-Identifier: Apache-2.0
#include "executor.h"

#include <algorithm>

#include "write_object.h"
#include "writes.h"

namespace tenon::graphql {

namespace {

constexpr size_t kMostErrors = 1000;  // that are told of one operation

}  // namespace

Executor::Executor(const Host& host, const Plan& plan, Variables variables, Reads& reads, const Caller& caller,
                   const ExecutionLimits& limits, const tenon_cancel* cancel)
    : host_(host),
      plan_(plan),
      schema_(*plan.schema),
      variables_(std::move(variables)),
      limits_(limits),
      cancel_(cancel),
      logFields_(caller.logFields),
      changes_(reads.data(), caller.tenant, caller.user, cancel),
      reader_(
          {schema_, reads, changes_, limits.reads, variables_, warnings_, cancel, caller.explanation, caller.spent}) {}

void Executor::run(std::string& out, const Once* once) {
  const size_t start = out.size();
  bool complete = false;
  try {
    complete = begin(once);
    if (complete && replayed_) return replay(out);
    complete = complete && selection(out, plan_.roots, nullptr);
    bound(out.size());
  } catch (const RequestError& e) {  // past a limit of the request: no part of it is answered
    errors_ = e.errors();
    complete = false;
  }
  if (plan_.changes && complete && errors_.empty()) commit(once, std::string_view(out).substr(start));
  if (plan_.changes && !errors_.empty()) complete = false;
  if (complete) return;
  out.resize(start);
  out += "null";
}

/// In the order of names: two operations about the same datasources do not wait for each other.
bool Executor::begin(const Once* once) {
  try {
    if (once != nullptr && plan_.writes.size() > 1)
      throw FieldError("Idempotency-Key goes with changes of one datasource", "not-supported");
    if (once != nullptr && !plan_.writes.empty())
      replayed_ = changes_.beginOnce(*plan_.writes.begin(), once->key, once->asked);
    else
      for (const std::string& datasource : plan_.writes) changes_.begin(datasource);
    return true;
  } catch (const FieldError& e) {
    fail(nullptr, nullptr, e);
  } catch (const Failure& f) {
    fail(nullptr, nullptr, f);
  }
  return false;
}

void Executor::commit(const Once* once, std::string_view data) {
  try {
    // Warnings are a line of their own: JSON has no line break in it here.
    if (once != nullptr && !plan_.writes.empty())
      changes_.keep(*plan_.writes.begin(), dumpJson(Json(warnings_)).append(1, '\n').append(data));
    changes_.commit();
  } catch (const Failure& f) {
    fail(nullptr, nullptr, f);
  }
}

/// What was answered under the key.
void Executor::replay(std::string& out) {
  const size_t line = replayed_->find('\n');
  warnings_ = parseJson(std::string_view(*replayed_).substr(0, line)).get<std::vector<std::string>>();
  out += line == std::string::npos ? std::string_view("null") : std::string_view(*replayed_).substr(line + 1);
}

Json Executor::jsonOf(const Path* path) {
  Json out = Json::array();
  for (; path != nullptr; path = path->up)
    out.insert(out.begin(), path->index >= 0 ? Json(path->index) : Json(std::string(path->key)));
  return out;
}

void Executor::fail(const Node* node, const Path* path, const FieldError& error) {
  if (errors_.size() >= kMostErrors) return;
  GraphqlError e{
      ErrorType::DataFetchingException, error.what(), error.code(), {}, path == nullptr ? Json() : jsonOf(path)};
  if (node != nullptr) {
    std::vector<uint32_t> starts;
    for (const Selection* s : node->fields) starts.push_back(s->start);
    e.locations = locationsOf(plan_.document->source(), starts);
  }
  errors_.push_back(std::move(e));
}

void Executor::fail(const Node* node, const Path* path, const Failure& failure) {
  const FieldError e = fieldErrorOf(failure);
  if (e.code() == kUnexpected) host_.error("GraphQL " + dumpJson(jsonOf(path)) + ": " + failure.what(), logFields_);
  fail(node, path, e);
}

void Executor::bound(size_t bytes) const {
  if (bytes > limits_.bytes())
    throw RequestError(
        {ErrorType::ExecutionAborted,
         "The reply becomes larger than " + std::to_string(limits_.bytes()) + " bytes: narrow the query.",
         "limit-exceeded",
         {},
         nullptr});
}

/// Appends an object of root fields. False: one that must not be null is, or a change has failed.
bool Executor::selection(std::string& out, const std::vector<Node>& nodes, const Path* up) {
  out += '{';
  bool first = true;
  for (const Node& node : nodes) {
    if (!isIncluded(node, variables_)) continue;
    // What follows something that has failed would be rolled back with it.
    if (plan_.changes && !errors_.empty()) return false;
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
  } catch (const RequestError&) {
    throw;
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
  if (entity == nullptr) return Introspection(schema_, variables_, limits_.bytes(), cancel_).write(out, node);
  Json made;
  const Json& arguments = argumentsOf(node, variables_, made);
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
      for (size_t b = 0; b < level.batches().size(); ++b)
        for (int64_t r = 0; r < level.batches()[b].rows(); ++r, ++item.index) {
          if (item.index > 0) out += ',';
          row(out, level, b, r, &item);
        }
      out += ']';
      return;
    }
    case RootField::Aggregate: {
      const Json filter = isGiven(arguments, "where") ? filterOf(entity, arguments["where"]) : Json::object();
      const Level level = reader_.aggregate(node, entity, filter);
      const KeyIndex::Place only{0, 0};
      return aggregate(out, node, level, level.rows() == 0 ? nullptr : &only, path);
    }
    case RootField::Connection: return connection(out, node, entity, arguments, path);
    case RootField::FindById: return recordById(out, node, entity, arguments["id"], path);
    default: break;
  }
  // find_one
  const Level level =
      oneOf(node, entity, isGiven(arguments, "where") ? filterOf(entity, arguments["where"]) : Json::object());
  return level.rows() == 0 ? void(out += "null") : row(out, level, 0, 0, path);
}

Level Executor::oneOf(const Node& node, const EntityTypes& entity, const Json& filter) {
  Selecting selecting;
  selecting.filter = filter;
  selecting.limit = 1;
  return reader_.rows(node, entity, selecting);
}

/// No row where the id can be none: "x" of a number, of a uuid.
Level Executor::levelById(const Node& node, const EntityTypes& entity, const Json& id) {
  const auto filter = filterById(entity, id);
  if (!filter) return {};
  try {
    return oneOf(node, entity, *filter);
  } catch (const Failure& f) {
    const bool isNoId = f.reason() == TENON_REASON_TYPE || f.reason() == TENON_REASON_RANGE;
    // In a transaction the database may take nothing more, and the whole operation has failed.
    if (!isNoId || changes_.of(schema_.datasource(entity.datasource()).name) != nullptr) throw;
    return {};
  }
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
  refuseUnsetConditions(node.definition->arguments, node.arguments(), variables_);
  if (node.definition->action >= kFirstAddedWrite) return addedWrite(out, node, entity, arguments, path);
  const auto write = [&](const char* op, Json more) {
    Json change = {{"op", op}, {"model", model}};
    change.update(more);
    return changes_.write(datasource, change);
  };
  switch (static_cast<RootField>(node.definition->action)) {
    case RootField::Create: {
      if (!isGiven(arguments, "data")) throw FieldError("\"data\" must not be null", "validation-failed");
      const Json answer =
          write("create", {{"data", recordOf(entity, arguments["data"])}, {"conflict", conflictOf(entity, arguments)}});
      return created(out, node, entity, answer, path);
    }
    case RootField::Update: return response(out, node, updateWhere(entity, arguments), path);
    case RootField::Delete:
      return response(out, node, write("delete", {{"where", changedBy(entity, arguments["where"])}}), path);
    case RootField::UpdateById: {
      Json values = valuesOf(entity, arguments);
      values["id"] = arguments["id"];
      if (isGiven(arguments, "if_version"))
        values["where"] = {{entity.entity().version()->name, {{"_eq", arguments["if_version"]}}}};
      write("update_by_id", std::move(values));
      return recordById(out, node, entity, arguments["id"], path);
    }
    default: break;
  }
  // delete_by_id: the record as it was, with what it takes along; joins see what is left
  const Level level = levelById(node, entity, arguments["id"]);
  const Json answer = write("delete_by_id", {{"id", arguments["id"]}});
  return level.rows() == 0 || answer.at("affected") == 0 ? void(out += "null") : row(out, level, 0, 0, path);
}

/// The record as it is stored now; of a model without identity, by which it could be found, as the database told it.
void Executor::created(std::string& out, const Node& node, const EntityTypes& entity, const Json& answer,
                       const Path* path) {
  if (!answer.contains("id")) return unreadRow(out, node, answer.at("row"), path);
  const Json& id = answer["id"];
  if (id.is_null()) return void(out += "null");  // another record has the key, and stays as it is
  recordById(out, node, entity, id.is_string() ? id : Json(dumpJson(id)), path);
}

}  // namespace tenon::graphql
