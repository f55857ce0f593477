// SPDX-License-Identifier: Apache-2.0
// Of EntityTypes: connections, and conditions on how many related records there are.
#include "connection_types.h"

#include "comparisons.h"
#include "type/builtin.h"

namespace tenon::graphql {

namespace {

const Type* of(ScalarKind kind) {
  return &scalar(kind).self;
}

FieldDefinition described(FieldDefinition d, std::string_view description) {
  d.description = description;
  return d;
}

struct Made {
  TypeArena arena;
  NamedType& type = arena.make(TypeKind::Object, "PageInfo", "Where a page lies among all records.");

  Made() {
    const Type *yes = arena.nonNull(of(ScalarKind::Boolean)), *cursor = of(ScalarKind::String);
    type.ownFields = arena.keep(std::vector{outputOf("hasNextPage", yes, FieldAction::HasNextPage),
                                            outputOf("hasPreviousPage", yes, FieldAction::HasPreviousPage),
                                            outputOf("startCursor", cursor, FieldAction::StartCursor),
                                            outputOf("endCursor", cursor, FieldAction::EndCursor)});
  }
};

}  // namespace

const NamedType& pageInfo() {
  static const auto* made = new Made;  // outlives every thread
  return made->type;
}

std::vector<FieldDefinition> EntityTypes::connectionFields() const {
  std::vector<FieldDefinition> out = {
      outputOf("edges", arena_.fullList(type(Part::Edge)), FieldAction::Edges),
      described(outputOf("nodes", arena_.fullList(type(Part::Object)), FieldAction::Nodes),
                "The records of the edges, without their cursors."),
      outputOf("pageInfo", arena_.nonNull(&pageInfo().self), FieldAction::PageInfo),
      described(outputOf("totalCount", arena_.nonNull(of(ScalarKind::Int)), FieldAction::TotalCount),
                "How many records there are on all pages. Counted when it is selected.")};
  addJoins(out);
  return out;
}

std::vector<FieldDefinition> EntityTypes::edgeFields() const {
  std::vector<FieldDefinition> out = {
      described(outputOf("cursor", arena_.nonNull(of(ScalarKind::String)), FieldAction::EdgeCursor),
                "The place of the record in the order: of use for this order only."),
      outputOf("node", arena_.nonNull(&type(Part::Object).self), FieldAction::EdgeNode)};
  addJoins(out);
  return out;
}

std::vector<InputDefinition> EntityTypes::pageArguments(TypeArena& arena) const {
  const Type *whole = of(ScalarKind::Int), *cursor = of(ScalarKind::String);
  return {inputOf("first", whole, "How many records from the beginning."),
          inputOf("after", cursor, "Only records behind this cursor."),
          inputOf("last", whole, "How many records from the end. Not beside first."),
          inputOf("before", cursor, "Only records before this cursor."),
          inputOf("where", &type(Part::BoolExp).self, "Which records; all without it."),
          inputOf("sort", arena.list(arena.nonNull(&type(Part::OrderBy).self)),
                  "The order; the identity decides among equals.")};
}

std::vector<InputDefinition> EntityTypes::countConditions() const {
  const Type* field = arena_.nonNull(&type(Part::SelectField).self);
  return {inputOf("arguments", arena_.list(field), "The field whose values are counted where they are not null; one."),
          inputOf("distinct", of(ScalarKind::Boolean), "Only different values of the field are counted."),
          inputOf("filter", &type(Part::BoolExp).self, "Which of the related records are counted."),
          inputOf("predicate", arena_.nonNull(&comparisonOf(ScalarKind::Int).self), "What their number must be.")};
}

}  // namespace tenon::graphql
