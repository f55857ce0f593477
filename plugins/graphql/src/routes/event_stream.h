// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client_channel.h"
#include "client_operations.h"

namespace tenon::graphql {

/// Answers one operation of the client's as server-sent events, by the "distinct connections mode" of GraphQL over
/// SSE: `next` for each result, and `complete`.
class EventStreams {
 public:
  EventStreams(Channels& channels, ClientOperations& operations) : channels_(channels), operations_(operations) {}

  /// Instead of a reply. Throws BadRequest and Failure, and then nothing was sent.
  void open(Request& request, Reply& reply, GraphqlRequests given);

 private:
  Channels& channels_;
  ClientOperations& operations_;
};

}  // namespace tenon::graphql
