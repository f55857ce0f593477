// SPDX-License-Identifier: Apache-2.0
#include "tree_reader.h"

#include <algorithm>
#include <charconv>

#include "model/field_type.h"
#include "routes/answer.h"

namespace tenon::modeling {

namespace {

constexpr size_t kKeysAtOnce = 500;
/// Of a reply, where relations are written: a related row is written again under each parent, so that few rows that
/// were read may become very many.
constexpr size_t kMostBytes = size_t{64} << 20U;

bool isInteger(const Field& f) {
  return f.type == FieldType::Int || f.type == FieldType::Long;
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

int64_t Level::rows() const noexcept {
  int64_t n = 0;
  for (const auto& b : batches) n += b.rows();
  return n;
}

Batches drained(Rows rows, uint64_t& budget) {
  Batches out{rows.schema(), {}};
  while (rows.next()) {
    const auto n = static_cast<uint64_t>(rows.batch().rows());
    if (n > budget)
      throw Invalid("nestedQuery", "关联数据过多，请缩小查询范围", "the related rows are too many: narrow the query");
    budget -= n;
    out.batches.push_back(rows.takeBatch());
  }
  return out;
}

void Level::take(Batches read, const EntityShape& s) {
  shape = &s;
  writers = writersFor(s, read.schema);
  std::move(read.batches.begin(), read.batches.end(), std::back_inserter(batches));
}

void Level::readOnce(Rows rows, const EntityShape& s, uint64_t& budget) {
  take(drained(std::move(rows), budget), s);
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
  const size_t key = b->level.shape->columnOf(foreign->name);
  for (const auto& round : KeyIndex::roundsOf(KeyIndex::keysOf(level.batches, b->localColumn), !b->byInteger)) {
    const size_t from = b->level.batches.size();
    fetch(*b, *foreign, round);
    b->index.add(b->level.batches, from, key, round, b->byInteger);
  }
  return b;
}

void TreeReader::fetch(Branch& b, const Field& foreign, const std::vector<std::string>& keys) {
  const Dialect& d = connection_.dialect();
  const bool foreignIsInteger = isInteger(foreign);
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
    std::string sql = shape.select(d) + " where t.";
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
    // Some client libraries hold all rows of a statement before the first is seen.
    sql += " " + fillTemplate(d.raw()->limit, {{"limit", std::to_string(most_ + 1)}, {"offset", "0"}});
    b.level.read(connection_, sql, params, shape, cancel_, budget_);
  }
}

namespace {

void writeBranch(std::string& out, const Branch& b, bool multiple, const ColumnView& cells, int64_t row) {
  if (out.size() > kMostBytes)
    throw Invalid("nestedQuery", "关联数据过多，请缩小查询范围", "the related rows are too many: narrow the query");
  uint32_t at = b.index.first(cells, row);
  const auto write = [&] {
    const KeyIndex::Place place = b.index.place(at);
    writeRow(out, b.level, place.batch, place.row);
  };
  if (!multiple) return at == KeyIndex::kNone ? void(out += "null") : write();
  out += '[';
  for (bool first = true; at != KeyIndex::kNone; at = b.index.next(at), first = false) {
    if (!first) out += ',';
    write();
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
