// SPDX-License-Identifier: Apache-2.0
// Of Executor: what was read, as JSON.
#include <algorithm>

#include "transform.h"
#include "write_object.h"

namespace tenon::graphql {

namespace {

const VariableDefinition* declared(const Operation& operation, std::string_view name) {
  const auto it = std::find_if(operation.variables.begin(), operation.variables.end(),
                               [&](const VariableDefinition& v) { return v.variable.value == name; });
  return it == operation.variables.end() ? nullptr : &*it;
}

constexpr size_t kMostWarnings = 100;

/// How many columns of an aggregate's row belong to a child.
size_t columnsOf(const Node& child) {
  if (child.is(FieldAction::Count)) return 1;
  return static_cast<size_t>(std::count_if(child.children.begin(), child.children.end(),
                                           [](const Node& n) { return n.is(FieldAction::Column); }));
}

}  // namespace

void Executor::row(std::string& out, const Level& level, size_t batch, int64_t row, const Path* path) {
  bound(out);
  object(out, *level.node, path,
         [&](std::string& to, const Node&, size_t child, const Path& at) { value(to, level, child, batch, row, &at); });
}

void Executor::value(std::string& out, const Level& level, size_t child, size_t batch, int64_t row, const Path* path) {
  const Node& node = level.node->children[child];
  if (!node.is(FieldAction::Column)) return related(out, level, child, batch, row, path);
  const size_t place = level.node->places[child];
  const ColumnView& cells = level.batches[batch][place];
  if (!cells.isNull(row))
    level.writers[place](out, cells, row);
  else
    out += node.definition->type->isList() ? "[]" : "null";
}

void Executor::related(std::string& out, const Level& level, size_t child, size_t batch, int64_t row,
                       const Path* path) {
  const Node& node = level.node->children[child];
  const Branch& b = *level.branches[child];
  const size_t place = level.node->places[child];
  if (b.error) {
    // An aggregate must not be null, nor the records it belongs to: its error is their field's.
    if (node.definition->type->isNonNull()) throw FieldError(*b.error);
    if (!std::exchange(b.isTold, true)) {
      if (b.error->code() == kUnexpected) host_.error("GraphQL " + dumpJson(jsonOf(path)) + ": " + b.detail);
      fail(&node, path, *b.error);
    }
    return void(out += "null");
  }
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
  for (Path item{path, {}, 0}; at != KeyIndex::kNone; at = b.index.next(at), ++item.index) {
    if (item.index > 0) out += ',';
    write(&item);
  }
  out += ']';
}

/// place: the row with the values, or nullptr when there are no records.
void Executor::aggregate(std::string& out, const Node& node, const Level& level, const KeyIndex::Place* place,
                         const Path* path) {
  std::vector<size_t> first(node.children.size());  // column of each child
  for (size_t i = 1; i < first.size(); ++i) first[i] = first[i - 1] + columnsOf(node.children[i - 1]);
  const auto cell = [&](std::string& to, size_t column, const char* none) {
    if (place != nullptr && !level.batches[place->batch][column].isNull(place->row))
      level.writers[column](to, level.batches[place->batch][column], place->row);
    else
      to += none;
  };
  object(out, node, path, [&](std::string& to, const Node& child, size_t i, const Path& at) {
    if (child.is(FieldAction::Count)) return cell(to, first[i], "0");
    object(to, child, &at, [&](std::string& value, const Node& member, size_t position, const Path&) {
      if (!member.is(FieldAction::Column)) return void(value += "null");  // no relation of an aggregate
      size_t column = first[i];
      for (size_t before = 0; before < position; ++before)
        column += child.children[before].is(FieldAction::Column) ? 1 : 0;
      cell(value, column, "null");
    });
  });
}

void Executor::join(std::string& out, const Node& node, const Path* path) {
  const bool isSame = node.is(FieldAction::Join) && !node.dependsOnExports && !node.hasExports && !plan_.changes;
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
    if (!transform(value, node.transform) && warnings_.size() < kMostWarnings)
      warnings_.push_back(dumpJson(jsonOf(path)) + ": @transform finds nothing at \"" + node.transform + "\"");
    out.resize(start);
    out += dumpJson(value);
  }
  if (!node.exportAs.empty()) exported(node, value);
}

/// Texts become what the variable is declared as.
void Executor::exported(const Node& node, const Json& value) {
  const VariableDefinition* v = declared(*plan_.operation, node.exportAs);
  if (v == nullptr) return;  // nobody can use it
  if (value.is_null())
    variables_.insert_or_assign(v->variable.value, value);
  else
    variables_.insert_or_assign(v->variable.value, coercedTo(schema_, *v, value));
}

}  // namespace tenon::graphql
