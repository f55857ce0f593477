// SPDX-License-Identifier: Apache-2.0
#include "executor.h"

#include <algorithm>

#include "tenon/json_writer.hpp"
#include "transform.h"

namespace tenon::graphql {

namespace {

/// The type that a document declares for a variable, as far as texts must become something else for it.
const VariableDefinition* declared(const Operation& operation, std::string_view name) {
  const auto it = std::find_if(operation.variables.begin(), operation.variables.end(),
                               [&](const VariableDefinition& v) { return v.variable.value == name; });
  return it == operation.variables.end() ? nullptr : &*it;
}

}  // namespace

Executor::Executor(const Host& host, const Plan& plan, Variables variables, Reads& reads, const ExecutionLimits& limits,
                   const tenon_cancel* cancel)
    : host_(host),
      plan_(plan),
      schema_(*plan.schema),
      variables_(std::move(variables)),
      limits_(limits),
      cancel_(cancel),
      reader_({schema_, reads, limits.reads, variables_, warnings_, cancel}) {}

void Executor::run(std::string& out) {
  const size_t start = out.size();
  if (selection(out, plan_.roots, nullptr)) return;
  out.resize(start);
  out += "null";
}

Json Executor::jsonOf(const Path* path) {
  Json out = Json::array();
  for (; path != nullptr; path = path->up)
    out.insert(out.begin(), path->index >= 0 ? Json(path->index) : Json(std::string(path->key)));
  return out;
}

void Executor::fail(const Node& node, const Path* path, const std::string& message, std::string_view code,
                    ErrorType type) {
  GraphqlError e{type, message, code, {}, jsonOf(path)};
  for (const Selection* s : node.fields) e.locations.push_back(locationOf(plan_.document->source(), s->start));
  errors_.push_back(std::move(e));
}

void Executor::bound(const std::string& out) const {
  if (out.size() > limits_.replyBytes)
    throw FieldError("the reply becomes too large: narrow the query", "limit-exceeded");
}

/// Appends an object of root fields. False: one that must not be null is.
bool Executor::selection(std::string& out, const std::vector<Node>& nodes, const Path* up) {
  out += '{';
  bool first = true;
  for (const Node& node : nodes) {
    if (!isIncluded(node, variables_)) continue;
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
    fail(node, path, e.what(), e.code());
  } catch (const Failure& f) {
    const FieldError e = fieldErrorOf(f);
    if (e.code() == kUnexpected) host_.error("GraphQL " + dumpJson(jsonOf(path)) + ": " + f.what());
    fail(node, path, e.what(), e.code());
  }
  out.resize(start);
  out += "null";
  return !node.definition->type->isNonNull();
}

void Executor::rootValue(std::string& out, const Node& node, const Path* path) {
  const auto* entity = static_cast<const EntityTypes*>(node.definition->subject);
  if (entity == nullptr) return Introspection(schema_, variables_).write(out, node);
  const Json arguments = argumentsOf(node.definition->arguments, node.arguments(), variables_);
  const auto one = [&](const Level& level) {
    if (level.rows() == 0)
      out += "null";
    else
      row(out, level, 0, 0, path);
  };
  Selecting selecting;
  switch (static_cast<RootField>(node.definition->action)) {
    case RootField::List: {
      const Level level = reader_.rows(node, *entity, selectingOf(*entity, arguments, limits_.reads));
      Path item{path, {}, 0};
      out += '[';
      for (size_t b = 0; b < level.batches.size(); ++b)
        for (int64_t r = 0; r < level.batches[b].rows(); ++r) {
          if (item.index++ > 0) out += ',';
          const Path at{path, {}, item.index - 1};
          row(out, level, b, r, &at);
        }
      out += ']';
      return;
    }
    case RootField::Aggregate: {
      const Json filter = arguments.contains("where") ? filterOf(*entity, arguments["where"]) : Json::object();
      const Level level = reader_.aggregate(node, *entity, filter.is_null() ? Json::object() : filter);
      const KeyIndex::Place only{0, 0};
      return aggregate(out, node, level, level.rows() == 0 ? nullptr : &only, path);
    }
    case RootField::FindOne:
      if (arguments.contains("where") && !arguments["where"].is_null())
        selecting.filter = filterOf(*entity, arguments["where"]);
      selecting.limit = 1;
      return one(reader_.rows(node, *entity, selecting));
    case RootField::FindById: {
      const auto filter = filterById(*entity, arguments["id"]);
      if (!filter) return one({});
      selecting.filter = *filter;
      selecting.limit = 1;
      return one(reader_.rows(node, *entity, selecting));
    }
    default: throw FieldError("mutations are not served", "not-supported");
  }
}

void Executor::row(std::string& out, const Level& level, size_t batch, int64_t row, const Path* path) {
  bound(out);
  if (level.node->hasJoins) return rowWithJoins(out, level, batch, row, path);
  out += '{';
  bool first = true;
  const auto& children = level.node->children;
  for (size_t i = 0; i < children.size(); ++i) {
    if (!isIncluded(children[i], variables_)) continue;
    writeKey(out, children[i], first);
    value(out, level, i, batch, row, path);
  }
  out += '}';
}

/// Joins are executed after everything else of the row, whose exports they may use, and written in their places.
void Executor::rowWithJoins(std::string& out, const Level& level, size_t batch, int64_t row, const Path* path) {
  const auto& children = level.node->children;
  std::vector<std::string> values(children.size());
  const auto isJoin = [](const Node& n) { return n.is(FieldAction::Join) || n.is(FieldAction::JoinMutation); };
  for (const bool joins : {false, true})
    for (size_t i = 0; i < children.size(); ++i)
      if (isJoin(children[i]) == joins && isIncluded(children[i], variables_))
        value(values[i], level, i, batch, row, path);
  out += '{';
  bool first = true;
  for (size_t i = 0; i < children.size(); ++i) {
    if (!isIncluded(children[i], variables_)) continue;
    writeKey(out, children[i], first);
    out += values[i];
  }
  out += '}';
}

void Executor::value(std::string& out, const Level& level, size_t child, size_t batch, int64_t row, const Path* up) {
  const Node& node = level.node->children[child];
  const Path path{up, node.key, -1};
  const size_t start = out.size();
  if (node.is(FieldAction::Column)) {
    const size_t place = level.node->places[child];
    const ColumnView& cells = level.batches[batch][place];
    if (!cells.isNull(row))
      level.writers[place](out, cells, row);
    else
      out += node.definition->type->isList() ? "[]" : "null";
  } else if (node.is(FieldAction::Relation) || node.is(FieldAction::RelationAggregate)) {
    related(out, level, child, batch, row, &path);
  } else if (node.is(FieldAction::Join) || node.is(FieldAction::JoinMutation)) {
    join(out, node, &path);
  } else {
    appendJsonString(out, node.parent->name);  // __typename
  }
  finished(out, start, node, &path);
}

void Executor::related(std::string& out, const Level& level, size_t child, size_t batch, int64_t row,
                       const Path* path) {
  const Node& node = level.node->children[child];
  const Branch& b = *level.branches[child];
  const size_t place = level.node->places[child];
  uint32_t at = place == Node::npos ? KeyIndex::kNone : b.index.first(level.batches[batch][place], row);
  if (node.is(FieldAction::RelationAggregate)) {
    const KeyIndex::Place found = at == KeyIndex::kNone ? KeyIndex::Place{} : b.index.place(at);
    return aggregate(out, node, b.level, at == KeyIndex::kNone ? nullptr : &found, path);
  }
  const auto write = [&](const Path* where) {
    const KeyIndex::Place found = b.index.place(at);
    this->row(out, b.level, found.batch, found.row, where);
  };
  if (!node.definition->type->isList()) return at == KeyIndex::kNone ? void(out += "null") : write(path);
  out += '[';
  for (int64_t i = 0; at != KeyIndex::kNone; at = b.index.next(at), ++i) {
    if (i > 0) out += ',';
    const Path item{path, {}, i};
    write(&item);
  }
  out += ']';
}

/// place: the row with the values, or nullptr when there are no records.
void Executor::aggregate(std::string& out, const Node& node, const Level& level, const KeyIndex::Place* place,
                         const Path* up) {
  size_t column = 0;  // values stand in the order of the children, those that are left out too
  const auto cell = [&](std::string& to, bool isCount) {
    const size_t i = column++;
    if (place != nullptr && !level.batches[place->batch][i].isNull(place->row))
      level.writers[i](to, level.batches[place->batch][i], place->row);
    else
      to += isCount ? "0" : "null";
  };
  const auto members = [&](std::string& to, const Node& of) {
    to += '{';
    bool first = true;
    for (const Node& child : of.children) {
      const Path path{up, child.key, -1};
      std::string value;
      if (child.is(FieldAction::Column))
        cell(value, false);
      else if (child.is(IntrospectionAction::TypeName))
        appendJsonString(value, child.parent->name);
      else if (child.is(FieldAction::Join) || child.is(FieldAction::JoinMutation))
        join(value, child, &path);
      else
        value = "null";  // no relation of an aggregate
      finished(value, 0, child, &path);
      if (!isIncluded(child, variables_)) continue;
      writeKey(to, child, first);
      to += value;
    }
    to += '}';
  };
  std::vector<std::string> values(node.children.size());
  const auto isJoin = [](const Node& n) { return n.is(FieldAction::Join) || n.is(FieldAction::JoinMutation); };
  for (const bool joins : {false, true})
    for (size_t i = 0; i < node.children.size(); ++i) {
      const Node& child = node.children[i];
      if (isJoin(child) != joins) continue;
      const Path path{up, child.key, -1};
      if (child.is(FieldAction::Count))
        cell(values[i], true);
      else if (child.is(IntrospectionAction::TypeName))
        appendJsonString(values[i], child.parent->name);
      else if (joins)
        join(values[i], child, &path);
      else
        members(values[i], child);
      finished(values[i], 0, child, &path);
    }
  out += '{';
  bool first = true;
  for (size_t i = 0; i < node.children.size(); ++i) {
    if (!isIncluded(node.children[i], variables_)) continue;
    writeKey(out, node.children[i], first);
    out += values[i];
  }
  out += '}';
}

void Executor::join(std::string& out, const Node& node, const Path* path) {
  const bool isSame = !node.dependsOnExports && !node.hasExports;
  if (isSame)
    if (const auto it = joined_.find(&node); it != joined_.end()) {
      out += it->second;
      return bound(out);
    }
  if (++joins_ > limits_.joins)
    throw FieldError("more than " + std::to_string(limits_.joins) + " joins would be executed", "limit-exceeded");
  const size_t start = out.size();
  if (!selection(out, node.children, path)) {
    out.resize(start);
    out += "null";
  }
  if (isSame) joined_.emplace(&node, out.substr(start));
}

void Executor::finished(std::string& out, size_t start, const Node& node, const Path* path) {
  if (node.transform.empty() && node.exportAs.empty()) return;
  Json value = parseJson(std::string_view(out).substr(start), kMaxJsonDepth * 4);
  if (!node.transform.empty()) {
    if (!transform(value, node.transform))
      warnings_.push_back(dumpJson(jsonOf(path)) + ": @transform finds nothing at \"" + node.transform + "\"");
    out.resize(start);
    out += dumpJson(value);
  }
  if (!node.exportAs.empty()) exported(node, value);
}

void Executor::exported(const Node& node, const Json& value) {
  const VariableDefinition* v = declared(*plan_.operation, node.exportAs);
  if (v == nullptr) return;  // nobody can use it
  const NamedType* named = schema_.type(v->type->named().name.value);
  Json given = value;
  if (v->type->kind != TypeNode::Kind::List && named != nullptr && !value.is_null())
    given = coerced(value, named->self);
  variables_.insert_or_assign(v->variable.value, std::move(given));
}

}  // namespace tenon::graphql
