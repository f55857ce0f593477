// SPDX-License-Identifier: Apache-2.0
#include "entity_types.h"

#include <algorithm>

#include "api_schema.h"
#include "comparisons.h"
#include "names.h"
#include "type/builtin.h"

namespace tenon::graphql {

namespace {

const Type* typeOf(ScalarKind kind) {
  return &scalar(kind).self;
}

ScalarKind scalarOf(ColumnType type) {
  switch (type) {
    case ColumnType::Int:
    case ColumnType::Long: return ScalarKind::Int;
    case ColumnType::Float: return ScalarKind::Float;
    case ColumnType::Boolean: return ScalarKind::Boolean;
    case ColumnType::DateTime: return ScalarKind::DateTime;
    case ColumnType::Date: return ScalarKind::Date;
    case ColumnType::Time: return ScalarKind::Time;
    case ColumnType::Json: return ScalarKind::Json;
    case ColumnType::String:
    case ColumnType::Text:
    case ColumnType::Enum:
    case ColumnType::Relation: break;
  }
  return ScalarKind::String;
}

bool isIn(const std::vector<FieldDefinition>& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(), [&](const auto& d) { return d.name == name; });
}

}  // namespace

FieldDefinition outputOf(std::string_view name, const Type* type, FieldAction action, const void* subject) {
  FieldDefinition d;
  d.name = name;
  d.type = type;
  d.action = static_cast<uint32_t>(action);
  d.subject = subject;
  return d;
}

EntityTypes::EntityTypes(const ApiSchema& schema, size_t datasource, const Entity& entity, std::string_view prefix,
                         const Parts& parts)
    : schema_(schema), datasource_(datasource), entity_(entity), parts_(parts) {
  using enum TypeKind;
  constexpr std::array<TypeKind, kParts> kKinds = {
      Object,      InputObject, InputObject, InputObject, InputObject, Enum,        Object,
      Object,      InputObject, InputObject, InputObject, Object,      Object,      Object,
      Enum,        Enum,        InputObject, InputObject, InputObject, InputObject, InputObject,
      InputObject, InputObject, InputObject, InputObject, InputObject};
  for (size_t i = 0; i < types_.size(); ++i) {
    const std::string_view description = i == 0 ? std::string_view(entity.comment) : std::string_view();
    types_[i] = &arena_.make(kKinds[i], std::string(prefix).append(kPartSuffixes[i]), description);
    types_[i]->content = this;
  }
}

void EntityTypes::fill(NamedType& type) const {
  const std::lock_guard lock(mutex_);
  const auto part = static_cast<Part>(std::find(types_.begin(), types_.end(), &type) - types_.begin());
  switch (part) {
    case Part::Object: type.ownFields = arena_.keep(objectFields()); break;
    case Part::Aggregate: type.ownFields = arena_.keep(aggregateFields()); break;
    case Part::AvgFields: type.ownFields = arena_.keep(averages()); break;
    case Part::BoolExp: type.inputs = arena_.keep(conditions()); break;
    case Part::OrderBy: type.inputs = arena_.keep(orders()); break;
    case Part::InsertInput: {
      std::vector<InputDefinition> fields = values();
      addRelated(fields);
      type.inputs = arena_.keep(fields);
      break;
    }
    case Part::SetInput: type.inputs = arena_.keep(values()); break;
    case Part::CountExp:
      type.inputs = arena_.keep(std::vector{inputOf("count", &this->type(Part::CountExpCount).self)});
      break;
    case Part::CountExpCount: type.inputs = arena_.keep(countConditions()); break;
    case Part::CountOrder: type.inputs = arena_.keep(std::vector{inputOf("count", &orderBy().self)}); break;
    case Part::Connection: type.ownFields = arena_.keep(connectionFields()); break;
    case Part::Edge: type.ownFields = arena_.keep(edgeFields()); break;
    case Part::SelectField: type.values = arena_.keep(names()); break;
    default: fillWrite(type, part);
  }
}

const EntityTypes* EntityTypes::related(const ModelField& relation) const {
  return schema_.entity(datasource_, relation.from);
}

/// Of what is read and written of a column.
const Type* EntityTypes::typeOf(const ModelField& f) const {
  if (f.identity) return graphql::typeOf(ScalarKind::Id);
  if (f.type == ColumnType::Enum) {
    const NamedType* known = schema_.enumeration(datasource_, f.from);
    const Type* element = known != nullptr ? &known->self : graphql::typeOf(ScalarKind::String);
    return f.multiple ? arena_.list(element) : element;
  }
  // Dates and times are answered as texts.
  const bool isTime = f.type == ColumnType::DateTime || f.type == ColumnType::Date || f.type == ColumnType::Time;
  return graphql::typeOf(isTime ? ScalarKind::String : scalarOf(f.type));
}

std::vector<InputDefinition> EntityTypes::selecting(TypeArena& arena) const {
  const Type* whole = graphql::typeOf(ScalarKind::Int);
  const NamedType &order = type(Part::OrderBy), &fields = type(Part::SelectField);
  return {inputOf("where", &type(Part::BoolExp).self, "Which records; all without it."),
          inputOf("order_by", &order.self, "The order, by the fields in the order in which they are written."),
          inputOf("size", whole, "How many records a page has."),
          inputOf("page", whole, "Which page, from 1."),
          inputOf("sort", arena.list(arena.nonNull(&order.self)), "The order as a list. Not beside order_by."),
          inputOf("limit", whole, "How many records. Not beside size and page."),
          inputOf("offset", whole, "How many records are passed over before."),
          inputOf("distinct_on", arena.list(arena.nonNull(&fields.self)),
                  "Of records that agree in these fields only the first. The order begins with them.")};
}

std::vector<FieldDefinition> joins(const ApiSchema& schema) {
  std::vector<FieldDefinition> out = {outputOf("_join", &schema.query().self, FieldAction::Join)};
  if (schema.mutation() != nullptr)
    out.push_back(outputOf("_join_mutation", &schema.mutation()->self, FieldAction::JoinMutation));
  return out;
}

void EntityTypes::addJoins(std::vector<FieldDefinition>& out) const {
  for (FieldDefinition& join : joins(schema_))
    if (!isIn(out, join.name)) out.push_back(std::move(join));
}

std::vector<FieldDefinition> EntityTypes::objectFields() const {
  std::vector<FieldDefinition> out, counted;
  for (const ModelField& f : entity_.fields) {
    if (!isName(f.name)) continue;
    if (f.isColumn()) {
      out.push_back(outputOf(f.name, typeOf(f), FieldAction::Column, &f));
      out.back().description = f.comment;
      continue;
    }
    const EntityTypes* target = related(f);
    if (target == nullptr) continue;
    const NamedType& object = target->type(Part::Object);
    out.push_back(outputOf(f.name, f.multiple ? arena_.list(&object.self) : &object.self, FieldAction::Relation, &f));
    out.back().description = f.comment;
    if (!f.multiple) continue;
    out.back().arguments = arena_.keep(target->selecting(arena_));
    counted.push_back(outputOf(arena_.text(f.name + std::string(kCountedSuffix)),
                               arena_.nonNull(&target->type(Part::Aggregate).self), FieldAction::RelationAggregate,
                               &f));
    counted.back().arguments =
        arena_.keep(std::vector{inputOf("where", &target->type(Part::BoolExp).self, "Which of the related records.")});
  }
  for (FieldDefinition& d : counted)
    if (!isIn(out, d.name)) out.push_back(std::move(d));
  addJoins(out);
  return out;
}

std::vector<FieldDefinition> EntityTypes::aggregateFields() const {
  std::vector<FieldDefinition> out;
  const Type* object = arena_.nonNull(&type(Part::Object).self);
  out.push_back(outputOf("_count", arena_.nonNull(graphql::typeOf(ScalarKind::Int)), FieldAction::Count));
  out.back().description = "How many records there are; with a field, in how many it is not null.";
  out.back().arguments =
      arena_.keep(std::vector{inputOf("distinct", graphql::typeOf(ScalarKind::Boolean), "How many different values."),
                              inputOf("field", &type(Part::SelectField).self, "The field that is counted.")});
  out.push_back(outputOf("_max", object, FieldAction::Max));
  out.push_back(outputOf("_min", object, FieldAction::Min));
  out.push_back(outputOf("_sum", object, FieldAction::Sum));
  out.push_back(outputOf("_avg", arena_.nonNull(&type(Part::AvgFields).self), FieldAction::Avg));
  addJoins(out);
  return out;
}

std::vector<FieldDefinition> EntityTypes::averages() const {
  std::vector<FieldDefinition> out;
  for (const ModelField& f : entity_.fields)
    if (f.isColumn() && isName(f.name))
      out.push_back(outputOf(f.name, graphql::typeOf(ScalarKind::Float), FieldAction::Column, &f));
  return out;
}

std::vector<InputDefinition> EntityTypes::conditions() const {
  const NamedType& self = type(Part::BoolExp);
  const Type* all = arena_.list(arena_.nonNull(&self.self));
  std::vector<InputDefinition> out = {inputOf("_and", all), inputOf("_or", all)};
  for (const ModelField& f : entity_.fields) {
    if (!isName(f.name) || joinsConditions(f.name)) continue;
    const NamedType* known = f.type == ColumnType::Enum ? schema_.comparison(datasource_, f.from) : nullptr;
    const EntityTypes* target = f.isColumn() ? nullptr : related(f);
    if (!f.isColumn() && target == nullptr) continue;
    const NamedType& condition = target != nullptr  ? target->type(Part::BoolExp)
                                 : known != nullptr ? *known
                                                    : comparisonOf(scalarOf(f.type));
    out.push_back(inputOf(f.name, &condition.self, f.comment, &f));
  }
  out.push_back(inputOf("_not", &self.self));
  addCounts(out, Part::CountExp);
  return out;
}

std::vector<InputDefinition> EntityTypes::orders() const {
  std::vector<InputDefinition> out;
  for (const ModelField& f : entity_.fields)
    if (isName(f.name) && f.isColumn()) out.push_back(inputOf(f.name, &orderBy().self, f.comment, &f));
  for (const ModelField& f : entity_.fields) {
    const EntityTypes* target = isName(f.name) && !f.isColumn() && !f.multiple ? related(f) : nullptr;
    if (target != nullptr) out.push_back(inputOf(f.name, &target->type(Part::OrderBy).self, f.comment, &f));
  }
  addCounts(out, Part::CountOrder);
  return out;
}

/// "students_aggregate" beside each relation to many, of the target's part.
void EntityTypes::addCounts(std::vector<InputDefinition>& out, Part part) const {
  for (const ModelField& f : entity_.fields) {
    const EntityTypes* target = isName(f.name) && !f.isColumn() && f.multiple ? related(f) : nullptr;
    const std::string name = f.name + std::string(kCountedSuffix);
    if (target != nullptr && entity_.counted(name) != nullptr)
      out.push_back(inputOf(arena_.text(name), &target->type(part).self, "How many related records there are.", &f));
  }
}

std::vector<InputDefinition> EntityTypes::values() const {
  std::vector<InputDefinition> out;
  for (const ModelField& f : entity_.fields)
    if (isName(f.name) && f.isColumn()) out.push_back(inputOf(f.name, typeOf(f), f.comment, &f));
  return out;
}

std::vector<EnumValue> EntityTypes::names() const {
  std::vector<EnumValue> out;
  for (const ModelField& f : entity_.fields)
    if (isName(f.name) && f.isColumn()) out.push_back({f.name, f.comment, {}});
  return out;
}

bool EntityTypes::has(const Entity& entity, RootField field) noexcept {
  const bool byId = field == RootField::FindById || field == RootField::Connection || field == RootField::DeleteById ||
                    field == RootField::UpdateById || field == RootField::UpdateMany ||
                    field == RootField::UpdateReturning || field == RootField::DeleteReturning;
  return !byId || entity.identity() != nullptr;
}

bool EntityTypes::has(const Entity& entity, Part part) noexcept {
  return (part != Part::Connection && part != Part::Edge) || entity.identity() != nullptr;
}

const FieldDefinition& EntityTypes::rootField(RootField field, std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const FieldDefinition*& place = roots_[static_cast<size_t>(field)];
  if (place == nullptr) place = arena_.keep(makeRoot(field, name));
  return *place;
}

FieldDefinition EntityTypes::makeRoot(RootField field, std::string_view name) const {
  FieldDefinition d;
  d.name = name;
  d.action = static_cast<uint32_t>(field);
  d.subject = this;
  const Type* object = &type(Part::Object).self;
  const InputDefinition where = inputOf("where", &type(Part::BoolExp).self);
  const InputDefinition someWhere = inputOf("where", arena_.nonNull(&type(Part::BoolExp).self));
  const InputDefinition id = inputOf("id", arena_.nonNull(graphql::typeOf(ScalarKind::Id)));
  const InputDefinition set = inputOf("_set", &type(Part::SetInput).self, "The fields to write, with their values.");
  std::vector<InputDefinition> arguments;
  switch (field) {
    case RootField::List:
      d.type = arena_.fullList(type(Part::Object));
      arguments = selecting(arena_);
      break;
    case RootField::Aggregate:
      d.type = arena_.nonNull(&type(Part::Aggregate).self);
      arguments = selecting(arena_);
      arguments.resize(4);  // where, order_by, size and page; only the first says something of an aggregate
      break;
    case RootField::FindOne:
      d.type = object;
      arguments = {where};
      break;
    case RootField::FindById:
    case RootField::DeleteById:
      d.type = object;
      arguments = {id};
      break;
    case RootField::Connection:
      d.type = arena_.nonNull(&type(Part::Connection).self);
      d.description = "Records page by page, each page by a place in the order.";
      arguments = pageArguments(arena_);
      break;
    case RootField::UpdateById:
      d.type = object;
      arguments = {set, id};
      std::ranges::copy(changing(), std::back_inserter(arguments));
      if (entity_.version() != nullptr)
        arguments.push_back(inputOf("if_version", graphql::typeOf(ScalarKind::Int),
                                    "The version that the record must have: else it is a conflict."));
      break;
    case RootField::Create:
      d.type = object;
      arguments = {inputOf("data", &type(Part::InsertInput).self, "The new record.")};
      addConflict(arguments);
      break;
    case RootField::Update:
      d.type = &schema_.mutationResponse().self;
      arguments = {set, someWhere};
      std::ranges::copy(changing(), std::back_inserter(arguments));
      break;
    case RootField::Delete:
      d.type = &schema_.mutationResponse().self;
      arguments = {someWhere};
      break;
    default: makeWrite(d, arguments);
  }
  d.arguments = arena_.keep(arguments);
  return d;
}

}  // namespace tenon::graphql
