// SPDX-License-Identifier: Apache-2.0
// Of EntityTypes: what mutations take and answer beside the published inputs.
#include <algorithm>
#include <iterator>

#include "api_schema.h"
#include "names.h"
#include "type/builtin.h"

namespace tenon::graphql {

namespace {

/// The operators of updates, by the type of their input.
struct Operator {
  Part part;
  std::string_view name, description;
};
constexpr std::array<Operator, 6> kOperators = {
    {{Part::IncInput, "_inc", "Numbers to add; null stays null."},
     {Part::AppendInput, "_append", "JSON to put behind: members of objects, elements of lists; null stays null."},
     {Part::PrependInput, "_prepend", "JSON to put in front."},
     {Part::DeleteKeyInput, "_delete_key", "The member of an object, or the text in a list, to take out."},
     {Part::DeleteElemInput, "_delete_elem", "The position in a list to take out, from the end when it is negative."},
     {Part::DeleteAtPathInput, "_delete_at_path", "Keys and positions that lead to what is taken out."}}};

bool isCounted(const ModelField& f) noexcept {
  return !f.identity && (f.type == ColumnType::Int || f.type == ColumnType::Long || f.type == ColumnType::Float);
}
bool isJson(const ModelField& f) noexcept {
  return !f.identity && f.type == ColumnType::Json;
}
bool isWritten(const ModelField& f) noexcept {
  return !f.identity && f.isColumn() && isName(f.name);
}

/// [], as the default of an argument.
const Value& noElements() {
  static const Value value = [] {
    Value v;
    v.kind = ValueKind::List;
    return v;
  }();
  return value;
}

}  // namespace

std::vector<UniqueIndex> constraintsOf(const Entity& entity) {
  std::vector<UniqueIndex> out;
  const ModelField* identity = entity.identity();
  if (identity == nullptr) return out;
  const auto add = [&](UniqueIndex key) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const UniqueIndex& k) { return k.name == key.name; });
    if (isName(key.name) && !known) out.push_back(std::move(key));
  };
  const std::string model = asNamePart(entity.name);
  add({model + "_pkey", {identity->name}});
  for (const UniqueIndex& index : entity.uniqueIndexes) add(index);
  for (const ModelField& f : entity.fields)
    if (f.unique && !f.identity && f.isColumn()) add({model + "_" + asNamePart(f.name) + "_key", {f.name}});
  return out;
}

Parts writePartsOf(const Entity& entity) {
  Parts out;
  const auto set = [&](Part part) { out.set(static_cast<size_t>(part)); };
  const auto any = [&](const auto& test) {
    return std::any_of(entity.fields.begin(), entity.fields.end(),
                       [&](const ModelField& f) { return isName(f.name) && test(f); });
  };
  set(Part::MutationResponse);
  set(Part::Updates);
  if (!constraintsOf(entity).empty() && any(isWritten))
    for (const Part part : {Part::Constraint, Part::UpdateColumn, Part::OnConflict}) set(part);
  if (any(isCounted)) set(Part::IncInput);
  if (entity.identity() != nullptr && any(isJson))
    for (const Operator& o : kOperators)
      if (o.part != Part::IncInput) set(o.part);
  return out;
}

void EntityTypes::fillWrite(NamedType& type, Part part) const {
  std::vector<EnumValue> names;
  switch (part) {
    case Part::MutationResponse: type.ownFields = arena_.keep(responseFields()); return;
    case Part::Constraint:
      for (const UniqueIndex& key : constraintsOf(entity_)) names.push_back({arena_.text(key.name), {}, {}});
      type.values = arena_.keep(names);
      return;
    case Part::UpdateColumn:
      for (const ModelField& f : entity_.fields)
        if (isWritten(f)) names.push_back({f.name, f.comment, {}});
      type.values = arena_.keep(names);
      return;
    default: type.inputs = arena_.keep(operands(part));
  }
}

std::vector<FieldDefinition> EntityTypes::responseFields() const {
  std::vector<FieldDefinition> out = {
      outputOf("affected_rows", arena_.nonNull(&scalar(ScalarKind::Int).self), FieldAction::AffectedRows),
      outputOf("returning", arena_.fullList(type(Part::Object)), FieldAction::Returning)};
  out.back().description = "The records: after a change as they are stored, after a deletion as they were.";
  addJoins(out);
  return out;
}

/// The fields of an input.
std::vector<InputDefinition> EntityTypes::operands(Part part) const {
  const auto of = [](ScalarKind kind) { return &scalar(kind).self; };
  std::vector<InputDefinition> out;
  const auto columns = [&](const auto& test, const auto& typeFor) {
    for (const ModelField& f : entity_.fields)
      if (isName(f.name) && test(f)) out.push_back(inputOf(f.name, typeFor(f), f.comment, &f));
  };
  const auto json = [&](const Type* operand) { columns(isJson, [&](const ModelField&) { return operand; }); };
  switch (part) {
    case Part::OnConflict: {
      const Type* column = &type(Part::UpdateColumn).self;
      out.push_back(inputOf("constraint", arena_.nonNull(&type(Part::Constraint).self),
                            "The key by which another record is in the way."));
      out.push_back(inputOf("update_columns", arena_.nonNull(arena_.list(arena_.nonNull(column))),
                            "What that one takes over of the new record; nothing: it stays as it is."));
      out.back().defaultValue = &noElements();
      out.push_back(inputOf("where", &type(Part::BoolExp).self, "It stays as it is when this does not hold for it."));
      break;
    }
    case Part::ObjRelInsert:
    case Part::ArrRelInsert: {
      const Type* record = arena_.nonNull(&type(Part::InsertInput).self);
      out.push_back(inputOf("data", part == Part::ObjRelInsert ? record : arena_.nonNull(arena_.list(record))));
      addConflict(out);
      break;
    }
    case Part::IncInput: columns(isCounted, [&](const ModelField& f) { return typeOf(f); }); break;
    case Part::AppendInput:
    case Part::PrependInput: json(of(ScalarKind::Json)); break;
    case Part::DeleteKeyInput: json(of(ScalarKind::String)); break;
    case Part::DeleteElemInput: json(of(ScalarKind::Int)); break;
    case Part::DeleteAtPathInput: json(arena_.list(arena_.nonNull(of(ScalarKind::String)))); break;
    case Part::Updates:
      out.push_back(inputOf("where", arena_.nonNull(&type(Part::BoolExp).self)));
      out.push_back(inputOf("_set", &type(Part::SetInput).self, "The fields to write, with their values."));
      std::ranges::copy(changing(), std::back_inserter(out));
      break;
    default: break;
  }
  return out;
}

/// The operators beside _set.
std::vector<InputDefinition> EntityTypes::changing() const {
  std::vector<InputDefinition> out;
  for (const Operator& o : kOperators)
    if (shows(o.part)) out.push_back(inputOf(o.name, &type(o.part).self, o.description));
  return out;
}

/// Related records of one to insert.
void EntityTypes::addRelated(std::vector<InputDefinition>& out) const {
  for (const ModelField& f : entity_.fields) {
    const EntityTypes* target = isName(f.name) && !f.isColumn() ? related(f) : nullptr;
    const Part part = f.multiple ? Part::ArrRelInsert : Part::ObjRelInsert;
    if (target != nullptr && target->shows(part))
      out.push_back(inputOf(f.name, &target->type(part).self, f.comment, &f));
  }
}

void EntityTypes::addConflict(std::vector<InputDefinition>& out) const {
  if (shows(Part::OnConflict))
    out.push_back(inputOf("on_conflict", &type(Part::OnConflict).self, "What to do where a key is taken."));
}

/// The root fields that came after the published ones.
void EntityTypes::makeWrite(FieldDefinition& d, std::vector<InputDefinition>& arguments) const {
  const Type* response = &type(Part::MutationResponse).self;
  const InputDefinition where = inputOf("where", arena_.nonNull(&type(Part::BoolExp).self));
  d.type = response;
  switch (static_cast<RootField>(d.action)) {
    case RootField::CreateMany:
      d.type = arena_.nonNull(response);
      arguments = {inputOf("data", arena_.nonNull(arena_.list(arena_.nonNull(&type(Part::InsertInput).self))),
                           "The new records.")};
      return addConflict(arguments);
    case RootField::UpdateMany:
      d.type = arena_.list(response);
      arguments = {inputOf("updates", arena_.nonNull(arena_.list(arena_.nonNull(&type(Part::Updates).self))),
                           "Updates that are made one after another.")};
      return;
    case RootField::UpdateReturning:
      arguments = {inputOf("_set", &type(Part::SetInput).self, "The fields to write, with their values."), where};
      std::ranges::copy(changing(), std::back_inserter(arguments));
      return;
    default: arguments = {where};
  }
}

}  // namespace tenon::graphql
