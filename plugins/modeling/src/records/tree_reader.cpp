// SPDX-License-Identifier: Apache-2.0
#include "tree_reader.h"

#include <algorithm>
#include <charconv>

#include "model/field_type.h"
#include "routes/answer.h"
#include "tenon/json_writer.hpp"

namespace tenon::modeling {

namespace {

constexpr size_t kKeysAtOnce = 500;

bool isInteger(const Field& f) {
  return f.type == FieldType::Int || f.type == FieldType::Long;
}

/// A key as text, the same for every type that can hold it.
std::string keyText(const ColumnView& c, int64_t row) {
  std::string out;
  switch (c.format().kind) {
    case ColumnKind::Text:
    case ColumnKind::Bytes: return std::string(c.text(row));
    case ColumnKind::Float: appendJsonDouble(out, c.f64(row)); return out;
    case ColumnKind::Decimal: appendDecimal(out, c.decimal(row), c.format().scale); return out;
    case ColumnKind::Boolean: return c.boolean(row) ? "1" : "0";
    default: appendJsonInteger(out, c.i64(row)); return out;
  }
}

/// How many parameters a statement for `n` keys has: a power of two, so that few statements serve all sizes.
size_t padded(size_t n) {
  size_t p = 1;
  while (p < n) p *= 2;
  return std::min(p, std::max(n, kKeysAtOnce));
}

}  // namespace

Shapes::Shapes(std::shared_ptr<const ModelSet> models) : models_(std::move(models)) {
  for (const auto& m : models_->all())
    if (const auto* e = std::get_if<Entity>(&m)) made_.emplace(e, std::make_unique<EntityShape>(*e));
}

const Field* tenantField(const Entity& entity) noexcept {
  const Field* f = entity.field("tenant_id");
  return f != nullptr && (f->type == FieldType::String || f->type == FieldType::Text) ? f : nullptr;
}

std::string selectFrom(const Dialect& dialect, const EntityShape& shape) {
  std::string sql = "select ";
  for (size_t i = 0; i < shape.columns().size(); ++i) {
    sql += i > 0 ? ", t." : "t.";
    dialect.identifier(sql, shape.columns()[i]->name);
  }
  sql += " from ";
  dialect.identifier(sql, shape.entity().name);
  return sql + " t";
}

int64_t Level::rows() const noexcept {
  int64_t n = 0;
  for (const auto& b : batches) n += b.rows();
  return n;
}

void Level::read(Rows rows, const EntityShape& s, uint64_t& budget) {
  shape = &s;
  writers = writersFor(s, rows.schema());
  while (rows.next()) {
    const auto n = static_cast<uint64_t>(rows.batch().rows());
    if (n > budget)
      throw Invalid("nestedQuery", "关联数据过多，请缩小查询范围", "the related rows are too many: narrow the query");
    budget -= n;
    batches.push_back(rows.takeBatch());
  }
}

void TreeReader::expand(Level& level, const Expansion& expansion) {
  if (!expansion.any()) return;
  const auto& steps = level.shape->steps();
  level.branches.resize(steps.size());
  for (const auto& [name, child] : expansion.named) {
    const Field* f = level.shape->entity().field(name);
    if (f == nullptr || f->isColumn())
      throw Invalid("nestedQuery", "不是关联字段: " + name,
                    "no relation of " + level.shape->entity().name + ": " + name);
  }
  for (size_t i = 0; i < steps.size(); ++i) {
    const Field& f = *steps[i].field;
    if (f.isColumn()) continue;
    Expansion next;
    if (expansion.all > 0) {
      next.all = expansion.all - 1;
    } else {
      const auto it = expansion.named.find(f.name);
      if (it == expansion.named.end()) continue;
      next = *it->second;
    }
    level.branches[i] = branch(level, f);
    if (level.branches[i] && level.branches[i]->level.rows() > 0) expand(level.branches[i]->level, next);
  }
}

std::unique_ptr<Branch> TreeReader::branch(Level& level, const Field& relation) {
  const Entity* target = shapes_.models().entity(relation.from);
  const Field* local =
      relation.localField.empty() ? level.shape->entity().identity() : level.shape->entity().field(relation.localField);
  const Field* foreign = target == nullptr               ? nullptr
                         : relation.foreignField.empty() ? target->identity()
                                                         : target->field(relation.foreignField);
  if (local == nullptr || foreign == nullptr || !local->isColumn() || !foreign->isColumn())
    return nullptr;  // the key stays absent
  auto b = std::make_unique<Branch>();
  b->level.shape = &shapes_.of(*target);
  b->localColumn = level.shape->columnOf(local->name);
  b->byInteger = isInteger(*local) && isInteger(*foreign);
  std::vector<std::string> keys;
  for (const auto& batch : level.batches)
    for (int64_t r = 0; r < batch.rows(); ++r)
      if (!batch[b->localColumn].isNull(r)) keys.push_back(keyText(batch[b->localColumn], r));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  if (!keys.empty()) fetch(*b, *foreign, isInteger(*foreign), keys);
  return b;
}

void TreeReader::fetch(Branch& b, const Field& foreign, bool foreignIsInteger, const std::vector<std::string>& keys) {
  const Dialect& d = connection_.dialect();
  const EntityShape& shape = *b.level.shape;
  const Field* identity = shape.entity().identity();
  for (size_t from = 0; from < keys.size(); from += kKeysAtOnce) {
    const size_t n = std::min(kKeysAtOnce, keys.size() - from);
    const size_t wide = padded(n);
    const Field* tenant = tenant_.empty() ? nullptr : tenantField(shape.entity());
    std::vector<Column> columns(wide, Column{"", foreignIsInteger ? "l" : "u"});
    if (tenant != nullptr) columns.push_back({"", "u"});
    RowBuilder params{Schema(std::move(columns))};
    for (size_t i = 0; i < wide; ++i) {
      const std::string& key = keys[from + std::min(i, n - 1)];
      if (!foreignIsInteger) {
        params.text(i, key);
        continue;
      }
      int64_t v = 0;
      const auto r = std::from_chars(key.data(), key.data() + key.size(), v);
      if (r.ec == std::errc() && r.ptr == key.data() + key.size())
        params.i64(i, v);
      else
        params.null(i);  // no number: it can match nothing
    }
    if (tenant != nullptr) params.text(wide, tenant_);
    params.endRow();
    std::string sql = selectFrom(d, shape) + " where t.";
    d.identifier(sql, foreign.name);
    sql += " in (";
    for (size_t i = 0; i < wide; ++i) {
      if (i > 0) sql += ", ";
      d.parameter(sql, static_cast<uint32_t>(i + 1));
    }
    // Rows of one key come together, and in an order that stays.
    sql += ")";
    if (tenant != nullptr) {
      sql += " and t.";
      d.identifier(sql, tenant->name);
      sql += " = ";
      d.parameter(sql, static_cast<uint32_t>(wide + 1));
    }
    sql += " order by t.";
    d.identifier(sql, foreign.name);
    if (identity != nullptr && identity != &foreign) {
      sql += ", t.";
      d.identifier(sql, identity->name);
    }
    b.level.read(connection_.query(sql, &params, &shape.expected(), cancel_), shape, budget_);
  }
  const size_t column = shape.columnOf(foreign.name);
  Branch::Range* current = nullptr;
  std::string last;
  for (size_t i = 0; i < b.level.batches.size(); ++i) {
    const BatchView& batch = b.level.batches[i];
    for (int64_t r = 0; r < batch.rows(); ++r) {
      const ColumnView& cells = batch[column];
      if (b.byInteger) {
        current = &b.integers.try_emplace(cells.i64(r), Branch::Range{i, r, 0}).first->second;
      } else {
        last = keyText(cells, r);
        current = &b.texts.try_emplace(last, Branch::Range{i, r, 0}).first->second;
      }
      ++current->count;
    }
  }
}

namespace {

const Branch::Range* find(const Branch& b, const ColumnView& cells, int64_t row) {
  if (cells.isNull(row)) return nullptr;
  if (b.byInteger) {
    const auto it = b.integers.find(cells.i64(row));
    return it == b.integers.end() ? nullptr : &it->second;
  }
  const auto it = b.texts.find(keyText(cells, row));
  return it == b.texts.end() ? nullptr : &it->second;
}

void writeBranch(std::string& out, const Branch& b, bool multiple, const ColumnView& cells, int64_t row) {
  const Branch::Range* range = find(b, cells, row);
  if (!multiple) {
    if (range == nullptr)
      out += "null";
    else
      writeRow(out, b.level, range->batch, range->from);
    return;
  }
  out += '[';
  if (range != nullptr) {
    size_t batch = range->batch;
    int64_t at = range->from;
    for (int64_t i = 0; i < range->count; ++i, ++at) {
      if (at == b.level.batches[batch].rows()) {
        ++batch;
        at = 0;
      }
      if (i > 0) out += ',';
      writeRow(out, b.level, batch, at);
    }
  }
  out += ']';
}

}  // namespace

void writeRow(std::string& out, const Level& level, size_t batchIndex, int64_t row) {
  const BatchView& batch = level.batches[batchIndex];
  const auto& steps = level.shape->steps();
  out += '{';
  bool any = false;
  for (size_t i = 0; i < steps.size(); ++i) {
    const auto& step = steps[i];
    if (step.column == Entity::npos && (level.branches.empty() || !level.branches[i])) continue;
    std::string_view prefix = step.prefix;
    if (!any && i > 0) prefix.remove_prefix(1);  // nothing before it was written
    any = true;
    out += prefix;
    if (step.column == Entity::npos) {
      const Branch& b = *level.branches[i];
      writeBranch(out, b, step.field->multiple, batch[b.localColumn], row);
    } else if (batch[step.column].isNull(row)) {
      out += step.field->type == FieldType::EnumRef && step.field->multiple ? "[]" : "null";
    } else {
      level.writers[step.column](out, batch[step.column], row);
    }
  }
  out += '}';
}

void writeRows(std::string& out, const Level& level) {
  out += '[';
  bool first = true;
  for (size_t b = 0; b < level.batches.size(); ++b)
    for (int64_t r = 0; r < level.batches[b].rows(); ++r) {
      if (!first) out += ',';
      first = false;
      writeRow(out, level, b, r);
    }
  out += ']';
}

}  // namespace tenon::modeling
