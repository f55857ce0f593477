// SPDX-License-Identifier: Apache-2.0
#include "tenon_plugin_manifest.h"

#include <memory>

#include <tenon/events.h>

#include "routes/graphiql_routes.h"
#include "routes/routes.h"
#include "service/records_written.h"
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
        cache_(settings_.cacheBytes),
        work_(host_, settings_.subscriptions.workers),
        delays_(host_),
        live_(host_, schemas_, settings_, limiter_, work_, delays_),
        channels_(host_, settings_, delays_, work_),
        http_(raw),
        routes_(http_, host_, schemas_, settings_, trusted_, cache_, limiter_, live_, work_, channels_) {
    if (settings_.graphiql) graphiql_.emplace(http_);
  }

  void start() {
    if (!settings_.trustedDocuments.empty())
      trusted_.load(std::filesystem::path(host_.homeDir()) / settings_.trustedDocuments);
    data_.open(host_);
    catalogue_.open();
    Error e;
    check(events_->subscribe(host_.raw(), str("models.changed"), changed, this, &subscription_, &e), e);
    if (cache_.isOn() || channels_.areThere())
      check(events_->subscribe(host_.raw(), str("records.written"), written, this, &writes_, &e), e);
    schemas_.renew();
    if (channels_.areThere()) channels_.open();
  }

  void drain(uint64_t deadline_ms) {
    events_->unsubscribe(host_.raw(), subscription_);
    if (writes_ != 0) events_->unsubscribe(host_.raw(), writes_);
    const bool haveLeft = channels_.stop(deadline_ms / 2);
    const bool isQuiet = delays_.stop(deadline_ms / 4);
    live_.stop();
    if (!work_.stop(deadline_ms / 4) || !isQuiet || !haveLeft)
      throw Failure(TENON_DEADLINE, "a subscription did not end");
    channels_.close();
    schemas_.clear();
  }

 private:
  /// On the thread of whoever has changed models, before that is answered.
  static void changed(void* arg, const tenon_event*) {
    auto& self = *static_cast<Plugin*>(arg);
    const tenon_status renewed = guard(nullptr, [&] { self.schemas_.renew(); });
    const tenon_status told = guard(nullptr, [&] { self.live_.schemasChanged(); });  // of those that have been renewed
    self.cache_.forget();
    if (renewed != TENON_OK || told != TENON_OK)
      self.host_.error("the GraphQL schema could not be made anew, the last one is served");
  }

  /// On the thread of whoever has written records, before that is answered.
  static void written(void* arg, const tenon_event* event) {
    auto& self = *static_cast<Plugin*>(arg);
    if (!self.cache_.isOn() && !self.live_.areThere()) return;  // nobody listens: the writer need not wait
    WatchedModels models;
    const tenon_status read = guard(nullptr, [&] { models = writtenModels(view(event->json)); });
    const tenon_status kept = guard(nullptr, [&] { self.cache_.written(models); });
    const tenon_status told = guard(nullptr, [&] {
      for (const WatchedModel& model : models) self.live_.written(model);
    });
    if (read != TENON_OK || kept != TENON_OK) self.cache_.forget();
    if (read != TENON_OK || told != TENON_OK) self.host_.error("GraphQL subscriptions have missed a change");
  }

  Host host_;
  Settings settings_;
  const tenon_events_v1* events_;
  Data data_;
  Catalogue catalogue_;
  Schemas schemas_;
  TrustedDocuments trusted_;
  ResultCache cache_;
  RateLimiter limiter_;
  WorkQueue work_;
  Delays delays_;
  LiveQueries live_;
  Channels channels_;
  Http http_;
  Routes routes_;
  std::optional<GraphiqlRoutes> graphiql_;
  uint64_t subscription_ = 0, writes_ = 0;
};

}  // namespace

}  // namespace tenon::graphql

TENON_PLUGIN(tenon::graphql::Plugin)
