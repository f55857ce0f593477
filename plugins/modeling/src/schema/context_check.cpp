// SPDX-License-Identifier: Apache-2.0
#include "context_check.h"

#include <algorithm>

#include "model/field_type.h"
#include "model/normal_form.h"
#include "sync/physical.h"

namespace tenon::modeling {

namespace {

/// The models as they will be.
class Context {
 public:
  Context(const ModelSet& models, const std::vector<ModelChange>& changes) : models_(models), changes_(changes) {}
  const EnumModel* enumModel(const std::string& name) const { return enumToBe(models_, changes_, name); }
  bool changes(const std::string& name) const {
    return std::any_of(changes_.begin(), changes_.end(), [&](const auto& c) { return c.name == name; });
  }

 private:
  const ModelSet& models_;
  const std::vector<ModelChange>& changes_;
};

void checkEntity(const Entity& entity, const Context& context, Invalid& problems) {
  for (size_t i = 0; i < entity.fields.size(); ++i) {
    const Field& f = entity.fields[i];
    if (const auto* text = foreignElement(f, context.enumModel(f.from)))
      problems.add("fields[" + std::to_string(i) + "].defaultValue.value", "不是枚举值: " + *text,
                   "is no element of " + f.from + ": " + *text);
  }
}

void checkUsers(const EnumModel& e, const ModelSet& models, const Context& context, Invalid& problems) {
  for (const auto& m : models.all()) {
    const auto* entity = std::get_if<Entity>(&m);
    if (entity == nullptr || context.changes(entity->name)) continue;
    for (const auto& f : entity->fields)
      if (const auto* text = f.from == e.name ? foreignElement(f, &e) : nullptr)
        problems.add("elements", "仍是 " + entity->name + "." + f.name + " 的默认值: " + *text,
                     "it is the default of " + entity->name + "." + f.name + ": " + *text);
  }
}

/// Names that the database would cut, or that are the platform's or its own. Those that are there already stay.
void checkNames(const Dialect& dialect, const Entity* before, const Entity& after, Invalid& problems) {
  const uint32_t most = dialect.raw()->max_identifier_bytes;
  const auto check = [&](const std::string& path, const std::string& name) {
    if (most != 0 && name.size() > most)
      problems.add(path, "名称不能超过 " + std::to_string(most) + " 字节",
                   "name must have at most " + std::to_string(most) + " bytes");
  };
  if (before == nullptr) {
    check("name", after.name);
    const bool catalogue = std::string_view(dialect.raw()->name) == "postgresql" && after.name.starts_with("pg_");
    if (catalogue || after.name.starts_with(kOwnTables)) problems.add("name", "名称为系统保留", "the name is reserved");
  }
  for (size_t i = 0; i < after.fields.size(); ++i)
    if (after.fields[i].isColumn() && (before == nullptr || before->field(after.fields[i].name) == nullptr))
      check("fields[" + std::to_string(i) + "].name", after.fields[i].name);
  const auto had = [&](const Index& index) {
    return before != nullptr && std::any_of(before->indexes.begin(), before->indexes.end(),
                                            [&](const Index& i) { return i.name == index.name; });
  };
  for (size_t i = 0; i < after.indexes.size(); ++i)
    if (!had(after.indexes[i])) check("indexes[" + std::to_string(i) + "].name", after.indexes[i].name);
}

}  // namespace

void addProblems(const Invalid& found, const std::vector<ModelChange>& changes, const std::string& model,
                 Invalid& problems) {
  const std::string path = changes.size() > 1 ? model + "." : "";
  for (const auto& p : found.problems()) problems.add(path + p.field, p.zh, p.en);
}

const EnumModel* enumToBe(const ModelSet& models, const std::vector<ModelChange>& changes, const std::string& name) {
  for (const auto& c : changes)
    if (c.name == name) return c.after ? std::get_if<EnumModel>(&*c.after) : nullptr;
  return models.enumModel(name);
}

void checkEnumDefaults(const ModelSet& models, const std::vector<ModelChange>& changes, Invalid& problems) {
  const Context context(models, changes);
  for (const auto& c : changes) {
    if (!c.after) continue;
    Invalid found;
    if (const auto* entity = c.entityAfter()) checkEntity(*entity, context, found);
    if (const auto* e = std::get_if<EnumModel>(&*c.after)) checkUsers(*e, models, context, found);
    addProblems(found, changes, c.name, problems);
  }
}

void checkTable(const Dialect& dialect, const ModelChange& change, Invalid& problems) {
  const Entity* after = change.entityAfter();
  if (after == nullptr) return;
  checkNames(dialect, change.entityBefore(), *after, problems);
  if (std::none_of(after->fields.begin(), after->fields.end(), [](const Field& f) { return f.isColumn(); }))
    problems.add("fields", "至少需要一个非关联字段", "at least one field that is no relation is needed");
  const tenon_type_name* type = dialect.type(logicalType(FieldType::Float));
  if (type == nullptr || type->max_length == 0) return;
  for (size_t i = 0; i < after->fields.size(); ++i) {
    const Field& f = after->fields[i];
    if (f.type != FieldType::Float || f.precision <= type->max_length) continue;
    const Field* before = change.entityBefore() != nullptr ? change.entityBefore()->field(f.name) : nullptr;
    if (before != nullptr && before->type == f.type && before->precision == f.precision) continue;
    const std::string range = "1.." + std::to_string(type->max_length);
    problems.add("fields[" + std::to_string(i) + "].precision", "precision 必须在 " + range + " 之间",
                 "precision must be within " + range);
  }
}

}  // namespace tenon::modeling
