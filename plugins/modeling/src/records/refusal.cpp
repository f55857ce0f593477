// SPDX-License-Identifier: Apache-2.0
#include "refusal.h"

#include "sql/key_names.h"

namespace tenon::modeling {

namespace {

/// The columns of a key by its name, joined with ","; empty for one that no model has.
std::string columnsOfKey(const Entity& entity, const std::string& key) {
  if (key == "PRIMARY" && entity.identity() != nullptr) return entity.identity()->name;
  for (const Field& f : entity.fields)
    if (f.unique && uniqueKeyName(entity.name, {f.name}) == key) return f.name;
  std::string out;
  for (const Index& i : entity.indexes)
    if (i.name == key)
      for (const auto& f : i.fields) out += (out.empty() ? "" : ",") + f.fieldName;
  return out;
}

/// Every name of a list joined with "," after `path`.
std::string prefixed(std::string_view list, const std::string& path) {
  std::string out;
  while (!list.empty()) {
    const size_t comma = list.find(',');
    out.append(out.empty() ? "" : ",").append(path).append(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return out;
}

}  // namespace

Failure namingFields(const Failure& f, const Entity& entity, const std::string& path) {
  const std::string columns = f.objectKind() == TENON_OBJECT_CONSTRAINT ? columnsOfKey(entity, f.object())
                              : f.objectKind() == TENON_OBJECT_COLUMNS  ? f.object()
                                                                        : "";
  return columns.empty() ? f : Failure(f).naming(TENON_OBJECT_FIELD, prefixed(columns, path));
}

}  // namespace tenon::modeling
