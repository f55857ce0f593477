// SPDX-License-Identifier: Apache-2.0
// The text form of models.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"

namespace tenon::modeling {

/// Longest text that is read, in bytes.
inline constexpr size_t kLongestIdl = 4U << 20U;

/// Something that is allowed but hardly meant.
struct IdlWarning {
  uint32_t line, column;
  std::string zh, en;
};

struct IdlDocument {
  std::vector<Model> models;  ///< in the order of the text
  std::vector<IdlWarning> warnings;
};

/// What becomes of an index with a field that is not there, or that is a relation.
enum class ForeignIndexes : uint8_t { AreErrors, AreLeftOut };

/// Reads a document; a blank one has no models. Throws Invalid (routes/answer.h) with the first error of syntax or
/// every other one; `errorField` is the field of all of them, their texts say where. Models that are not in the text
/// are not looked at: whether what a field refers to exists is for the caller to find out.
IdlDocument parseIdl(std::string_view text, std::string_view errorField,
                     ForeignIndexes foreign = ForeignIndexes::AreErrors);

}  // namespace tenon::modeling
