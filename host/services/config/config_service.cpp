// SPDX-License-Identifier: Apache-2.0
#include "config_service.h"

#include "kernel/files.h"
#include "kernel/plugin_context.h"

namespace tenon::host {

namespace {

tenon_status getThunk(const tenon_host* host, tenon_str pointer, void (*onValue)(void*, tenon_str), void* ctx,
                      tenon_error* e) {
  return guard(e, [&] {
    const std::string value = serviceOf<ConfigService>(host).get(PluginContext::of(host).id(), view(pointer));
    onValue(ctx, str(value));
  });
}

tenon_status dataDirThunk(const tenon_host* host, tenon_str* out, tenon_error* e) {
  return guard(e, [&] { *out = str(serviceOf<ConfigService>(host).dataDir(PluginContext::of(host).id())); });
}

tenon_status homeDirThunk(const tenon_host* host, tenon_str* out, tenon_error* e) {
  return guard(e, [&] { *out = str(serviceOf<ConfigService>(host).homeDir()); });
}

constexpr tenon_config_v1 kTable = {sizeof(tenon_config_v1), 0, getThunk, dataDirThunk, homeDirThunk};

}  // namespace

const void* ConfigService::table() const noexcept {
  return &kTable;
}

std::string ConfigService::get(const std::string& plugin, std::string_view jsonPointer) const {
  const auto it = sections_.find(plugin);
  static const Json kEmpty = Json::object();
  const Json& section = it != sections_.end() ? it->second : kEmpty;
  try {
    const Json::json_pointer pointer{std::string(jsonPointer)};
    if (section.contains(pointer)) return dumpJson(section.at(pointer));
  } catch (const Json::exception&) {
    throw Failure(TENON_INVALID, "not a JSON pointer: " + std::string(jsonPointer)).from(TENON_FROM_CALLER);
  }
  throw Failure(TENON_NOT_FOUND, "the configuration has no " + std::string(jsonPointer));
}

const std::string& ConfigService::dataDir(const std::string& plugin) {
  const std::lock_guard lock(mutex_);
  const auto it = folders_.find(plugin);
  if (it != folders_.end()) return it->second;
  const auto folder = data_ / plugin;
  makePrivateFolder(folder);
  return folders_.emplace(plugin, folder.string()).first->second;
}

}  // namespace tenon::host
