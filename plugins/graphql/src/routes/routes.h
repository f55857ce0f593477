// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "event_stream.h"
#include "operations.h"
#include "tenon/http.hpp"
#include "transport_ws.h"

namespace tenon::graphql {

/// POST and GET /api/f/graphql, and GET /api/f/graphql/schema.graphql: the tenant's schema, with a token. GET of the
/// first and of /api/f/graphql/ws may become a WebSocket; the latter asks for the token once it is one.
class Routes {
 public:
  Routes(Http& http, const Host& host, Schemas& schemas, const Settings& settings, const TrustedDocuments& trusted,
         ResultCache& cache, RateLimiter& limiter, LiveQueries& live, WorkQueue& work, Channels& channels);

 private:
  void get(Request& request, Reply& reply, const tenon_cancel* cancel);
  void post(Request& request, Reply& reply, const tenon_cancel* cancel);
  void webSocket(Request& request, Reply& reply, const tenon_cancel* cancel);
  void sdl(Request& request, Reply& reply, const tenon_cancel* cancel);
  template <class Read>
  void answering(Request& request, Reply& reply, Read&& read, const tenon_cancel* cancel);

  Schemas& schemas_;
  const Settings& settings_;
  Operations operations_;
  ClientOperations clients_;
  EventStreams events_;
  WebSockets sockets_;
};

}  // namespace tenon::graphql
