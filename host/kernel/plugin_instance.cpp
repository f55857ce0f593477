// SPDX-License-Identifier: Apache-2.0
#include "plugin_instance.h"

#include <utility>

#include "tenon/deadline.hpp"
#include "tenon/error.hpp"

namespace tenon::host {

PluginInstance::PluginInstance(LoadedPlugin loaded, const std::vector<HostService*>& services,
                               ServiceRegistry& registry, LifecycleLimits limits)
    : loaded_(std::move(loaded)),
      registry_(registry),
      limits_(limits),
      context_(std::make_shared<PluginContext>(loaded_.manifest.id, services, registry)),
      control_(std::make_unique<ControlThread>()) {}

PluginInstance::~PluginInstance() {
  if (phase() != Phase::Abandoned) return;
  static auto& abandoned = *new std::vector<std::shared_ptr<PluginContext>>();  // for ever: code may still use them
  abandoned.push_back(context_);
}

bool PluginInstance::call(const char* what, uint64_t timeout_ms, tenon_status (*body)(PluginInstance&, tenon_error*)) {
  // The answer is shared with the control thread, which outlives this frame when the call hangs.
  struct Answer {
    Error error;
    tenon_status status = TENON_INTERNAL;
  };
  auto answer = std::make_shared<Answer>();
  const bool returned = control_->run(
      [this, answer, body] {
        context_->control(std::this_thread::get_id());
        // A plugin's own guard is its affair; an exception that escapes it all the same is a refusal here.
        answer->status = guard(&answer->error, [&] { return body(*this, &answer->error); });
      },
      timeout_ms);
  if (!returned) {
    reason_ =
        std::string(what) + "() did not return within " + std::to_string(timeout_ms) + " ms; the instance is abandoned";
    return false;
  }
  if (answer->status == TENON_OK) return true;
  const std::string_view text = answer->error.text();
  reason_ = std::string(what) +
            "() failed: " + (text.empty() ? "status " + std::to_string(answer->status) : std::string(text));
  return false;
}

void PluginInstance::withdrawAll() {
  registry_.withdraw(*context_);
  for (HostService* s : context_->services()) s->withdraw(*context_);
}

void PluginInstance::destroy() {
  if (self_ == nullptr) return;
  const bool ok = call("destroy", limits_.drain_timeout_ms, [](PluginInstance& p, tenon_error*) -> tenon_status {
    p.loaded_.descriptor->destroy(std::exchange(p.self_, nullptr));
    return TENON_OK;
  });
  if (!ok) context_->enter(Phase::Abandoned);
}

void PluginInstance::fail(std::string reason) {
  registry_.close(*context_);
  for (HostService* s : context_->services()) s->quiesce(*context_);
  withdrawAll();
  if (control_->stuck()) {
    context_->enter(Phase::Abandoned);
  } else {
    context_->enter(Phase::Failed);
    destroy();
  }
  reason_ = std::move(reason);
}

bool PluginInstance::create() {
  context_->enter(Phase::Creating);
  const bool created = call("create", limits_.create_timeout_ms, [](PluginInstance& p, tenon_error* e) {
    void* self = nullptr;
    const tenon_status status = p.loaded_.descriptor->create(p.context_->host(), &self, e);
    if (status == TENON_OK) p.self_ = self;
    return status;
  });
  if (!created) {
    fail(reason_);
    return false;
  }
  for (const auto& offer : manifest().offers)
    if (!registry_.offered(offer.id.c_str(), offer.name.empty() ? nullptr : offer.name.c_str())) {
      fail("plugin.json promises " + offer.id + " \"" + offer.name + "\", and create() did not provide it");
      return false;
    }
  context_->enter(Phase::Created);
  return true;
}

bool PluginInstance::start() {
  context_->enter(Phase::Starting);
  const bool started = call("start", limits_.start_timeout_ms,
                            [](PluginInstance& p, tenon_error* e) { return p.loaded_.descriptor->start(p.self_, e); });
  if (!started) {
    fail(reason_);
    return false;
  }
  context_->enter(Phase::Running);
  return true;
}

void PluginInstance::refuse(const std::string& reason) {
  fail(reason);
}

std::optional<std::string> PluginInstance::ailment() const {
  const tenon_plugin& p = *loaded_.descriptor;
  if (phase() != Phase::Running || !TENON_HAS(tenon_plugin, &p, health) || p.health == nullptr) return std::nullopt;
  Error e;
  const tenon_status status = guard(&e, [&] { return p.health(self_, &e); });
  if (status == TENON_OK) return std::nullopt;
  return e.text().empty() ? "status " + std::to_string(status) : std::string(e.text());
}

bool PluginInstance::drain() {
  if (phase() != Phase::Running) return phase() != Phase::Abandoned;
  const uint64_t deadline = monotonicMs() + limits_.drain_timeout_ms;
  registry_.close(*context_);
  const bool unheld = registry_.waitUnheld(*context_, limits_.drain_timeout_ms);
  context_->enter(Phase::Draining);
  for (HostService* s : context_->services()) s->quiesce(*context_);
  const uint64_t now = monotonicMs();
  const uint64_t left = now < deadline ? deadline - now : 1;
  // drain() is told its share and given a little more, so that one that keeps its word is not abandoned.
  struct Share {
    static tenon_status drain(PluginInstance& p, tenon_error* e) {
      return p.loaded_.descriptor->drain(p.self_, p.limits_.drain_timeout_ms, e);
    }
  };
  const bool drained = call("drain", left + limits_.drain_timeout_ms / 4 + 100, Share::drain);
  withdrawAll();
  if (!drained || !unheld) {
    if (!unheld) reason_ = "another plugin still holds its services";
    context_->enter(Phase::Abandoned);
    return false;
  }
  destroy();
  if (phase() == Phase::Abandoned) return false;
  context_->enter(Phase::Drained);
  return true;
}

}  // namespace tenon::host
