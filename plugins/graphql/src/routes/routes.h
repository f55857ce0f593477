// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "envelope.h"
#include "event_stream.h"
#include "execution/executor.h"
#include "service/persisted_queries.h"
#include "service/schemas.h"
#include "tenon/http.hpp"
#include "transport_ws.h"

namespace tenon::graphql {

/// POST and GET /api/f/graphql, and GET /api/f/graphql/schema.graphql: the tenant's schema, with a token. GET of the
/// first and of /api/f/graphql/ws may become a WebSocket; the latter asks for the token once it is one.
class Routes {
 public:
  Routes(Http& http, const Host& host, Schemas& schemas, const Settings& settings, LiveQueries& live, WorkQueue& work,
         Channels& channels);

 private:
  void get(Request& request, Reply& reply, const tenon_cancel* cancel);
  void post(Request& request, Reply& reply, const tenon_cancel* cancel);
  void webSocket(Request& request, Reply& reply, const tenon_cancel* cancel);
  void sdl(Request& request, Reply& reply, const tenon_cancel* cancel);
  template <class Read>
  void answering(Request& request, Reply& reply, Read&& read, const tenon_cancel* cancel);
  PreparedOperation prepare(const GraphqlRequest& given, std::string_view tenant);
  /// key: under which a change happens once.
  Answer execute(const GraphqlRequest& given, const Caller& caller, bool mayChange, std::optional<std::string_view> key,
                 const tenon_cancel* cancel);

  const Host& host_;
  Schemas& schemas_;
  const Settings& settings_;
  PersistedQueries persisted_;
  ClientOperations operations_;
  EventStreams events_;
  WebSockets sockets_;
};

}  // namespace tenon::graphql
