// SPDX-License-Identifier: Apache-2.0
#include "tenon_plugin_manifest.h"

#include <memory>

#include <tenon/events.h>

#include "routes/routes.h"
#include "tenon/plugin.hpp"

namespace tenon::graphql {

namespace {

class Plugin {
 public:
  explicit Plugin(const tenon_host* raw)
      : host_(raw),
        settings_(host_),
        events_(host_.service<tenon_events_v1>(TENON_EVENTS_ID, TENON_UPTO(tenon_events_v1, heard))),
        catalogue_(host_),
        schemas_(host_, catalogue_, data_, settings_),
        http_(raw),
        routes_(http_, host_, schemas_, settings_) {}

  void start() {
    data_.open(host_);
    catalogue_.open();
    Error e;
    check(events_->subscribe(host_.raw(), str("models.changed"), changed, this, &subscription_, &e), e);
    schemas_.renew();
  }

  void drain(uint64_t) {
    events_->unsubscribe(host_.raw(), subscription_);
    schemas_.clear();
  }

 private:
  /// On the thread of whoever has changed models, before that is answered.
  static void changed(void* arg, const tenon_event*) {
    auto& self = *static_cast<Plugin*>(arg);
    const tenon_status status = guard(nullptr, [&] { self.schemas_.renew(); });
    if (status != TENON_OK) self.host_.error("the GraphQL schema could not be made anew, the last one is served");
  }

  Host host_;
  Settings settings_;
  const tenon_events_v1* events_;
  Data data_;
  Catalogue catalogue_;
  Schemas schemas_;
  Http http_;
  Routes routes_;
  uint64_t subscription_ = 0;
};

}  // namespace

}  // namespace tenon::graphql

TENON_PLUGIN(tenon::graphql::Plugin)
