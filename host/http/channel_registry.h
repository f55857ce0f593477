// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include <tenon/channels.h>

namespace tenon::host {

/// The channels whose owner has not been told that they are closed. Any thread; calls a channel under no lock of its
/// own.
class ChannelRegistry {
 public:
  void add(std::shared_ptr<tenon_channel> channel);
  /// The owner has been told, and nothing of it is called for the channel any more.
  void remove(const tenon_channel& channel) noexcept;

  /// Closes the owner's channels with 1001 and waits until it has been told of each, or the time is over (false).
  bool leave(const void* owner, uint64_t timeout_ms) noexcept;
  /// Closes every channel with 1001; waits for nothing.
  void leaveAll() noexcept;
  /// Nothing of the owner is called any more, not even closed().
  void forget(const void* owner) noexcept;

 private:
  template <class Wanted>
  std::vector<std::shared_ptr<tenon_channel>> those(Wanted&& wanted) const;

  mutable std::mutex mutex_;
  std::condition_variable removed_;
  std::unordered_map<const tenon_channel*, std::shared_ptr<tenon_channel>> channels_;
  std::unordered_map<const void*, uint64_t> perOwner_;
};

}  // namespace tenon::host
