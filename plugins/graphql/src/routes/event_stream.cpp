// SPDX-License-Identifier: Apache-2.0
#include "event_stream.h"

#include <algorithm>

namespace tenon::graphql {

namespace {

class EventStream final : public ClientChannel, public Receiver {
 public:
  explicit EventStream(ClientOperations& operations) : operations_(operations) {}

  void start(GraphqlRequest given, const tenon_principal& principal) {
    const auto self = std::static_pointer_cast<EventStream>(shared_from_this());
    auto made = std::make_shared<StartedOperation>(std::move(given), principal.tenant_id, principal.user_id,
                                                   principal.user_name, std::weak_ptr<Receiver>(self));
    {
      const std::lock_guard lock(mutex_);
      if (isClosed_) return;
      operation_ = made;
    }
    operations_.start(made);
  }

  void next(std::string_view result) override {
    std::string event = "event: next\ndata: ";
    const size_t start = event.size();
    event += result;
    // A line's end would end the data. In JSON it stands between values only, where a blank is as good.
    std::replace_if(
        event.begin() + static_cast<std::ptrdiff_t>(start), event.end(), [](char c) { return c == '\n' || c == '\r'; },
        ' ');
    push(event += "\n\n");
  }
  void refused(const std::vector<GraphqlError>& errors) override {
    std::string result;
    write(result, Answer{errors, {}, {}}, Media::Response);
    next(result);
    complete();
  }
  void complete() override {
    push("event: complete\ndata:\n\n");
    close(1000, {});
  }

 private:
  void received(std::string_view, bool) override {}
  void closed() override {
    std::shared_ptr<StartedOperation> running;
    {
      const std::lock_guard lock(mutex_);
      isClosed_ = true;
      running.swap(operation_);
    }
    if (running != nullptr) operations_.cancel(*running);
  }
  void expired() override { complete(); }

  ClientOperations& operations_;
  std::mutex mutex_;
  bool isClosed_ = false;
  std::shared_ptr<StartedOperation> operation_;
};

}  // namespace

void EventStreams::open(Request& request, Reply& reply, GraphqlRequests given) {
  if (!channels_.areThere()) throw BadRequest(406, "event streams are not available");
  if (given.isBatch) throw BadRequest(400, "an event stream answers one operation");
  GraphqlRequest& one = given.list.front();
  if (one.query.empty() && one.documentId.empty() && !one.extensions.contains("persistedQuery"))
    throw BadRequest(400, "\"query\" is missing");
  const tenon_principal principal = *request.principal();
  if (request.method() != "POST" && operations_.changes(one, principal.tenant_id))
    throw BadRequest(405, "a GET executes queries and subscriptions only");
  reply.header("Cache-Control", "no-cache");
  reply.header("X-Accel-Buffering", "no");  // a proxy that collects would keep events back
  const auto stream = std::make_shared<EventStream>(operations_);
  Credentials credentials = Credentials::of(request);
  credentials.tenant = principal.tenant_id;
  channels_.openEvents(request, reply, stream);
  channels_.watch(stream, std::move(credentials));
  stream->start(std::move(one), principal);
}

}  // namespace tenon::graphql
