// SPDX-License-Identifier: Apache-2.0
#include "channel_registry.h"

#include <chrono>
#include <utility>

#include "channel.h"
#include "tenon/error.hpp"

namespace tenon::host {

template <class Wanted>
std::vector<std::shared_ptr<tenon_channel>> ChannelRegistry::those(Wanted&& wanted) const {
  std::vector<std::shared_ptr<tenon_channel>> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, channel] : channels_)
    if (wanted(*channel)) out.push_back(channel);
  return out;
}

void ChannelRegistry::add(std::shared_ptr<tenon_channel> channel) {
  const std::lock_guard lock(mutex_);
  uint64_t& open = perOwner_[channel->owner()];  // stays 0 when memory runs out below
  const tenon_channel* key = channel.get();
  channels_.emplace(key, std::move(channel));
  ++open;
}

void ChannelRegistry::remove(const tenon_channel& channel) noexcept {
  std::shared_ptr<tenon_channel> last;  // goes after the lock
  const std::lock_guard lock(mutex_);
  const auto at = channels_.find(&channel);
  if (at == channels_.end()) return;
  last = std::move(at->second);
  channels_.erase(at);
  const auto owner = perOwner_.find(channel.owner());
  if (--owner->second != 0) return;
  perOwner_.erase(owner);
  removed_.notify_all();
}

bool ChannelRegistry::leave(const void* owner, uint64_t timeout_ms) noexcept {
  guard(nullptr, [&] {
    for (const auto& channel : those([&](const tenon_channel& c) { return c.owner() == owner; })) channel->leave();
  });
  std::unique_lock lock(mutex_);
  return removed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] {
    const auto at = perOwner_.find(owner);
    return at == perOwner_.end() || at->second == 0;
  });
}

void ChannelRegistry::leaveAll() noexcept {
  guard(nullptr, [&] {
    for (const auto& channel : those([](const tenon_channel&) { return true; })) channel->leave();
  });
}

void ChannelRegistry::forget(const void* owner) noexcept {
  guard(nullptr, [&] {
    for (const auto& channel : those([&](const tenon_channel& c) { return c.owner() == owner; })) {
      channel->forget();
      remove(*channel);
    }
  });
}

}  // namespace tenon::host
