// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tenon/drafts/data.h>

#include "tenon/extras/json.hpp"
#include "tenon/host.hpp"
#include "tenon/row_builder.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::graphql {

/// A read that was prepared in tenon.data/1. Any thread. Functions throw Failure.
class PreparedRead {
 public:
  PreparedRead(const tenon_data_v1* table, tenon_data_read* read) noexcept : table_(table), read_(read) {}
  ~PreparedRead() { table_->release(read_); }
  PreparedRead(const PreparedRead&) = delete;
  PreparedRead& operator=(const PreparedRead&) = delete;

  /// values: a JSON array. keys: one column, or nullptr for a read that takes none.
  Rows run(tenon_data_tx* tx, std::string_view values, RowBuilder* keys, const tenon_cancel* cancel) const;
  std::string_view statement() const { return view(table_->statement(read_)); }

 private:
  const tenon_data_v1* table_;
  tenon_data_read* read_;
};

/// tenon.data/1. Any thread once it is open.
class Data {
 public:
  void open(const Host& host) { data_ = host.acquire<tenon_data_v1>(TENON_DATA_ID); }
  std::shared_ptr<const PreparedRead> prepare(std::string_view datasource, const Json& read,
                                              std::string_view tenant) const;
  const Ref<tenon_data_v1>& table() const noexcept { return data_; }

 private:
  Ref<tenon_data_v1> data_;
};

}  // namespace tenon::graphql
