// SPDX-License-Identifier: Apache-2.0
// Several operations on several models in one transaction:
//   {"operations":[{"op":"create","model":"Order","as":"order","data":{"code":"A1"}},
//                  {"op":"create","model":"Line","data":{"orderId":{"$ref":"order.id"},"qty":2}},
//                  {"op":"update","model":"Stock","id":7,"data":{"free":3}},
//                  {"op":"delete","model":"Cart","id":{"$ref":"order.cartId"}}]}
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "write_session.h"

namespace tenon::modeling {

/// Operations of one batch at most.
inline constexpr size_t kMostOperations = 1000;

struct BatchOperation {
  enum class Kind : uint8_t { Create, Update, Upsert, Delete };
  Kind kind = Kind::Create;
  const Entity* entity = nullptr;
  std::string as;  ///< a name for later operations, or empty
  Json id, data;   ///< as given: may hold {"$ref":"NAME.FIELD"} or {"$ref":"POSITION.FIELD"}
};

/// Throws Invalid with every problem of shape, with paths like "operations[3].model".
std::vector<BatchOperation> readBatch(const Json& body, const ModelSet& models);

/// The records that operations have answered so far, for those that refer to them.
class BatchResults {
 public:
  explicit BatchResults(const std::vector<BatchOperation>& operations)
      : operations_(operations), rows_(operations.size()) {}
  void put(size_t position, std::string_view json) { rows_[position].text = json; }
  /// Replaces every reference in `json`, which stands at `path`. Operations before `position` can be referred to.
  /// Throws Invalid for what is no reference, and when all references together become too large.
  void resolve(Json& json, size_t position, const std::string& path);

 private:
  struct Row {
    std::string text;
    std::optional<Json> read;  ///< once somebody refers to it
  };
  const Json& valueOf(const std::string& reference, size_t position, const std::string& path);
  const std::vector<BatchOperation>& operations_;
  std::vector<Row> rows_;
  size_t referredBytes_ = 0;
};

/// Runs one operation; answers the identity of its record, null after a delete. Throws Invalid and Missing.
Value runOperation(WriteSession& session, const BatchOperation& operation, BatchResults& results, size_t position);

}  // namespace tenon::modeling
