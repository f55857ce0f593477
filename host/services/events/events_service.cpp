// SPDX-License-Identifier: Apache-2.0
#include "events_service.h"

#include <algorithm>

#include "kernel/plugin_context.h"
#include "tenon/error.hpp"

namespace tenon::host {

namespace {

/// Tokens whose callbacks run on this thread now, innermost last.
thread_local std::vector<uint64_t> runningHere;

tenon_status publishThunk(const tenon_host* host, const tenon_event* event, tenon_error* e) {
  return guard(e, [&] {
    if (!PluginContext::of(host).mayWork())
      throw Failure(TENON_INVALID, "events are published between start() and drain()").from(TENON_FROM_CALLER);
    if (!TENON_HAS(tenon_event, event, json) || event->type.len == 0 || event->type.len > 100)
      throw Failure(TENON_INVALID, "an event needs a type of 1 to 100 bytes").from(TENON_FROM_CALLER);
    serviceOf<EventsService>(host).publish(*event);
  });
}

tenon_status subscribeThunk(const tenon_host* host, tenon_str type, tenon_event_fn fn, void* arg, uint64_t* token,
                            tenon_error* e) {
  return guard(e, [&] {
    if (fn == nullptr || token == nullptr || type.len == 0 || type.len > 100)
      throw Failure(TENON_INVALID, "a subscription needs a type of 1 to 100 bytes, a function and a token")
          .from(TENON_FROM_CALLER);
    *token = serviceOf<EventsService>(host).subscribe(&PluginContext::of(host), text(type), fn, arg);
  });
}

void unsubscribeThunk(const tenon_host* host, uint64_t token) {
  serviceOf<EventsService>(host).unsubscribe(token);
}

int32_t heardThunk(const tenon_host* host, tenon_str type) {
  return serviceOf<EventsService>(host).heard(view(type)) ? 1 : 0;
}

constexpr tenon_events_v1 kTable = {sizeof(tenon_events_v1), 0,         publishThunk, subscribeThunk,
                                    unsubscribeThunk,        heardThunk};

}  // namespace

const void* EventsService::table() const noexcept {
  return &kTable;
}

uint64_t EventsService::subscribe(const PluginContext* owner, std::string type, tenon_event_fn fn, void* arg) {
  const std::lock_guard lock(mutex_);
  if (list_->size() >= kMostSubscriptions) throw Failure(TENON_TOO_LARGE, "there are too many subscriptions");
  auto next = std::make_shared<List>(*list_);
  next->push_back(std::make_shared<Subscription>(Subscription{nextToken_, owner, std::move(type), fn, arg}));
  list_ = std::move(next);
  return nextToken_++;
}

void EventsService::publish(const tenon_event& event) {
  if (runningHere.size() >= kDeepest)
    throw Failure(TENON_INVALID, "events were published from inside each other " + std::to_string(kDeepest) + " times");
  std::shared_ptr<const List> list;
  {
    const std::lock_guard lock(mutex_);
    list = list_;
  }
  const std::string_view type = view(event.type);
  for (const auto& s : *list) {
    if (s->type != type && s->type != "*") continue;
    {
      const std::lock_guard lock(mutex_);
      if (s->gone) continue;
      ++s->running;
    }
    runningHere.push_back(s->token);
    s->fn(s->arg, &event);
    runningHere.pop_back();
    {
      const std::lock_guard lock(mutex_);
      --s->running;
    }
    finished_.notify_all();
  }
}

bool EventsService::heard(std::string_view type) const {
  std::shared_ptr<const List> list;
  {
    const std::lock_guard lock(mutex_);
    list = list_;
  }
  return std::any_of(list->begin(), list->end(), [&](const auto& s) { return s->type == type || s->type == "*"; });
}

void EventsService::unsubscribe(uint64_t token) noexcept {
  guard(nullptr, [&] {
    std::unique_lock lock(mutex_);
    const auto it = std::find_if(list_->begin(), list_->end(), [&](const auto& s) { return s->token == token; });
    if (it == list_->end()) return;
    const auto subscription = *it;
    subscription->gone = true;
    auto next = std::make_shared<List>(*list_);
    std::erase(*next, subscription);
    list_ = std::move(next);
    const auto here = static_cast<uint32_t>(std::count(runningHere.begin(), runningHere.end(), token));
    finished_.wait(lock, [&] { return subscription->running <= here; });
  });
}

void EventsService::withdraw(PluginContext& owner) noexcept {
  guard(nullptr, [&] {
    const std::lock_guard lock(mutex_);
    auto next = std::make_shared<List>();
    for (const auto& s : *list_) {
      if (s->owner == &owner)
        s->gone = true;
      else
        next->push_back(s);
    }
    list_ = std::move(next);
  });
}

}  // namespace tenon::host
