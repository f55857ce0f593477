// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "introspection.h"
#include "reader.h"

namespace tenon::graphql {

/// What an execution may use.
struct ExecutionLimits {
  ReadLimits reads;
  uint32_t joins = 1000;  ///< selections below _join that one request executes
  size_t replyBytes = size_t{64} << 20U;
};

/// Executes one operation once. One thread.
class Executor {
 public:
  /// host: hears of what clients must not know.
  Executor(const Host& host, const Plan& plan, Variables variables, Reads& reads, const ExecutionLimits& limits,
           const tenon_cancel* cancel);

  /// Appends the value of `data`.
  void run(std::string& out);
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

  bool selection(std::string& out, const std::vector<Node>& nodes, const Path* up);
  bool field(std::string& out, const Node& node, const Path* path);
  void rootValue(std::string& out, const Node& node, const Path* path);
  void row(std::string& out, const Level& level, size_t batch, int64_t row, const Path* path);
  void rowWithJoins(std::string& out, const Level& level, size_t batch, int64_t row, const Path* path);
  void value(std::string& out, const Level& level, size_t child, size_t batch, int64_t row, const Path* path);
  void related(std::string& out, const Level& level, size_t child, size_t batch, int64_t row, const Path* path);
  void aggregate(std::string& out, const Node& node, const Level& level, const KeyIndex::Place* place,
                 const Path* path);
  void join(std::string& out, const Node& node, const Path* path);

  /// Applies @transform and @export to a value that was appended from `start` on.
  void finished(std::string& out, size_t start, const Node& node, const Path* path);
  void exported(const Node& node, const Json& value);
  void fail(const Node& node, const Path* path, const std::string& message, std::string_view code,
            ErrorType type = ErrorType::DataFetchingException);
  void bound(const std::string& out) const;

  const Host& host_;
  const Plan& plan_;
  const ApiSchema& schema_;
  Variables variables_;
  const ExecutionLimits& limits_;
  const tenon_cancel* cancel_;
  std::vector<GraphqlError> errors_;
  std::vector<std::string> warnings_;
  Reader reader_;
  std::unordered_map<const Node*, std::string> joined_;  // joins that are the same wherever they stand
  uint32_t joins_ = 0;
};

}  // namespace tenon::graphql
