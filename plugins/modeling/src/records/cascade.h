// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "source/connection.h"
#include "sql_text.h"
#include "tree_reader.h"

namespace tenon::modeling {

/// Finds the records that a deletion takes with it, along the relations with cascadeDelete: each record once, however
/// the relations go round. A statement for each relation and 500 keys. One thread.
class Cascade {
 public:
  /// Records to be deleted, in an order in which none refers to a later one by a relation that cascades, as far as
  /// there is such an order.
  struct Doomed {
    const Entity* entity;
    std::vector<Value> ids;
  };

  /// tenant: others' records stay theirs; empty = all.
  Cascade(Connection& connection, const Shapes& shapes, std::string_view tenant, const tenon_cancel* cancel)
      : connection_(connection), shapes_(shapes), tenant_(tenant), cancel_(cancel) {}

  /// From one record; empty when it is not there. Throws Invalid when they are too many.
  std::vector<Doomed> from(const Entity& entity, const Value& id);

 private:
  /// A relation whose far side goes when the near one does: the side that owns the key is never deleted through it.
  struct Link {
    const Entity* child;
    size_t local;  ///< the column among those that are read of the parent
    const Field* foreign;
  };
  struct Node {                         ///< an entity
    std::vector<const Field*> columns;  ///< that are read of it: the identity first
    std::vector<Link> links;
    std::unordered_set<std::string> seen;
    std::vector<Value> ids;
  };
  struct Found {  ///< records that have been read, with the values that lead on from them
    const Entity* entity;
    std::vector<std::vector<Value>> rows;
  };

  Node& nodeOf(const Entity& entity);
  void read(const Entity& entity, SqlText where, std::vector<Found>& out);
  void follow(const Found& found, std::vector<Found>& out);
  void order(const Entity& entity, std::unordered_set<const Entity*>& visited, std::vector<Doomed>& out);

  Connection& connection_;
  const Shapes& shapes_;
  std::string tenant_;
  const tenon_cancel* cancel_;
  std::unordered_map<const Entity*, Node> nodes_;
  size_t records_ = 0;
};

}  // namespace tenon::modeling
