// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "records/record_writer.h"
#include "tenon/row_reader.hpp"

namespace tenon::modeling::native {

/// Writes rows of any shape as JSON objects, straight from the batches: keys are the columns' labels in select order,
/// values are what the driver says they are.
class ResultWriter {
 public:
  /// loose: by column, true for one that was asked for as text because it holds values of several types; its numbers
  /// are written as numbers. Empty = none.
  ResultWriter(const Schema& schema, const std::vector<bool>& loose);

  /// Appends "[{...},...]" with at most `maxRows` rows. False when there are more: the rest is not read. A reply of
  /// many large values ends early too.
  bool write(std::string& out, Rows& rows, uint64_t maxRows) const;

 private:
  struct Step {
    std::string prefix;  // `"label":`, after the first with a comma in front
    CellWriter cell;
  };
  std::vector<Step> steps_;
};

}  // namespace tenon::modeling::native
