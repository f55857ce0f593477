// SPDX-License-Identifier: Apache-2.0
#include "transport_ws.h"

#include <algorithm>
#include <cctype>

#include "tenon/json_writer.hpp"

namespace tenon::graphql {

namespace {

constexpr size_t kMostIdBytes = 256;

/// A message that is none: the connection is closed with 4400.
struct InvalidMessage {
  std::string reason = "Invalid message received";
};

bool equalsIgnoringCase(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// Is the name one of a header's values, which stand between commas?
bool lists(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const size_t comma = std::min(header.find(','), header.size());
    std::string_view one = header.substr(0, comma);
    header.remove_prefix(std::min(comma + 1, header.size()));
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (equalsIgnoringCase(one, name)) return true;
  }
  return false;
}

std::string memberOf(const Json& object, std::string_view name) {
  if (object.is_object())
    for (const auto& [key, value] : object.items())
      if (value.is_string() && equalsIgnoringCase(key, name)) return value.get<std::string>();
  return {};
}

/// What a header would say: clients put it into connection_init's payload, or into "headers" there. Empty: nothing.
std::string headerOf(const Json& payload, std::string_view name) {
  std::string out = memberOf(payload, name);
  return out.empty() && payload.contains("headers") ? memberOf(payload["headers"], name) : out;
}

std::string idOf(const Json& message) {
  const auto it = message.find("id");
  if (it == message.end() || !it->is_string()) throw InvalidMessage{};
  auto id = it->get<std::string>();
  if (id.empty() || id.size() > kMostIdBytes) throw InvalidMessage{};
  return id;
}

Json objectOf(const Json& payload, const char* name) {
  const auto it = payload.find(name);
  if (it == payload.end() || it->is_null()) return Json::object();
  if (!it->is_object()) throw InvalidMessage{};
  return *it;
}

GraphqlRequest requestOf(const Json& message) {
  const auto payload = message.find("payload");
  if (payload == message.end() || !payload->is_object()) throw InvalidMessage{};
  const auto query = payload->find("query"), name = payload->find("operationName"), id = payload->find("documentId");
  GraphqlRequest out;
  out.extensions = objectOf(*payload, "extensions");
  out.variables = objectOf(*payload, "variables");
  if (query != payload->end() && query->is_string())
    out.query = query->get<std::string>();
  else if (query != payload->end())
    throw InvalidMessage{};
  if (id != payload->end() && id->is_string())
    out.documentId = id->get<std::string>();
  else if (id != payload->end())
    throw InvalidMessage{};
  if (out.query.empty() && out.documentId.empty() && !out.extensions.contains("persistedQuery")) throw InvalidMessage{};
  if (name != payload->end() && name->is_string())
    out.operationName = name->get<std::string>();
  else if (name != payload->end() && !name->is_null())
    throw InvalidMessage{};
  return out;
}

}  // namespace

void TransportWs::awaitInit() {
  const auto self = std::static_pointer_cast<TransportWs>(shared_from_this());
  channels_.delays().after(channels_.settings().connectionInit_ms, [weak = std::weak_ptr(self)] {
    const auto there = weak.lock();
    if (there != nullptr && !there->isAcknowledged_) there->close(4408, "Connection initialisation timeout");
  });
}

void TransportWs::received(std::string_view text, bool isBinary) {
  try {
    Json message;
    if (!isBinary) {
      try {
        message = parseJson(text);
      } catch (const JsonError&) {
        throw InvalidMessage{};
      }
    }
    const auto type = message.is_object() ? message.find("type") : message.end();
    if (!message.is_object() || type == message.end() || !type->is_string()) throw InvalidMessage{};
    const auto& name = type->get_ref<const std::string&>();
    if (name == "connection_init") return connectionInit(message);
    if (name == subprotocol_.subscribe) return subscribe(message);
    if (name == subprotocol_.stop) return stop(idOf(message));
    if (name == "connection_terminate" && subprotocol_.isLegacy) return close(1000, {});
    if (name == "pong") return;
    if (name != "ping") throw InvalidMessage{"Unexpected message of type " + name + " received"};
    const auto payload = message.find("payload");
    push(payload == message.end() ? R"({"type":"pong"})" : R"({"type":"pong","payload":)" + dumpJson(*payload) + "}");
  } catch (const InvalidMessage& invalid) {
    close(4400, utf8Prefix(invalid.reason, 123));
  }
}

void TransportWs::connectionInit(const Json& message) {
  if (std::exchange(isInitialised_, true)) return close(4429, "Too many initialisation requests");
  const Json payload = objectOf(message, "payload");
  if (!caller_) {
    const std::string authorization = headerOf(payload, "authorization"), tenant = headerOf(payload, "x-tenant-id");
    credentials_.bearer = authorization.empty() ? headerOf(payload, "token") : std::string(bearerOf(authorization));
    if (!tenant.empty()) credentials_.tenant = tenant;
    try {
      caller_ = channels_.authenticated(credentials_);
    } catch (const Failure& f) {
      const bool refused = f.code() == TENON_UNAUTHENTICATED || f.code() == TENON_DENIED;
      return close(refused ? 4403 : 1013, refused ? "Forbidden" : "Try again later");
    }
  }
  credentials_.tenant = caller_->tenant_id;
  channels_.watch(shared_from_this(), credentials_);
  isAcknowledged_ = true;
  push(R"({"type":"connection_ack"})");
  if (subprotocol_.isLegacy) push(R"({"type":"ka"})");
}

void TransportWs::subscribe(const Json& message) {
  const std::string id = idOf(message);
  if (!isAcknowledged_) return close(4401, "Unauthorized");
  GraphqlRequest request = requestOf(message);
  const bool isAdmitted = operations_.admits(caller_->tenant_id);  // before the request is looked into
  const bool mustNot = isAdmitted && subprotocol_.isLegacy && operations_.changes(request, caller_->tenant_id);
  const auto results = std::make_shared<Results>(std::static_pointer_cast<TransportWs>(shared_from_this()), id);
  const auto operation = std::make_shared<StartedOperation>(std::move(request), caller_->tenant_id, caller_->user_id,
                                                            caller_->user_name, std::weak_ptr<Receiver>(results));
  bool isTaken = false, isFull = false;
  {
    const std::lock_guard lock(mutex_);
    if (isClosed_) return;
    isTaken = running_.contains(id);
    isFull = running_.size() >= channels_.settings().perConnection;
    if (!isTaken && !isFull) running_.emplace(id, Running{results, operation});
  }
  if (isTaken) return close(4409, utf8Prefix("Subscriber for " + id + " already exists", 123));
  if (isFull)
    return results->refused(
        {{ErrorType::ExecutionAborted, "The connection has too many operations.", "limit-exceeded", {}, nullptr}});
  if (!isAdmitted)
    return results->refused({{ErrorType::ExecutionAborted,
                              "The tenant asks for more than it may in a second: try again later.",
                              "limit-exceeded",
                              {},
                              nullptr}});
  if (mustNot)
    return results->refused({{ErrorType::OperationNotSupported,
                              "A mutation needs the subprotocol graphql-transport-ws.",
                              "not-supported",
                              {},
                              nullptr}});
  operations_.start(operation);
}

void TransportWs::stop(const std::string& id) {
  Running stopped;
  {
    const std::lock_guard sending(sending_);
    const std::lock_guard lock(mutex_);
    const auto it = running_.find(id);
    if (it == running_.end()) return;  // its end has been sent
    stopped = std::move(it->second);
    running_.erase(it);
    stopped.results->mute();
  }
  operations_.cancel(*stopped.operation);
}

void TransportWs::closed() {
  std::map<std::string, Running, std::less<>> stopped;
  {
    const std::lock_guard lock(mutex_);
    isClosed_ = true;
    stopped.swap(running_);
  }
  for (const auto& [id, running] : stopped) {
    running.results->mute();
    operations_.cancel(*running.operation);
  }
}

/// The operation has come to its end; another may have its id meanwhile.
void TransportWs::forget(const std::string& id, const Results* of) {
  Running ended;  // goes outside the lock
  const std::lock_guard lock(mutex_);
  const auto it = running_.find(id);
  if (it == running_.end() || it->second.results.get() != of) return;
  ended = std::move(it->second);
  running_.erase(it);
}

void TransportWs::Results::send(std::string_view type, std::string_view payload, bool isLast) {
  const auto socket = socket_.lock();
  if (socket == nullptr || isMuted_) return;
  std::string message = "{\"id\":";
  appendJsonString(message, id_);
  message.append(",\"type\":\"").append(type).append("\"");
  if (!payload.empty()) message.append(",\"payload\":").append(payload);
  message += '}';
  const std::lock_guard sending(socket->sending_);
  if (isLast ? isMuted_.exchange(true) : isMuted_.load()) return;
  if (isLast) socket->forget(id_, this);  // before the client hears of it, and may use the id again
  socket->push(message);
}

void TransportWs::Results::next(std::string_view result) {
  send(subprotocol_.next, result, false);
}

void TransportWs::Results::refused(const std::vector<GraphqlError>& errors) {
  std::string payload;
  if (subprotocol_.isLegacy)
    write(payload, errors.front(), Media::Response);
  else
    write(payload, errors, Media::Response);
  send("error", payload, true);
}

void TransportWs::Results::complete() {
  send("complete", {}, true);
}

bool WebSockets::isAskedFor(const Request& request) {
  return lists(request.header("Upgrade").value_or(""), "websocket");
}

void WebSockets::open(Request& request, Reply& reply) {
  if (!channels_.areThere()) throw Failure(TENON_UNSUPPORTED, "WebSockets are not available");
  Credentials credentials = Credentials::of(request);
  std::optional<tenon_principal> caller;
  if (request.principal() != nullptr)
    caller = *request.principal();
  else if (request.header("Authorization"))
    caller = channels_.authenticated(credentials);
  const std::string_view offered = request.header("Sec-WebSocket-Protocol").value_or("");
  const auto* spoken = std::find_if(std::begin(kSubprotocols), std::end(kSubprotocols),
                                    [&](const Subprotocol& p) { return lists(offered, p.name); });
  const bool isSpoken = spoken != std::end(kSubprotocols);
  const Subprotocol& subprotocol = isSpoken ? *spoken : kSubprotocols[0];
  const auto socket =
      std::make_shared<TransportWs>(channels_, operations_, subprotocol, std::move(credentials), caller);
  channels_.openWebSocket(request, reply, isSpoken ? subprotocol.name : std::string_view(), socket);
  if (!isSpoken) return socket->close(4406, "Subprotocol not acceptable");
  socket->awaitInit();
}

}  // namespace tenon::graphql
