// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "batches.h"
#include "expansion.h"
#include "limits.h"
#include "record_writer.h"
#include "tenon/key_index.hpp"

namespace tenon::modeling {

/// The shapes of all entities of a ModelSet. Immutable: shared by every request that sees these models.
class Shapes {
 public:
  explicit Shapes(std::shared_ptr<const ModelSet> models);
  const ModelSet& models() const noexcept { return *models_; }
  const EntityShape& of(const Entity& entity) const { return *made_.at(&entity); }

 private:
  std::shared_ptr<const ModelSet> models_;
  std::unordered_map<const Entity*, std::unique_ptr<EntityShape>> made_;
};

struct Branch;

/// Rows of one entity and what hangs below them.
struct Level {
  const EntityShape* shape = nullptr;
  std::vector<CellWriter> writers;
  std::vector<BatchView> batches;
  std::vector<std::unique_ptr<Branch>> branches;  ///< by step of the shape; null = not expanded

  int64_t rows() const noexcept;
  /// Reads every row of a query whose columns are the shape's. Throws Invalid past `budget`, which it lowers. A stored
  /// value that is not of its column's type spoils nothing: its column is read again as texts.
  /// params: Connection::Params or RowBuilder.
  template <class Params>
  void read(Connection& connection, std::string_view sql, Params& params, const EntityShape& shape,
            const tenon_cancel* cancel, uint64_t& budget, QueryLimits limits = {});

  /// Of a statement that must run once: fails with REASON_TYPE for such a value.
  void readOnce(Rows rows, const EntityShape& shape, uint64_t& budget);

 private:
  void take(Batches read, const EntityShape& shape);
};

template <class Params>
void Level::read(Connection& connection, std::string_view sql, Params& params, const EntityShape& s,
                 const tenon_cancel* cancel, uint64_t& budget, QueryLimits limits) {
  take(readAll(connection, sql, params, s.expected(), cancel, budget, limits), s);
}

/// One expanded relation of a level: the related rows, found by key.
struct Branch {
  Level level;
  size_t localColumn = 0;
  bool byInteger = false;
  KeyIndex index;
};

/// Reads relations level by level: one statement for each relation and level (more only past 500 keys), whatever
/// the number of rows. Keys are compared by value.
class TreeReader {
 public:
  /// tenant: rows of entities that have a tenant_id are this tenant's only; empty = all. budget: rows at most.
  TreeReader(Connection& connection, const Shapes& shapes, std::string_view tenant, uint64_t budget,
             const tenon_cancel* cancel)
      : connection_(connection), shapes_(shapes), tenant_(tenant), most_(budget), budget_(budget), cancel_(cancel) {}
  /// Expands `level`. Throws Invalid for a name that is no relation.
  void expand(Level& level, const Expansion& expansion);

 private:
  std::unique_ptr<Branch> branch(Level& level, const Field& relation);
  void fetch(Branch& branch, const Field& foreign, const std::vector<std::string>& keys);

  Connection& connection_;
  const Shapes& shapes_;
  std::string tenant_;
  uint64_t most_;    // of all levels
  uint64_t budget_;  // what is left of it
  const tenon_cancel* cancel_;
};

/// Writes a row with everything below it. The depth is that of the expansion, which is bounded. Throws Invalid when the
/// reply becomes too large.
void writeRow(std::string& out, const Level& level, size_t batch, int64_t row);
/// "[{...},{...}]"
void writeRows(std::string& out, const Level& level);

}  // namespace tenon::modeling
