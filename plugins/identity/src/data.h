// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include <tenon/drafts/data.h>

#include "tenon/extras/json.hpp"
#include "tenon/host.hpp"
#include "tenon/row_builder.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::identity {

/// tenon.data/1 over the datasource `system`, for this plugin's tables. Any thread. Throws Failure.
class Data {
 public:
  explicit Data(const Host& host) : service_(host.acquire<tenon_data_v1>(TENON_DATA_ID)) {}

  void migrate(std::string_view modelsJson) const;
  /// Calls fn(schema, batch, row) for each row.
  using Each = std::function<void(const Schema&, const BatchView&, int64_t)>;
  void list(std::string_view model, const Json& filter, const Each& fn, std::string_view sort = {}) const;
  void insert(std::string_view model, RowBuilder& rows) const;
  int64_t update(std::string_view model, const Json& filter, RowBuilder& row) const;
  int64_t remove(std::string_view model, const Json& filter) const;

 private:
  Ref<tenon_data_v1> service_;
};

/// The cell of a named column.
const ColumnView& cell(const Schema& schema, const BatchView& batch, std::string_view name);

}  // namespace tenon::identity
