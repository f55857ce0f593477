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

/// The enum of a column's field, or nullptr.
const NamedType* enumOf(const Node& column) {
  const NamedType& type = column.definition->type->named();
  return type.kind == TypeKind::Enum ? &type : nullptr;
}

}  // namespace

void Executor::row(std::string& out, const Level& level, size_t batch, int64_t row, const Path* path) {
  bound(out.size());
  const Node& node = *level.node;
  if (!node.isPlain)
    return object(out, node, path, [&](std::string& to, const Node&, size_t child, const Path& at) {
      value(to, level, child, batch, row, &at);
    });
  const BatchView& columns = level.batches()[batch];
  out += '{';
  for (size_t i = 0; i < node.children.size(); ++i) {
    const Node& child = node.children[i];
    out.append(child.head, i == 0 ? 1 : 0);
    if (const size_t column = node.places[i]; child.isCell && !columns[column].isNull(row)) {
      level.writer(batch, column)(out, columns[column], row);
    } else {
      const Path at{path, child.key, -1};
      value(out, level, i, batch, row, &at);
    }
  }
  out += '}';
}

void Executor::value(std::string& out, const Level& level, size_t child, size_t batch, int64_t row, const Path* path) {
  const Node& node = level.node->children[child];
  if (!node.is(FieldAction::Column)) return related(out, level, child, batch, row, path);
  const size_t place = level.node->places[child];
  cell(out, node, level, {static_cast<uint32_t>(batch), static_cast<uint32_t>(row)}, place, path);
}

void Executor::cell(std::string& out, const Node& node, const Level& level, const KeyIndex::Place& place, size_t column,
                    const Path* path) {
  const ColumnView& cells = level.batches()[place.batch][column];
  if (cells.isNull(place.row)) return void(out += node.definition->type->isList() ? "[]" : "null");
  if (const NamedType* type = enumOf(node)) return elements(out, node, *type, cells.text(place.row), path);
  level.writer(place.batch, column)(out, cells, place.row);
}

/// A stored value of an enum, "A" or "A,B": one that is no element is null, and told.
void Executor::elements(std::string& out, const Node& node, const NamedType& type, std::string_view stored,
                        const Path* path) {
  const auto element = [&](std::string_view text, const Path* at) {
    if (type.value(text) != nullptr) return appendJsonString(out, text);
    std::string shown;
    appendCleanText(shown, text);
    fail(
        &node, at,
        FieldError("Enum \"" + std::string(type.name) + "\" cannot represent value: " + shown, "constraint-violation"));
    out += "null";
  };
  if (!node.definition->type->isList()) return element(stored, path);
  out += '[';
  for (Path item{path, {}, 0}; !stored.empty(); ++item.index) {
    const size_t comma = std::min(stored.find(','), stored.size());
    if (item.index > 0) out += ',';
    element(stored.substr(0, comma), &item);
    stored.remove_prefix(std::min(comma + 1, stored.size()));
  }
  out += ']';
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
      if (b.error->code() == kUnexpected)
        host_.error("GraphQL " + dumpJson(jsonOf(path)) + ": " + b.detail, logFields_);
      fail(&node, path, *b.error);
    }
    return void(out += "null");
  }
  uint32_t at = place == Node::npos ? KeyIndex::kNone : b.index.first(level.batches()[batch][place], row);
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
  const auto isNone = [&](size_t column) {
    return place == nullptr || level.batches()[place->batch][column].isNull(place->row);
  };
  object(out, node, path, [&](std::string& to, const Node& child, size_t i, const Path& at) {
    if (const size_t column = node.places[i]; column != Node::npos)  // _count
      return isNone(column) ? void(to += "0") : cell(to, child, level, *place, column, &at);
    object(to, child, &at, [&](std::string& value, const Node&, size_t position, const Path& where) {
      const size_t column = child.places[position];  // none of a relation: it has no aggregate
      const Node& member = child.children[position];
      column == Node::npos || isNone(column) ? void(value += "null")
                                             : cell(value, member, level, *place, column, &where);
    });
  });
}

void Executor::join(std::string& out, const Node& node, const Path* path) {
  const bool isSame = node.is(FieldAction::Join) && !node.dependsOnExports && !node.hasExports && !plan_.changes;
  if (isSame)
    if (const auto it = joined_.find(&node); it != joined_.end()) {
      joinBytes_ += it->second.size();
      bound(joinBytes_);
      out += it->second;
      return;
    }
  if (++joins_ > limits_.joins)
    throw FieldError("more than " + std::to_string(limits_.joins) + " joins would be executed", "limit-exceeded");
  const size_t start = out.size(), before = joinBytes_;
  if (!selection(out, node.children, path)) {
    out.resize(start);
    out += "null";
  }
  const size_t bytes = out.size() - start, within = joinBytes_ - before;
  if (bytes > within) joinBytes_ += bytes - within;
  bound(joinBytes_);
  if (isSame) joined_.emplace(&node, out.substr(start));
}

void Executor::finished(std::string& out, size_t start, const Node& node, const Path* path) {
  if (!node.transform.empty()) {
    std::string found;
    if (!transform(std::string_view(out).substr(start), node.transform, found) && warnings_.size() < kMostWarnings)
      warnings_.push_back(dumpJson(jsonOf(path)) + ": @transform finds nothing at \"" + node.transform + "\"");
    out.replace(start, std::string::npos, found);
  }
  if (!node.exportAs.empty()) exported(node, parseJson(std::string_view(out).substr(start), kMaxJsonDepth * 4));
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
