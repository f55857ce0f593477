// SPDX-License-Identifier: Apache-2.0
#include "client_channel.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <vector>

#include "tenon/cancel_source.hpp"

namespace tenon::graphql {

namespace {

constexpr uint32_t kGoingAway = 1001, kInternalError = 1011;  // RFC 6455
constexpr uint64_t kAroundResult = 65536;                     // bytes: errors, ids
constexpr uint64_t kAuthentication_ms = 5000;                 // at most
constexpr std::string_view kOfNoTenant;                       // a slow tenant must not put its own end off

}  // namespace

std::string_view bearerOf(std::string_view authorization) noexcept {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() <= kScheme.size()) return {};
  for (size_t i = 0; i < kScheme.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(authorization[i])) != kScheme[i]) return {};
  authorization.remove_prefix(kScheme.size());
  return authorization.substr(std::min(authorization.find_first_not_of(' '), authorization.size()));
}

Credentials Credentials::of(const Request& request) {
  Credentials out;
  out.bearer = bearerOf(request.header("Authorization").value_or(""));
  out.tenant = request.header("X-Tenant-Id").value_or("");
  out.method = request.method();
  out.path = request.path();
  out.peer = request.peer();
  return out;
}

ClientChannel::~ClientChannel() {
  if (hasReference_) table_->release(channel_);
}

void ClientChannel::push(std::string_view bytes) noexcept {
  tenon_channel* c = channel_.load();
  if (c == nullptr) return;
  Error e;
  const tenon_status status = table_->push(c, str(bytes), &e);
  // A client that has gone or is too slow is closed, and that is told; any other would miss it.
  if (status != TENON_OK && status != TENON_CANCELLED && status != TENON_TOO_LARGE)
    close(kInternalError, "Internal error");
}

void ClientChannel::close(uint32_t code, std::string_view reason) noexcept {
  if (tenon_channel* c = channel_.load(); c != nullptr) table_->close(c, code, str(reason));
}

Channels::Channels(const Host& host, const Settings& settings, Delays& delays, WorkQueue& work)
    : host_(host),
      table_(host.service<tenon_channels_v1>(TENON_CHANNELS_ID, TENON_UPTO(tenon_channels_v1, release))),
      settings_(settings.subscriptions),
      delays_(delays),
      work_(work) {}

void Channels::open() {
  if (!host_.names(TENON_AUTH_ID).empty()) auth_ = host_.acquire<tenon_auth_v1>(TENON_AUTH_ID);
}

bool Channels::stop(uint64_t limit_ms) {
  std::vector<std::shared_ptr<ClientChannel>> open;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const auto& [raw, channel] : open_) open.push_back(channel);
  }
  for (const auto& channel : open) channel->close(kGoingAway, "Going away");
  open.clear();
  std::unique_lock lock(mutex_);
  return left_.wait_for(lock, std::chrono::milliseconds(limit_ms), [&] { return present_ == 0; });
}

/// open(handler, out): answers its status.
template <class Open>
void Channels::opened(const std::shared_ptr<ClientChannel>& channel, Open&& open) {
  if (!areThere()) throw Failure(TENON_UNSUPPORTED, "event streams and WebSockets are not available");
  ClientChannel& c = *channel;
  c.channels_ = this;
  c.table_ = table_;
  c.handler_ = {sizeof c.handler_, 0,     &c, settings_.messageBytes, settings_.queuedBytes + kAroundResult, 0,
                message,           closed};
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || open_.size() >= settings_.connections)
      throw Failure(TENON_UNAVAILABLE, "there are too many connections").retryAfter(1000);
    open_.emplace(&c, channel);  // it may be closed before open() has returned
    ++present_;
  }
  tenon_channel* out = nullptr;
  Error e;
  const tenon_status status = open(&c.handler_, &out, &e);
  if (status != TENON_OK) leave(&c);
  check(status, e);
  c.channel_ = out;
  c.hasReference_ = true;
  bool isLate = false;
  {
    const std::lock_guard lock(mutex_);
    isLate = stopped_;  // stop() may have come while there was nothing to close yet
  }
  if (isLate) c.close(kGoingAway, "Going away");
}

void Channels::openEvents(Request& request, Reply& reply, const std::shared_ptr<ClientChannel>& channel) {
  opened(channel, [&](const tenon_channel_handler* handler, tenon_channel** out, tenon_error* e) {
    return table_->open_events(request.raw(), reply.raw(), handler, out, e);
  });
}

void Channels::openWebSocket(Request& request, Reply& reply, std::string_view subprotocol,
                             const std::shared_ptr<ClientChannel>& channel) {
  opened(channel, [&](const tenon_channel_handler* handler, tenon_channel** out, tenon_error* e) {
    return table_->open_websocket(request.raw(), reply.raw(), subprotocol.empty() ? kAbsent : str(subprotocol), handler,
                                  out, e);
  });
}

void Channels::leave(ClientChannel* channel) {
  std::shared_ptr<ClientChannel> gone;
  std::unique_lock lock(mutex_);
  gone = std::move(open_.extract(channel).mapped());
  lock.unlock();
  gone.reset();  // before stop() may return, unless somebody is about to push
  lock.lock();
  --present_;
  left_.notify_all();
}

void Channels::message(void* self, tenon_channel* raw, tenon_str data, int32_t binary) {
  auto& channel = *static_cast<ClientChannel*>(self);
  channel.channel_ = raw;  // open() may not have returned yet
  Error e;
  if (guard(&e, [&] { channel.received(view(data), binary != 0); }) == TENON_OK) return;
  channel.channels_->host_.error("GraphQL over WebSocket: " + std::string(e.text()));
  channel.close(kInternalError, "Internal error");
}

void Channels::closed(void* self, tenon_channel*, uint32_t) {
  auto& channel = *static_cast<ClientChannel*>(self);
  Channels& channels = *channel.channels_;
  guard(nullptr, [&] { channel.closed(); });
  channels.leave(&channel);
}

tenon_principal Channels::authenticated(const Credentials& c, const tenon_cancel* cancel) const {
  if (!auth_) throw Failure(TENON_UNAVAILABLE, "nobody can tell who is asking");
  const auto given = [](const std::string& text) { return text.empty() ? kAbsent : str(text); };
  const tenon_credentials credentials{sizeof credentials, 0,           given(c.bearer), given(c.tenant),
                                      str(c.method),      str(c.path), str(c.peer)};
  tenon_principal out{};
  out.size = sizeof out;
  CancelSource limited;
  limited.deadlineIn(kAuthentication_ms);
  const CancelledWith draining(limited, cancel);
  Error e;
  check(auth_->authenticate(auth_.self(), &credentials, &out, limited.token(), &e), e);
  return out;
}

void Channels::watch(const std::shared_ptr<ClientChannel>& channel, Credentials credentials) {
  delays_.after(settings_.authentication_ms,
                [this, weak = std::weak_ptr(channel), credentials = std::move(credentials)]() mutable {
                  if (weak.expired()) return;
                  work_.add(kOfNoTenant, [this, weak = std::move(weak),
                                          credentials = std::move(credentials)](const tenon_cancel* cancel) mutable {
                    if (const auto there = weak.lock()) look(there, std::move(credentials), cancel);
                  });
                });
}

void Channels::look(const std::shared_ptr<ClientChannel>& channel, Credentials credentials,
                    const tenon_cancel* cancel) {
  try {
    authenticated(credentials, cancel);
  } catch (const Failure& f) {  // of any other failure the next time decides
    if (f.code() == TENON_UNAUTHENTICATED || f.code() == TENON_DENIED) return channel->expired();
  }
  watch(channel, std::move(credentials));
}

}  // namespace tenon::graphql
