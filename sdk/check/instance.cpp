// SPDX-License-Identifier: Apache-2.0
#include "instance.h"

#include <stdlib.h>
#include <time.h>

#include <iterator>

namespace tenon::compliance {

namespace {

/// Every value of the configuration under its JSON pointer, as tenon.config/1 answers it.
void flatten(const Json& json, const std::string& pointer, std::map<std::string, std::string>& out) {
  out[pointer] = dumpJson(json);
  if (json.is_object())
    for (const auto& [key, value] : json.items()) flatten(value, pointer + "/" + key, out);
  else if (json.is_array())
    for (size_t i = 0; i < json.size(); ++i) flatten(json[i], pointer + "/" + std::to_string(i), out);
}

/// A service of another plugin that it cannot do without: this host has no such thing.
const char* needOfAnotherPlugin(const tenon_plugin& plugin) {
  for (uint64_t i = 0; i < plugin.n_needs; ++i) {
    const tenon_need& need = plugin.needs[i];
    if (need.id != nullptr && (need.flags & TENON_NEED_OPTIONAL) == 0 &&
        fakes::FakeHost::services().count(need.id) == 0)
      return need.id;
  }
  return nullptr;
}

}  // namespace

Instance::Instance(Context& context) : plugin_(context.plugin.usable()) {
  std::string folder = context.folder + "/XXXXXX";
  require(::mkdtemp(folder.data()) != nullptr, "no temporary folder can be made");
  folder_ = folder;
  host.data = folder_;
  host.home = context.options.home.empty() ? folder_.string() : context.options.home;
  flatten(context.options.plugin, "", host.config);
}

Instance::~Instance() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

tenon_status Instance::tryCreate() {
  host.rules.enter(fakes::Phase::Creating);
  error_.clear();
  const tenon_status status = plugin_.create(host.host(), &self_, &error_);
  host.rules.enter(fakes::Phase::Created);
  return status;
}

void Instance::create() {
  const tenon_status status = tryCreate();
  require(status == TENON_OK, "create() failed: " + std::string(error_.text()));
}

tenon_status Instance::tryStart() {
  host.rules.enter(fakes::Phase::Working);
  error_.clear();
  return plugin_.start(self_, &error_);
}

void Instance::start() {
  if (tryStart() == TENON_OK) return;
  if (const char* need = needOfAnotherPlugin(plugin_))
    throw NotApplicable(std::string("it needs ") + need + " of another plugin: try it in a host");
  throw Broken("start() failed: " + std::string(error_.text()));
}

tenon_status Instance::tryDrain(uint64_t deadline_ms) {
  host.rules.enter(fakes::Phase::Draining);
  error_.clear();
  const tenon_status status = plugin_.drain(self_, deadline_ms, &error_);
  host.rules.enter(fakes::Phase::Drained);
  return status;
}

void Instance::drain(uint64_t deadline_ms) {
  const tenon_status status = tryDrain(deadline_ms);
  require(status == TENON_OK, "drain() failed: " + std::string(error_.text()));
}

void Instance::destroy() {
  host.rules.enter(fakes::Phase::Drained);
  plugin_.destroy(self_);
  self_ = nullptr;
}

int threadCount() {
  using Iterator = std::filesystem::directory_iterator;
  return static_cast<int>(std::distance(Iterator("/proc/self/task"), Iterator()));
}

bool settlesToThreads(int count) {
  for (int i = 0; i < 100; ++i) {
    if (threadCount() <= count) return true;
    const timespec pause{0, 2000000};
    ::nanosleep(&pause, nullptr);
  }
  return false;
}

}  // namespace tenon::compliance
