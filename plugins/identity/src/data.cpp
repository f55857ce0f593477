// SPDX-License-Identifier: Apache-2.0
#include "data.h"

namespace tenon::identity {

namespace {
constexpr std::string_view kSystem = "system";
}

const ColumnView& cell(const Schema& schema, const BatchView& batch, std::string_view name) {
  for (size_t i = 0; i < schema.size(); ++i)
    if (schema.name(i) == name) return batch[i];
  throw Failure(TENON_INTERNAL, "a table of users has no column " + std::string(name));
}

void Data::migrate(std::string_view modelsJson) const {
  Error e;
  check(service_->migrate(service_.self(), str(kSystem), str(modelsJson), nullptr, &e), e);
}

void Data::list(std::string_view model, const Json& filter, const Each& fn, std::string_view sort) const {
  const std::string text = dumpJson(filter);
  tenon_data_query q{};
  q.size = sizeof q;
  q.datasource = str(kSystem);
  q.model = str(model);
  q.filter_json = str(text);
  q.sort_json = sort.empty() ? kAbsent : str(sort);
  Rows rows;
  Error e;
  check(service_->list(service_.self(), nullptr, &q, nullptr, rows.out(), &e), e);
  while (rows.next())
    for (int64_t r = 0; r < rows.batch().rows(); ++r) fn(rows.schema(), rows.batch(), r);
}

void Data::insert(std::string_view model, RowBuilder& rows) const {
  Error e;
  check(service_->insert(service_.self(), nullptr, str(kSystem), str(model), rows.schema().arrow(), rows.peek(),
                         nullptr, nullptr, &e),
        e);
}

int64_t Data::update(std::string_view model, const Json& filter, RowBuilder& row) const {
  const std::string text = dumpJson(filter);
  int64_t affected = 0;
  Error e;
  check(service_->update(service_.self(), nullptr, str(kSystem), str(model), str(text), row.schema().arrow(),
                         row.peek(), nullptr, &affected, &e),
        e);
  return affected;
}

int64_t Data::remove(std::string_view model, const Json& filter) const {
  const std::string text = dumpJson(filter);
  int64_t affected = 0;
  Error e;
  check(service_->remove(service_.self(), nullptr, str(kSystem), str(model), str(text), nullptr, &affected, &e), e);
  return affected;
}

}  // namespace tenon::identity
