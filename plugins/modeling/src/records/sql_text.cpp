// SPDX-License-Identifier: Apache-2.0
#include "sql_text.h"

#include "model/field_type.h"

namespace tenon::modeling {

namespace {

void appendEquals(SqlText& sql, const Dialect& dialect, const std::string& alias, const Field& field, Value value) {
  if (!alias.empty()) sql.text += alias + ".";
  dialect.identifier(sql.text, field.name);
  sql.text += " = ";
  sql.bind(dialect, std::move(value));
}

}  // namespace

const Field& countField() {
  static const Field field = [] {
    Field f;
    f.type = FieldType::Long;
    return f;
  }();
  return field;
}

std::string comparableText(const Dialect& dialect, const Field& field, std::string_view side) {
  const tenon_type_name* type = dialect.type(logicalType(field.type));
  if (type == nullptr || type->comparable == nullptr) return std::string(side);
  return "(" + fillTemplate(type->comparable, {{"value", side}}) + ")";
}

void appendTenant(SqlText& sql, const Dialect& dialect, const Entity& entity, const std::string& alias,
                  std::string_view tenant) {
  const Field* field = tenant.empty() ? nullptr : tenantField(entity);
  if (field == nullptr) return;
  sql.text += " and ";
  appendEquals(sql, dialect, alias, *field, Value::of(std::string(tenant)));
}

void appendIdentity(SqlText& sql, const Dialect& dialect, const Entity& entity, const Value& id,
                    const std::string& alias, std::string_view tenant) {
  sql.text += " where ";
  appendEquals(sql, dialect, alias, *entity.identity(), id);
  appendTenant(sql, dialect, entity, alias, tenant);
}

}  // namespace tenon::modeling
