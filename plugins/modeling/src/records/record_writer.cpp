// SPDX-License-Identifier: Apache-2.0
#include "record_writer.h"

#include "model/field_type.h"
#include "tenon/json_writer.hpp"

namespace tenon::modeling {

CellWriter cellWriterFor(const Field& field, ColumnKind delivered) noexcept {
  const bool numeric = field.type == FieldType::Int || field.type == FieldType::Long ||
                       field.type == FieldType::Float || field.type == FieldType::Boolean;
  const bool list = field.type == FieldType::EnumRef && field.multiple;
  const CellForm form = numeric                         ? CellForm::Number
                        : field.type == FieldType::Json ? CellForm::Json
                        : list                          ? CellForm::List
                                                        : CellForm::Text;
  return tenon::cellWriterFor(form, delivered);
}

EntityShape::EntityShape(const Entity& entity) : entity_(entity) {
  std::vector<Column> formats;
  for (const auto& f : entity.fields) {
    Step step;
    if (!steps_.empty()) step.prefix = ",";
    appendJsonString(step.prefix, f.name);
    step.prefix += ':';
    step.field = &f;
    if (f.isColumn()) {
      step.column = columns_.size();
      columns_.push_back(&f);
      formats.push_back({f.name, arrowFormat(f)});
    }
    steps_.push_back(std::move(step));
  }
  expected_ = Schema(std::move(formats));
}

size_t EntityShape::columnOf(std::string_view field) const noexcept {
  for (size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i]->name == field) return i;
  return Entity::npos;
}

const std::string& EntityShape::select(const Dialect& dialect) const {
  std::call_once(selectMade_, [&] {
    for (const Field* f : columns_) select_ += (select_.empty() ? "select t." : ", t.") + dialect.quoted(f->name);
    select_ += " from " + dialect.quoted(entity_.name) + " t";
  });
  return select_;
}

std::vector<CellWriter> writersFor(const EntityShape& shape, const Schema& delivered) {
  if (delivered.size() != shape.columns().size())
    throw Failure(TENON_INTERNAL, "the driver delivered another number of columns");
  std::vector<CellWriter> out;
  for (size_t i = 0; i < shape.columns().size(); ++i)
    out.push_back(cellWriterFor(*shape.columns()[i], delivered.kind(i)));
  return out;
}

}  // namespace tenon::modeling
