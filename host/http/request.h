// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <tenon/http.h>

#include "head_parser.h"
#include "router.h"

namespace tenon::host {
class Connection;
}

/// What the ABI's opaque request is: lives in its connection and is reused for each request. Handler's thread.
struct tenon_request {
  tenon::host::Connection* connection = nullptr;
  tenon::host::RequestHead head;
  std::vector<std::string> segments;  ///< of the path, decoded
  std::string path;                   ///< decoded
  tenon::host::RouteTable::Match match;
  std::string rest;  ///< value of {rest...}
  std::string_view body;
  std::string_view language;
  std::string requestId;
  bool hasPrincipal = false;
  tenon_principal principal{};
  std::thread::id handler;  ///< whose the request and its reply are; none while no handler runs

  /// Splits and decodes the head's path. False: an escape, a dot segment or bytes that must be refused.
  bool decodePath();
  /// The route's parameter, or nullopt.
  std::optional<std::string_view> parameter(std::string_view name) const;
  /// The first query parameter of that name, decoded; the query is taken apart on first use.
  std::optional<std::string_view> query(std::string_view name);
  /// Fields of that name joined with ", ", or nullopt.
  std::optional<std::string_view> header(std::string_view name);
  void clear();

 private:
  std::vector<std::pair<std::string, std::string>> queryParameters_;
  std::vector<std::string> joined_;  // headers that came more than once
  bool queryRead_ = false;
};

namespace tenon::host {

/// True when every query parameter decodes: asked before a handler sees the request.
bool queryDecodes(std::string_view query);

}  // namespace tenon::host
