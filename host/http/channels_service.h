// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/channels.h>

#include "channel_registry.h"
#include "kernel/host_service.h"

namespace tenon::host {

/// "tenon.channels/1" over a server's connections. A plugin that leaves has its channels closed after its routes: it
/// is listed behind HttpService.
class ChannelsService final : public HostService {
 public:
  static constexpr char kId[] = TENON_CHANNELS_ID;

  /// quiesceTimeout_ms: how long a leaving plugin's callbacks are waited for.
  ChannelsService(ChannelRegistry& channels, uint64_t quiesceTimeout_ms)
      : channels_(channels), quiesceTimeout_ms_(quiesceTimeout_ms) {}

  const char* id() const noexcept override { return kId; }
  const void* table() const noexcept override;
  void quiesce(PluginContext& plugin) noexcept override { channels_.leave(&plugin, quiesceTimeout_ms_); }
  void withdraw(PluginContext& plugin) noexcept override { channels_.forget(&plugin); }

 private:
  ChannelRegistry& channels_;
  uint64_t quiesceTimeout_ms_;
};

}  // namespace tenon::host
