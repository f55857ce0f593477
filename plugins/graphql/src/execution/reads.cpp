// SPDX-License-Identifier: Apache-2.0
#include "reads.h"

namespace tenon::graphql {

std::shared_ptr<const PreparedRead> Reads::get(std::string_view datasource, const Json& read) {
  std::string key(datasource);
  key += '\0';
  key += dumpJson(read);
  if (auto known = cache_.find(key)) return *known;
  auto made = data_.prepare(datasource, read, tenant_);
  cache_.put(std::move(key), made);
  return made;
}

}  // namespace tenon::graphql
