// SPDX-License-Identifier: Apache-2.0
#include "locate.h"

#include <array>
#include <charconv>

namespace tenon::modeling::idl {

namespace {

/// Takes `list[n]` and a dot behind it off the head of a path; false when it starts with something else.
bool takeMember(std::string_view& path, std::string_view list, size_t& n) {
  if (path.substr(0, list.size()) != list || path.size() <= list.size() || path[list.size()] != '[') return false;
  const size_t end = path.find(']');
  const auto read = std::from_chars(path.data() + list.size() + 1, path.data() + path.size(), n);
  if (end == std::string_view::npos || read.ptr != path.data() + end) return false;
  path.remove_prefix(end + 1);
  if (!path.empty() && path[0] == '.') path.remove_prefix(1);
  return true;
}

Position inField(const FieldDeclaration& field, std::string_view key) {
  struct Row {
    std::string_view key, annotation;
  };
  constexpr std::array<Row, 7> kRows = {{{"length", "length"},
                                         {"precision", "precision"},
                                         {"scale", "scale"},
                                         {"unique", "unique"},
                                         {"identity", "id"},
                                         {"comment", "comment"},
                                         {"defaultValue", "default"}}};
  if (key == "from") return field.type.position;
  key = key.substr(0, key.find('.'));
  for (const auto& row : kRows) {
    const Annotation* annotation = row.key == key ? lastOf(field.annotations, row.annotation) : nullptr;
    if (annotation != nullptr) return annotation->name.position;
  }
  return field.name.position;
}

Position inIndex(const Annotation& index, std::string_view key) {
  size_t n = 0;
  if (takeMember(key, "fields", n)) {
    const Value* fields = index.argument("fields");
    if (fields != nullptr && n < fields->elements.size()) return fields->elements[n].name.position;
  }
  const Value* said = index.argument(key);
  return said != nullptr ? said->position : index.name.position;
}

}  // namespace

Locator::Locator(const Declaration& declaration) : declaration_(declaration) {
  if (const auto* model = std::get_if<ModelDeclaration>(&declaration))
    for (const auto& a : model->annotations)
      if (a.name.text == "index") indexes_.push_back(&a);
}

Position Locator::find(std::string_view path) const {
  size_t n = 0;
  if (const auto* e = std::get_if<EnumDeclaration>(&declaration_))
    return takeMember(path, "elements", n) && n < e->elements.size() ? e->elements[n].position : e->name.position;
  const auto& model = std::get<ModelDeclaration>(declaration_);
  if (takeMember(path, "fields", n) && n < model.fields.size()) return inField(model.fields[n], path);
  if (takeMember(path, "indexes", n) && n < indexes_.size()) return inIndex(*indexes_[n], path);
  const Annotation* comment = path == "comment" ? lastOf(model.annotations, "comment") : nullptr;
  return comment != nullptr ? comment->name.position : model.name.position;
}

}  // namespace tenon::modeling::idl
