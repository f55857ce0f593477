// SPDX-License-Identifier: Apache-2.0
#include "data.h"

namespace tenon::graphql {

Rows PreparedRead::run(tenon_data_tx* tx, std::string_view values, RowBuilder* keys, const tenon_cancel* cancel) const {
  Rows rows;
  Error e;
  if (keys == nullptr) {
    check(table_->run(read_, tx, str(values), nullptr, nullptr, cancel, rows.out(), &e), e);
    return rows;
  }
  ArrowArray batch{};
  keys->take(&batch);
  const tenon_status status =
      table_->run(read_, tx, str(values), keys->schema().arrow(), &batch, cancel, rows.out(), &e);
  if (batch.release != nullptr) batch.release(&batch);
  check(status, e);
  return rows;
}

std::shared_ptr<const PreparedRead> Data::prepare(std::string_view datasource, const Json& read,
                                                  std::string_view tenant) const {
  tenon_data_read* out = nullptr;
  Error e;
  const std::string text = dumpJson(read);
  check(data_->prepare(data_.self(), str(datasource), str(text), tenant.empty() ? kAbsent : str(tenant), &out, &e), e);
  return std::make_shared<const PreparedRead>(data_.operator->(), out);
}

}  // namespace tenon::graphql
