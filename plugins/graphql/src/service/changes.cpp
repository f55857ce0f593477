// SPDX-License-Identifier: Apache-2.0
#include "changes.h"

namespace tenon::graphql {

tenon_data_tx* Changes::of(const std::string& datasource) const {
  const auto it = transactions_.find(datasource);
  return it == transactions_.end() ? nullptr : it->second;
}

void Changes::begin(const std::string& datasource) {
  if (of(datasource) != nullptr) return;
  tenon_data_tx* tx = nullptr;
  Error e;
  const Ref<tenon_data_v1>& table = data_.table();
  check(table->begin_for(table.self(), str(datasource), str(tenant_), str(user_), cancel_, &tx, &e), e);
  transactions_.emplace(datasource, tx);
}

std::optional<std::string> Changes::beginOnce(const std::string& datasource, std::string_view key,
                                              std::string_view asked) {
  tenon_data_tx* tx = nullptr;
  std::optional<std::string> kept;
  const auto keep = [](void* arg, tenon_str reply) {
    *static_cast<std::optional<std::string>*>(arg) = tenon::text(reply);
  };
  Error e;
  const Ref<tenon_data_v1>& table = data_.table();
  check(table->begin_once(table.self(), str(datasource), str(tenant_), str(user_), str(key), str(asked), keep, &kept,
                          cancel_, &tx, &e),
        e);
  if (tx != nullptr) transactions_.emplace(datasource, tx);
  return kept;
}

void Changes::keep(const std::string& datasource, std::string_view reply) {
  Error e;
  check(data_.table()->keep(of(datasource), str(reply), cancel_, &e), e);
}

Json Changes::write(const std::string& datasource, const Json& change) {
  begin(datasource);
  const std::string text = dumpJson(change);
  std::string answer;
  const auto keep = [](void* arg, tenon_str json) { *static_cast<std::string*>(arg) = tenon::text(json); };
  Error e;
  check(data_.table()->write(of(datasource), str(text), keep, &answer, cancel_, &e), e);
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
