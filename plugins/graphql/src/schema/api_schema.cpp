// SPDX-License-Identifier: Apache-2.0
#include "api_schema.h"

#include <algorithm>

#include "comparisons.h"
#include "connection_types.h"
#include "cost_rules.h"
#include "names.h"
#include "type/builtin.h"

namespace tenon::graphql {

namespace {

/// Names of root fields: what stands between the datasource and the entity, and after it.
struct RootName {
  std::string_view verb, suffix;
};
constexpr std::array<RootName, kRootFields> kRootNames = {{{"_list_", ""},
                                                           {"_aggregate_", ""},
                                                           {"_find_one_", ""},
                                                           {"_find_by_id_", ""},
                                                           {"_", "_connection"},
                                                           {"_delete_", ""},
                                                           {"_delete_", "_by_id"},
                                                           {"_update_", "_by_id"},
                                                           {"_create_", ""},
                                                           {"_update_", ""},
                                                           {"_create_many_", ""},
                                                           {"_update_many_", ""},
                                                           {"_update_", "_returning"},
                                                           {"_delete_", "_returning"}}};

std::string rootName(const std::string& prefix, const std::string& model, size_t field) {
  return prefix + std::string(kRootNames[field].verb) + model + std::string(kRootNames[field].suffix);
}

const FieldDefinition& emptyField() {
  static const FieldDefinition field = [] {
    FieldDefinition f;
    f.name = "_empty";
    f.description = "There is no model yet.";
    f.type = &scalar(ScalarKind::Boolean).self;
    return f;
  }();
  return field;
}

std::vector<InputDefinition> cachedArguments(TypeArena& arena) {
  Value seconds, no;
  seconds.kind = ValueKind::Int;
  seconds.text = "60";
  no.kind = ValueKind::Boolean;
  no.text = "false";
  InputDefinition ttl = inputOf("ttl", &scalar(ScalarKind::Int).self);
  InputDefinition refresh = inputOf("refresh", &scalar(ScalarKind::Boolean).self, "Reads it again in any case.");
  ttl.defaultValue = arena.keep(seconds);
  refresh.defaultValue = arena.keep(no);
  return {ttl, refresh};
}

}  // namespace

ApiSchema::ApiSchema(Datasources datasources, const Warn& warn) : datasources_(std::move(datasources)) {
  query_.name = "Query";
  query_.source = &queries_;
  mutation_.name = "Mutation";
  mutation_.source = &mutations_;
  subscription_.name = "Subscription";
  subscription_.source = &queries_;
  addShared();
  enums_.resize(datasources_.size());
  entitiesByModel_.resize(datasources_.size());
  for (size_t d = 0; d < datasources_.size(); ++d)
    for (const Model& m : datasources_[d]->models)
      if (m.enumeration) addEnum(d, asNamePart(datasources_[d]->name), *m.enumeration, warn);
  const auto add = [&](const NamedType& type) {
    types_.emplace(type.name, Named{&type, nullptr, {}});
    names_.push_back(type.name);
  };
  add(query_);
  NamedType& response = arena_.make(TypeKind::Object, "mutation_response", "What a change of many records did.");
  mutationResponse_ = &response;
  for (const NamedType* root : {&mutation_, &subscription_})  // so that no model takes its name
    types_.emplace(root->name, Named{root, nullptr, {}});
  add(response);
  for (size_t d = 0; d < datasources_.size(); ++d)
    for (const Model& m : datasources_[d]->models)
      if (m.entity) addEntity(d, asNamePart(datasources_[d]->name), *m.entity, warn);
  for (const Slot& slot : entities_) wantRelated(slot);
  for (Slot& slot : entities_) addWrites(slot, warn);
  for (const NamedType* root : {&subscription_, &mutation_})
    if (entities_.empty())
      types_.erase(root->name);
    else
      names_.insert(std::find(names_.begin(), names_.end(), "Query") + 1, root->name);
  FieldDefinition affected;
  affected.name = "affected_rows";
  affected.type = arena_.nonNull(&scalar(ScalarKind::Int).self);
  affected.action = static_cast<uint32_t>(FieldAction::AffectedRows);
  std::vector<FieldDefinition> fields = joins(*this);
  fields.insert(fields.begin(), affected);
  response.ownFields = arena_.keep(fields);
  addDirectives();
  if (warn)
    for (const Slot& slot : entities_) warnOfFields(slot, warn);
}

void ApiSchema::addShared() {
  for (const auto list : {builtinTypes(), sharedTypes()})
    for (const NamedType* t : list) {
      types_.emplace(t->name, Named{t, nullptr, {}});
      names_.push_back(t->name);
    }
  types_.emplace(pageInfo().name, Named{&pageInfo(), nullptr, {}});
  names_.push_back(pageInfo().name);
}

void ApiSchema::addDirectives() {
  const auto builtin = builtinDirectives();
  directives_.assign(builtin.begin(), builtin.end());
  const auto add = [&](std::string_view name, std::string_view description, DirectiveLocation at,
                       std::vector<InputDefinition> arguments) {
    DirectiveDefinition d;
    d.name = name;
    d.description = description;
    d.locations = arena_.keep(std::vector{at});
    d.arguments = arena_.keep(arguments);
    directives_.push_back(d);
  };
  const Type* text = &scalar(ScalarKind::String).self;
  InputDefinition as, get;
  as.name = "as";
  as.type = text;
  get.name = "get";
  get.type = arena_.nonNull(text);
  add("internal", "The variable is not the client's to give: an @export sets it.",
      DirectiveLocation::VariableDefinition, {});
  add("export", "The value of the field becomes that of a variable, for fields that are executed later.",
      DirectiveLocation::Field, {as});
  add("transform", "The result is replaced by what lies in it: response keys and list positions, with dots between.",
      DirectiveLocation::Field, {get});
  for (const DirectiveDefinition& d : costDirectives(arena_)) directives_.push_back(d);
  add("cached", "The answer is kept for `ttl` seconds, or until what it was read from is written.",
      DirectiveLocation::Query, cachedArguments(arena_));
}

void ApiSchema::addEnum(size_t datasource, const std::string& prefix, const EnumModel& model, const Warn& warn) {
  const std::string name = prefix + "_" + asNamePart(model.name), comparison = name + "_comparison_exp";
  const auto leaveOut = [&](const std::string& why) {
    if (warn)
      warn("the enum " + model.name + " of " + datasources_[datasource]->name +
           " is not in the GraphQL schema: " + why);
  };
  const auto bad = std::find_if(model.elements.begin(), model.elements.end(), [](const std::string& e) {
    return !isName(e) || e == "true" || e == "false" || e == "null";
  });
  if (model.elements.empty()) return leaveOut("it has no elements");
  if (bad != model.elements.end()) return leaveOut("\"" + *bad + "\" is no name");
  if (!isName(name)) return leaveOut("its name is none there");
  if (types_.contains(name) || types_.contains(comparison)) return leaveOut("the name " + name + " is taken");
  NamedType& type = arena_.make(TypeKind::Enum, name, model.comment);
  std::vector<EnumValue> values;
  for (const std::string& e : model.elements) values.push_back({e, {}, {}});
  type.values = arena_.keep(values);
  NamedType& compared =
      arena_.make(TypeKind::InputObject, comparison, "Conditions on one value, all of which must hold.");
  compared.inputs = enumComparison(arena_, type);
  enums_[datasource].emplace(model.name, EnumTypes{&type, &compared});
  for (const NamedType* t : {&type, &compared}) {
    types_.emplace(t->name, Named{t, nullptr, {}});
    names_.push_back(t->name);
  }
}

void ApiSchema::addEntity(size_t datasource, const std::string& prefix, const Entity& entity, const Warn& warn) {
  const std::string model = asNamePart(entity.name), whole = prefix + "_" + model;
  const auto leaveOut = [&](const std::string& why) {
    if (warn)
      warn("the model " + entity.name + " of " + datasources_[datasource]->name +
           " is not in the GraphQL schema: " + why);
  };
  const auto visible = [](const ModelField& f) { return f.isColumn() && isName(f.name); };
  if (std::none_of(entity.fields.begin(), entity.fields.end(), visible)) return leaveOut("it has no fields there");
  if (!isName(whole)) return leaveOut("its name is none there");
  std::array<std::string, kFirstWritePart> types;
  std::array<std::string, kFirstAddedWrite> roots;
  for (size_t i = 0; i < types.size(); ++i) {
    types[i] = whole + std::string(kPartSuffixes[i]);
    if (EntityTypes::has(entity, static_cast<Part>(i)) && types_.contains(types[i]))
      return leaveOut("the name " + types[i] + " is taken");
  }
  for (size_t i = 0; i < roots.size(); ++i) {
    roots[i] = rootName(prefix, model, i);
    const Roots& among = i < kQueryFields ? queries_ : mutations_;
    if (EntityTypes::has(entity, static_cast<RootField>(i)) && among.byName.contains(roots[i]))
      return leaveOut("the name " + roots[i] + " is taken");
  }
  Slot& slot = entities_.emplace_back();
  slot.datasource = datasource;
  slot.entity = &entity;
  slot.prefix = whole;
  entitiesByModel_[datasource].emplace(entity.name, &slot);
  for (size_t i = 0; i < types.size(); ++i) {
    if (!EntityTypes::has(entity, static_cast<Part>(i))) continue;
    const std::string_view name = arena_.text(types[i]);
    types_.emplace(name, Named{nullptr, &slot, static_cast<Part>(i)});
    names_.push_back(name);
  }
  for (size_t i = 0; i < roots.size(); ++i) {
    if (!EntityTypes::has(entity, static_cast<RootField>(i))) continue;
    Roots& among = i < kQueryFields ? queries_ : mutations_;
    const std::string_view name = arena_.text(roots[i]);
    among.byName.emplace(name, among.list.size());
    among.list.push_back({name, &slot, static_cast<RootField>(i)});
  }
}

void ApiSchema::wantRelated(const Slot& slot) {
  for (const ModelField& f : slot.entity->fields) {
    if (f.isColumn() || !isName(f.name)) continue;
    const auto target = entitiesByModel_[slot.datasource].find(f.from);
    if (target == entitiesByModel_[slot.datasource].end()) continue;
    const Part part = f.multiple ? Part::ArrRelInsert : Part::ObjRelInsert;
    target->second->parts.set(static_cast<size_t>(part));
  }
}

void ApiSchema::addWrites(Slot& slot, const Warn& warn) {
  const std::string& datasource = datasources_[slot.datasource]->name;
  const auto leaveOut = [&](const std::string& name) {
    if (warn)
      warn(name + " of the model " + slot.entity->name + " of " + datasource +
           " is not in the GraphQL schema: the name is taken");
  };
  slot.parts |= writePartsOf(*slot.entity);
  for (size_t i = kFirstWritePart; i < kParts; ++i) {
    const std::string name = slot.prefix + std::string(kPartSuffixes[i]);
    if (!slot.parts[i] || !types_.contains(name)) continue;
    slot.parts.reset(i);
    leaveOut(name);
  }
  // What is of no use without another one goes with it.
  const auto has = [&](Part part) { return slot.parts[static_cast<size_t>(part)]; };
  if (!has(Part::Constraint) || !has(Part::UpdateColumn) || !has(Part::OnConflict))
    for (const Part part : {Part::Constraint, Part::UpdateColumn, Part::OnConflict})
      slot.parts.reset(static_cast<size_t>(part));
  for (size_t i = kFirstWritePart; i < kParts; ++i) {
    if (!slot.parts[i]) continue;
    const std::string_view name = arena_.text(slot.prefix + std::string(kPartSuffixes[i]));
    types_.emplace(name, Named{nullptr, &slot, static_cast<Part>(i)});
    names_.push_back(name);
  }
  if (!has(Part::MutationResponse)) return;
  for (size_t i = kFirstAddedWrite; i < kRootFields; ++i) {
    const auto field = static_cast<RootField>(i);
    if (!EntityTypes::has(*slot.entity, field) || (field == RootField::UpdateMany && !has(Part::Updates))) continue;
    const std::string_view name = arena_.text(rootName(asNamePart(datasource), asNamePart(slot.entity->name), i));
    if (mutations_.byName.contains(name)) {
      leaveOut(std::string(name));
      continue;
    }
    mutations_.byName.emplace(name, mutations_.list.size());
    mutations_.list.push_back({name, &slot, field});
  }
}

void ApiSchema::warnOfFields(const Slot& slot, const Warn& warn) const {
  for (const ModelField& f : slot.entity->fields) {
    const std::string what = "the field " + slot.entity->name + "." + f.name + " of " +
                             datasources_[slot.datasource]->name + " is not in the GraphQL schema: ";
    if (!isName(f.name))
      warn(what + "its name is none there");
    else if (!f.isColumn() && entity(slot.datasource, f.from) == nullptr)
      warn(what + "there is no model " + f.from);
  }
}

const EntityTypes& ApiSchema::typesOf(const Slot& slot) const {
  std::call_once(slot.once, [&] {
    slot.types = std::make_unique<EntityTypes>(*this, slot.datasource, *slot.entity, slot.prefix, slot.parts);
  });
  return *slot.types;
}

const NamedType* ApiSchema::type(std::string_view name) const {
  const auto it = types_.find(name);
  if (it == types_.end()) return nullptr;
  const Named& named = it->second;
  return named.slot == nullptr ? named.type : &typesOf(*named.slot).type(named.part);
}

std::vector<std::string_view> ApiSchema::typeNames() const {
  return names_;
}

const EntityTypes* ApiSchema::entity(size_t datasource, std::string_view name) const {
  const auto it = entitiesByModel_[datasource].find(name);
  return it == entitiesByModel_[datasource].end() ? nullptr : &typesOf(*it->second);
}

const NamedType* ApiSchema::enumeration(size_t datasource, std::string_view name) const {
  const auto it = enums_[datasource].find(name);
  return it == enums_[datasource].end() ? nullptr : it->second.type;
}

const NamedType* ApiSchema::comparison(size_t datasource, std::string_view name) const {
  const auto it = enums_[datasource].find(name);
  return it == enums_[datasource].end() ? nullptr : it->second.comparison;
}

const FieldDefinition* ApiSchema::Roots::find(std::string_view name) const {
  const auto it = byName.find(name);
  if (it == byName.end()) return list.empty() && name == emptyField().name ? &emptyField() : nullptr;
  const Root& root = list[it->second];
  return &schema_.typesOf(*root.slot).rootField(root.field, root.name);
}

std::span<const FieldDefinition* const> ApiSchema::Roots::all() const {
  std::call_once(once_, [&] {
    if (list.empty()) all_.push_back(&emptyField());
    for (const Root& root : list) all_.push_back(&schema_.typesOf(*root.slot).rootField(root.field, root.name));
  });
  return all_;
}

}  // namespace tenon::graphql
