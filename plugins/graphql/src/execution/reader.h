// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coercion.h"
#include "plan.h"
#include "reads.h"
#include "selection.h"
#include "service/changes.h"
#include "tenon/extras/cell_json.hpp"
#include "tenon/key_index.hpp"

namespace tenon::graphql {

struct Branch;

/// The rows that a field reads, and those that hang below them.
struct Level {
  const Node* node = nullptr;
  std::vector<CellWriter> writers;  ///< of the columns
  std::vector<BatchView> batches;
  std::vector<std::unique_ptr<Branch>> branches;  ///< by child of the node; null where it is no relation

  int64_t rows() const noexcept;
};

/// The related rows of a level, or aggregates of them, found by key.
struct Branch {
  Level level;
  KeyIndex index;
  std::optional<FieldError> error;  ///< why there are none
  std::string detail;               ///< what clients must not know of it
  mutable bool isTold = false;
};

/// One value of an aggregate: which function of which field.
struct AggregateValue {
  Json function;            ///< as tenon.data/1 takes it
  const ModelField* field;  ///< nullptr: rows are counted
  CellForm form;            ///< of the value
};

/// Reads what fields select: one statement for each relation of a level, whatever the number of rows. One thread.
class Reader {
 public:
  struct Environment {
    const ApiSchema& schema;
    Reads& reads;
    const Changes& changes;
    const ReadLimits& limits;
    const Variables& variables;
    std::vector<std::string>& warnings;
    const tenon_cancel* cancel;
  };
  explicit Reader(const Environment& environment) : env_(environment) {}

  /// Rows of an entity, and all that is selected below them. Throws FieldError and Failure.
  Level rows(const Node& node, const EntityTypes& entity, const Selecting& selecting);
  /// The rows with these identities, which are distinct; the last column is the identity.
  Level rowsById(const Node& node, const EntityTypes& entity, const std::vector<std::string>& ids);
  /// One row with the values that an aggregate's node selects, in the order of aggregatesOf().
  Level aggregate(const Node& node, const EntityTypes& entity, const Json& filter);

 private:
  struct Keys {
    std::vector<std::string> values;
    bool areIntegers;
    std::string field;  // of the related entity
  };
  void expand(Level& level, const EntityTypes& entity);
  std::unique_ptr<Branch> branch(const Level& level, size_t child, const EntityTypes& entity);
  Level read(const Node& node, const EntityTypes& entity, const std::vector<AggregateValue>* aggregates,
             Selecting selecting, const Keys* keys);
  void readRelated(Branch& branch, const Node& node, const EntityTypes& target, const Keys& keys);

  Environment env_;
};

/// What an aggregate's node selects, in the order in which it is written. Throws FieldError.
std::vector<AggregateValue> aggregatesOf(const Node& node, const EntityTypes& entity, const Variables& variables);

}  // namespace tenon::graphql
