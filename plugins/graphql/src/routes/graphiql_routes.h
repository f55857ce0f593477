// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tenon/http.hpp"

namespace tenon::graphql {

/// GET /graphiql, a page to try queries in, and what it loads. Anybody may load it: it holds nothing but itself, and
/// asks for a login or a token before it asks the API.
class GraphiqlRoutes {
 public:
  explicit GraphiqlRoutes(Http& http);

 private:
  void page(Request& request, Reply& reply, const tenon_cancel* cancel);
  void asset(Request& request, Reply& reply, const tenon_cancel* cancel);

  std::string version_;  // of all assets: their address is another one when one of them is
};

}  // namespace tenon::graphql
