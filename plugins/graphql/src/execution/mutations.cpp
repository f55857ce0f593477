// SPDX-License-Identifier: Apache-2.0
// Of Executor: changes of many records, and what they return.
#include <algorithm>

#include "write_object.h"
#include "writes.h"

namespace tenon::graphql {

namespace {

bool returnsRecords(const Node& node) {
  return std::any_of(node.children.begin(), node.children.end(),
                     [](const Node& child) { return child.is(FieldAction::Returning); });
}

std::string textOf(const Json& id) {
  return id.is_string() ? id.get<std::string>() : dumpJson(id);
}

Json among(const EntityTypes& entity, const Json& ids) {
  return {{entity.entity().identity()->name, {{"_in", ids}}}};
}

}  // namespace

void Executor::addedWrite(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                          const Path* path) {
  switch (static_cast<RootField>(node.definition->action)) {
    case RootField::CreateMany: return createMany(out, node, entity, arguments, path);
    case RootField::UpdateReturning: return updateReturning(out, node, entity, arguments, path);
    case RootField::DeleteReturning: return deleteReturning(out, node, entity, arguments, path);
    default: break;
  }
  const Json& updates = arguments["updates"];
  if (updates.size() > kMostUpdates)
    throw FieldError("\"updates\" holds more than " + std::to_string(kMostUpdates), "limit-exceeded");
  out += '[';
  Path item{path, {}, 0};
  for (const Json& update : updates) {
    if (item.index > 0) out += ',';
    updateReturning(out, node, entity, update, &item);
    ++item.index;
  }
  out += ']';
}

void Executor::createMany(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                          const Path* path) {
  Json records = Json::array();
  for (const Json& one : arguments["data"]) records.push_back(recordOf(entity, one));
  const bool named = returnsRecords(node);
  const Json answer =
      changes_.write(schema_.datasource(entity.datasource()).name, {{"op", "create_many"},
                                                                    {"model", entity.entity().name},
                                                                    {"data", std::move(records)},
                                                                    {"conflict", conflictOf(entity, arguments)},
                                                                    {"ids", named}});
  response(out, node, answer, path,
           named && answer.contains("ids") ? returned(node, entity, answer["ids"]) : std::vector<Returned>());
}

/// What an update writes: "set" and "change".
Json Executor::valuesOf(const EntityTypes& entity, const Json& arguments) {
  const auto given = arguments.find("_set");
  Json set = given == arguments.end() || given->is_null() ? Json::object() : recordOf(entity, *given);
  Json change = operatorsOf(arguments, set);
  return {{"set", std::move(set)}, {"change", std::move(change)}};
}

Json Executor::updateWhere(const EntityTypes& entity, const Json& arguments) {
  Json write = valuesOf(entity, arguments);
  write["op"] = "update";
  write["model"] = entity.entity().name;
  write["where"] = changedBy(entity, needed(arguments, "where"));
  return changes_.write(schema_.datasource(entity.datasource()).name, write);
}

/// The identities of the records that a change is about, which are there until it is made.
Json Executor::selected(const EntityTypes& entity, const Json& where) {
  return changes_
      .write(schema_.datasource(entity.datasource()).name,
             {{"op", "select"}, {"model", entity.entity().name}, {"where", where}})
      .at("ids");
}

void Executor::updateReturning(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                               const Path* path) {
  if (!returnsRecords(node)) return response(out, node, updateWhere(entity, arguments), path);
  // The change may take the records out of their own condition.
  Json ids = selected(entity, changedBy(entity, needed(arguments, "where")));
  Json write = valuesOf(entity, arguments);
  write["op"] = "update";
  write["model"] = entity.entity().name;
  write["where"] = among(entity, ids);
  const Json answer = changes_.write(schema_.datasource(entity.datasource()).name, write);
  if (answer.at("affected") == 0) ids = Json::array();
  response(out, node, answer, path, returned(node, entity, ids));
}

/// The records as they were, with what they take along; joins see what is left.
void Executor::deleteReturning(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                               const Path* path) {
  const std::string& datasource = schema_.datasource(entity.datasource()).name;
  const Json filter = changedBy(entity, needed(arguments, "where"));
  const auto remove = [&](const Json& where) {
    return changes_.write(datasource, {{"op", "delete"}, {"model", entity.entity().name}, {"where", where}});
  };
  if (!returnsRecords(node)) return response(out, node, remove(filter), path);
  const Json ids = selected(entity, filter);
  const std::vector<Returned> records = returned(node, entity, ids);
  response(out, node, remove(among(entity, ids)), path, records);
}

/// By child of the node.
std::vector<Executor::Returned> Executor::returned(const Node& node, const EntityTypes& entity, const Json& ids) {
  std::vector<std::string> keys;
  for (const Json& id : ids) keys.push_back(textOf(id));
  std::vector<Returned> out(node.children.size());
  for (size_t i = 0; i < out.size() && !keys.empty(); ++i) {
    const Node& child = node.children[i];
    if (!child.is(FieldAction::Returning)) continue;
    Level& level = out[i].level = reader_.rowsById(child, entity, keys);
    std::unordered_map<std::string, KeyIndex::Place> byKey;
    for (uint32_t b = 0; b < level.batches().size(); ++b)
      for (int64_t r = 0; r < level.batches()[b].rows(); ++r)
        byKey.emplace(keyText(level.batches()[b][child.columns.size()], r),
                      KeyIndex::Place{b, static_cast<uint32_t>(r)});
    for (const std::string& key : keys)
      if (const auto at = byKey.find(key); at != byKey.end()) {
        out[i].places.push_back(at->second);
        byKey.erase(at);
      }
    // Ids that the database spells in another way than they were given.
    for (const auto& [key, place] : byKey) out[i].places.push_back(place);
  }
  return out;
}

void Executor::response(std::string& out, const Node& node, const Json& answer, const Path* path,
                        const std::vector<Returned>& returned) {
  object(out, node, path, [&](std::string& value, const Node& child, size_t i, const Path& at) {
    if (child.is(FieldAction::AffectedRows)) return void(value += dumpJson(answer.at("affected")));
    value += '[';
    Path item{&at, {}, 0};
    const auto next = [&] {
      if (item.index > 0) value += ',';
    };
    if (const auto rows = answer.find("rows"); rows != answer.end()) {  // of a model without identity
      for (const Json& row : *rows) {
        next();
        unreadRow(value, child, row, &item);
        ++item.index;
      }
    } else if (!returned.empty()) {
      for (const KeyIndex::Place& place : returned[i].places) {
        next();
        row(value, returned[i].level, place.batch, place.row, &item);
        ++item.index;
      }
    }
    value += ']';
  });
}

/// A record of a model without identity, by which it could be found, as the database told it.
void Executor::unreadRow(std::string& out, const Node& node, const Json& row, const Path* path) {
  bound(out.size());
  const auto& entity = static_cast<const EntityTypes&>(*node.definition->type->named().content);
  const Level level = reader_.told(node, entity, row);
  object(out, node, path, [&](std::string& value, const Node& child, size_t i, const Path& at) {
    if (!child.is(FieldAction::Column)) return related(value, level, i, 0, 0, &at);
    const auto it = row.find(static_cast<const ModelField*>(child.definition->subject)->name);
    if (it != row.end())
      value += dumpJson(*it);
    else
      value += child.definition->type->isList() ? "[]" : "null";
  });
}

}  // namespace tenon::graphql
