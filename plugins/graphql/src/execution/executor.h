// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "introspection.h"
#include "reader.h"

namespace tenon::graphql {

/// What an execution may use.
struct ExecutionLimits {
  ReadLimits reads;
  uint32_t joins = 1000;             ///< selections below _join that one request executes
  uint32_t replyBytes = UINT32_MAX;  ///< as well as reads.requestBytes

  uint32_t bytes() const noexcept { return std::min(replyBytes, reads.requestBytes); }
};

/// On whose behalf something is executed, and who hears of it. All of it outlives the execution.
struct Caller {
  std::string_view tenant, user;
  std::string_view logFields = {};     ///< of lines in the log: a JSON object, or empty
  Explanation* explanation = nullptr;  ///< gets the statements; nullptr = nobody asks
  Spent* spent = nullptr;              ///< what the request has read before; nullptr = nothing
};

/// That an operation happens once, however often it is asked for.
struct Once {
  std::string_view key;  ///< the caller's
  std::string asked;     ///< what must be the same
};

/// Executes one operation once. One thread.
class Executor {
 public:
  /// host: hears of what clients must not know.
  Executor(const Host& host, const Plan& plan, Variables variables, Reads& reads, const Caller& caller,
           const ExecutionLimits& limits, const tenon_cancel* cancel);

  /// Appends the value of `data`. What the operation changes is committed when nothing has failed; else all of it is
  /// rolled back, and `data` is null. once: a repeat under the key is answered as the first time; nullptr for none.
  void run(std::string& out, const Once* once = nullptr);
  const std::vector<GraphqlError>& errors() const noexcept { return errors_; }
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  /// Where in the response something stands; on the stack.
  struct Path {
    const Path* up = nullptr;
    std::string_view key;  ///< of a field, or
    int64_t index = -1;    ///< of a list
  };
  static Json jsonOf(const Path* path);

  // executor.cpp: root fields
  bool selection(std::string& out, const std::vector<Node>& nodes, const Path* up);
  bool field(std::string& out, const Node& node, const Path* path);
  void rootValue(std::string& out, const Node& node, const Path* path);
  void query(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments, const Path* path);
  void mutation(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments, const Path* path);
  void created(std::string& out, const Node& node, const EntityTypes& entity, const Json& answer, const Path* path);
  Level oneOf(const Node& node, const EntityTypes& entity, const Json& filter);
  Level levelById(const Node& node, const EntityTypes& entity, const Json& id);
  void recordById(std::string& out, const Node& node, const EntityTypes& entity, const Json& id, const Path* path);
  bool begin(const Once* once);
  void commit(const Once* once, std::string_view data);
  void replay(std::string& out);
  void fail(const Node* node, const Path* path, const FieldError& error);
  void fail(const Node* node, const Path* path, const Failure& failure);
  void bound(size_t bytes) const;

  // mutations.cpp: changes of many records
  /// What `returning` selects, in the order of the records.
  struct Returned {
    Level level;
    std::vector<KeyIndex::Place> places;
  };
  void addedWrite(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                  const Path* path);
  void createMany(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                  const Path* path);
  void updateReturning(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                       const Path* path);
  void deleteReturning(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                       const Path* path);
  static Json valuesOf(const EntityTypes& entity, const Json& arguments);
  Json updateWhere(const EntityTypes& entity, const Json& arguments);
  Json selected(const EntityTypes& entity, const Json& where);
  std::vector<Returned> returned(const Node& node, const EntityTypes& entity, const Json& ids);
  void response(std::string& out, const Node& node, const Json& answer, const Path* path,
                const std::vector<Returned>& returned = {});
  void unreadRow(std::string& out, const Node& node, const Json& row, const Path* path);

  // write_connection.cpp
  void connection(std::string& out, const Node& node, const EntityTypes& entity, const Json& arguments,
                  const Path* path);

  // write_rows.cpp: what was read, as JSON
  template <class Value>
  void object(std::string& out, const Node& node, const Path* up, Value&& value);
  void row(std::string& out, const Level& level, size_t batch, int64_t row, const Path* path);
  void value(std::string& out, const Level& level, size_t child, size_t batch, int64_t row, const Path* path);
  void cell(std::string& out, const Node& node, const Level& level, const KeyIndex::Place& place, size_t column,
            const Path* path);
  void elements(std::string& out, const Node& node, const NamedType& type, std::string_view stored, const Path* path);
  void related(std::string& out, const Level& level, size_t child, size_t batch, int64_t row, const Path* path);
  void aggregate(std::string& out, const Node& node, const Level& level, const KeyIndex::Place* place,
                 const Path* path);
  void join(std::string& out, const Node& node, const Path* path);
  /// Applies @transform and @export to a value that was appended from `start` on.
  void finished(std::string& out, size_t start, const Node& node, const Path* path);
  void exported(const Node& node, const Json& value);

  const Host& host_;
  const Plan& plan_;
  const ApiSchema& schema_;
  Variables variables_;
  const ExecutionLimits& limits_;
  const tenon_cancel* cancel_;
  const std::string_view logFields_;
  std::vector<GraphqlError> errors_;
  std::vector<std::string> warnings_;
  Changes changes_;
  Reader reader_;
  std::optional<std::string> replayed_;                  // what a repeat is answered
  std::unordered_map<const Node*, std::string> joined_;  // joins that are the same wherever they stand
  uint32_t joins_ = 0;
  size_t joinBytes_ = 0;  // of all that joins have answered
};

}  // namespace tenon::graphql
