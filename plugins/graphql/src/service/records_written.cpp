// SPDX-License-Identifier: Apache-2.0
#include "records_written.h"

#include "tenon/extras/json.hpp"

namespace tenon::graphql {

WatchedModels writtenModels(std::string_view event) {
  const Json json = parseJson(event);
  const auto datasource = json.at("datasource").get<std::string>();
  WatchedModels out;
  for (const Json& model : json.at("models")) out.insert({datasource, model.get<std::string>()});
  return out;
}

}  // namespace tenon::graphql
