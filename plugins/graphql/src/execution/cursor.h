// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tenon/extras/json.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::graphql {

/// Cursors of one order of one entity: texts that say a row's place in it, of no use for another order or entity.
class Cursors {
 public:
  /// sort: as modeling takes it.
  Cursors(std::string_view datasource, std::string_view entity, const Json& sort);

  /// The place of a row, whose keys are the columns from `first` on.
  std::string of(const BatchView& batch, int64_t row, size_t first) const;
  /// The values of the keys, null or texts. argument: what the cursor was given as. Throws FieldError for a text that
  /// is no cursor, or one of another order.
  Json place(std::string_view cursor, const std::string& argument) const;

 private:
  std::string order_;  // tells it from others
};

}  // namespace tenon::graphql
