// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tenon::modeling {

/// The name of a unique key: "UK_" and a digest of the table and its columns in alphabetical order.
std::string uniqueKeyName(const std::string& table, std::vector<std::string> columns);
/// The name of an index that was given none: "IDX_" and a digest of the model and its fields.
std::string indexName(const std::string& model, const std::vector<std::string>& fields);

}  // namespace tenon::modeling
