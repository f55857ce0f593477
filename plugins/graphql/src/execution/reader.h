// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coercion.h"
#include "explanation.h"
#include "plan.h"
#include "reads.h"
#include "selection.h"
#include "service/changes.h"
#include "tenon/extras/cell_json.hpp"
#include "tenon/key_index.hpp"

namespace tenon::graphql {

struct Branch;

/// What a request has read. Those of a batch share one: the limits are the request's.
struct Spent {
  uint64_t rows = 0, bytes = 0;
};

/// What was read at once: rows of one statement, or of one round of keys after the other.
struct ReadRows {
  std::vector<BatchView> batches;
  std::vector<std::vector<CellWriter>> writers;  ///< of the columns, by statement
  std::vector<size_t> statements;                ///< by batch: which of them it came by
};

/// The rows that a field reads, and those that hang below them.
struct Level {
  const Node* node = nullptr;
  std::shared_ptr<ReadRows> read = std::make_shared<ReadRows>();  ///< fields of one connection have the same
  std::vector<std::unique_ptr<Branch>> branches;  ///< by child of the node; null where it is no relation

  const std::vector<BatchView>& batches() const noexcept { return read->batches; }
  CellWriter writer(size_t batch, size_t column) const { return read->writers[read->statements[batch]][column]; }
  int64_t rows() const noexcept;
  /// Forgets all rows but the first ones.
  void keep(int64_t rows) noexcept;
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
    Explanation* explanation;
    Spent* spent;  ///< nullptr: the reader's own
  };
  explicit Reader(const Environment& environment) : env_(environment) {
    if (env_.spent == nullptr) env_.spent = &own_;
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Rows of an entity, and all that is selected below them. Throws FieldError and Failure; and RequestError, as all
  /// functions here, when the request reads too much.
  Level rows(const Node& node, const EntityTypes& entity, const Selecting& selecting);
  /// The rows with these identities, which are distinct; the last column is the identity.
  Level rowsById(const Node& node, const EntityTypes& entity, const std::vector<std::string>& ids);
  /// One row with the values that an aggregate's node selects, in the order of aggregatesOf().
  Level aggregate(const Node& node, const EntityTypes& entity, const Json& filter);
  /// A record that nothing could find again, as the database told it, with what is related to it.
  Level told(const Node& node, const EntityTypes& entity, const Json& record);
  /// Rows alone: nothing below them.
  Level read(const Node& node, const EntityTypes& entity, Selecting selecting) {
    return read(node, entity, nullptr, std::move(selecting), nullptr);
  }
  int64_t count(const Node& node, const EntityTypes& entity, const Json& filter);
  /// Reads what is related to the rows of a level.
  void expand(Level& level, const EntityTypes& entity);

 private:
  struct Keys {
    std::vector<std::string> values;
    bool areIntegers;
    std::string field;      // of the related entity
    bool areTexts = false;  // which a collation compares
  };
  std::unique_ptr<Branch> branch(const Level& level, size_t child, const EntityTypes& entity);
  Level read(const Node& node, const EntityTypes& entity, const std::vector<AggregateValue>* aggregates,
             Selecting selecting, const Keys* keys);
  void readRelated(Branch& branch, const Node& node, const EntityTypes& target, Keys keys);
  void spend(const BatchView& batch);

  Environment env_;
  Spent own_;
};

/// What an aggregate's node selects, in the order in which it is written. Throws FieldError.
std::vector<AggregateValue> aggregatesOf(const Node& node, const EntityTypes& entity, const Variables& variables);

}  // namespace tenon::graphql
