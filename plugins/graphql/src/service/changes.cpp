// SPDX-License-Identifier: Apache-2.0
#include "changes.h"

namespace tenon::graphql {

tenon_data_tx* Changes::of(const std::string& datasource) const {
  const auto it = transactions_.find(datasource);
  return it == transactions_.end() ? nullptr : it->second;
}

Json Changes::write(const std::string& datasource, const Json& change) {
  const Ref<tenon_data_v1>& table = data_.table();
  Error e;
  tenon_data_tx* tx = of(datasource);
  if (tx == nullptr) {
    check(table->begin_for(table.self(), str(datasource), str(tenant_), str(user_), cancel_, &tx, &e), e);
    transactions_.emplace(datasource, tx);
  }
  const std::string text = dumpJson(change);
  std::string answer;
  const auto keep = [](void* arg, tenon_str json) { *static_cast<std::string*>(arg) = tenon::text(json); };
  check(table->write(tx, str(text), keep, &answer, cancel_, &e), e);
  return parseJson(answer, kMaxJsonDepth * 2);
}

void Changes::commit() {
  end(true);
}

void Changes::end(bool commit) {
  std::map<std::string, tenon_data_tx*> open;
  open.swap(transactions_);
  Error failed;
  tenon_status status = TENON_OK;
  for (const auto& [datasource, tx] : open) {
    Error e;
    const tenon_status one = data_.table()->finish(tx, commit && status == TENON_OK ? 1 : 0, &e);
    if (!commit || one == TENON_OK || status != TENON_OK) continue;
    status = one;
    failed = e;
  }
  if (commit) check(status, failed);
}

}  // namespace tenon::graphql
