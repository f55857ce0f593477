// SPDX-License-Identifier: Apache-2.0
#include "host_config.h"

#include <algorithm>
#include <cstdlib>

#include "kernel/files.h"

namespace tenon::host {

namespace fs = std::filesystem;

namespace {

constexpr size_t kLargestFile = size_t{4} << 20U;

Json readJson(const fs::path& file, ConfigProblems& problems) {
  try {
    Json json = parseJson(readFile(file, kLargestFile), kMaxJsonDepth, /*comments=*/true);
    resolvePlaceholders(json, {}, problems);
    return json;
  } catch (const std::exception& e) {
    problems.push_back(file.string() + ": " + e.what());
    return Json::object();
  }
}

fs::path under(const fs::path& base, const fs::path& path) {
  return path.empty() || path.is_absolute() ? path : fs::absolute(base / path).lexically_normal();
}

int32_t levelOf(std::string_view name) {
  return name == "debug"   ? TENON_LOG_DEBUG
         : name == "warn"  ? TENON_LOG_WARN
         : name == "error" ? TENON_LOG_ERROR
                           : TENON_LOG_INFO;
}

void readLog(ConfigSection log, HostConfig& config) {
  const std::vector<std::string_view> levels = {"debug", "info", "warn", "error"};
  config.log.json = log.choice("format", "text", {"text", "json"}) == "json";
  config.log.level = levelOf(log.choice("level", "info", levels));
  ConfigSection by = log.section("levels");
  for (const auto& component : by.keys()) config.log.levels[component] = levelOf(by.choice(component, "info", levels));
  config.logFile = log.text("file", "");
  config.log.bufferBytes = log.number("buffer_bytes", config.log.bufferBytes, 65536, size_t{1} << 30U);
  log.finish();
}

/// Texts of members whose names say that they are secret, at any depth.
void collectSecrets(const Json& json, bool secret, std::vector<std::string>& out) {  // depth is bounded by parseJson
  if (json.is_string() && secret) out.push_back(json.get<std::string>());
  if (json.is_object())
    for (const auto& [key, value] : json.items()) collectSecrets(value, secret || namesSecret(key), out);
  else if (json.is_array())
    for (const auto& value : json) collectSecrets(value, secret, out);
}

/// The folder of plugin `id`: the file's own "path", or the first plugin path that has it.
fs::path locate(const std::string& id, const fs::path& own, const std::vector<fs::path>& paths) {
  if (!own.empty()) return own;
  for (const auto& p : paths) {
    std::error_code ignored;
    if (fs::exists(p / id / "plugin.json", ignored)) return p / id;
  }
  return {};
}

void readPluginFile(const fs::path& file, const std::vector<fs::path>& paths, HostConfig& config,
                    ConfigProblems& problems) {
  const Json json = readJson(file, problems);
  ConfigSection section(json, file.filename().string(), problems);
  const std::string id = section.text("plugin", file.stem().string());
  const bool enabled = section.boolean("enabled", true);
  const bool required = section.boolean("required", false);
  const fs::path own = under(file.parent_path(), section.text("path", ""));
  const Json& own_config = section.raw("config");
  if (!own_config.is_null() && !own_config.is_object()) section.problem("config", "must be an object");
  section.finish();
  if (!validPluginId(id)) {
    section.problem("plugin", "must match [a-z][a-z0-9_.]*");
    return;
  }
  if (std::any_of(config.plugins.begin(), config.plugins.end(), [&](const auto& p) { return p.id == id; })) {
    section.problem("plugin", "\"" + id + "\" is configured in another file already");
    return;
  }
  if (!enabled) return;
  config.plugins.push_back({id, locate(id, own, paths), required});
  collectSecrets(own_config, false, config.log.secrets);
  config.pluginSections[id] = own_config.is_object() ? own_config : Json::object();
}

void readPlugins(ConfigSection plugins, const fs::path& base, const fs::path& programFolder, HostConfig& config,
                 ConfigProblems& problems) {
  std::vector<fs::path> paths;
  for (const auto& p : plugins.texts("paths", {})) paths.push_back(under(base, p));
  paths.push_back((programFolder / ".." / "lib" / "tenon" / "plugins").lexically_normal());
  const fs::path folder = under(base, plugins.text("config_dir", "plugins.d"));
  config.lifecycle.create_timeout_ms =
      plugins.number("create_timeout_ms", config.lifecycle.create_timeout_ms, 1, 600000);
  config.lifecycle.start_timeout_ms = plugins.number("start_timeout_ms", config.lifecycle.start_timeout_ms, 1, 600000);
  config.lifecycle.drain_timeout_ms = plugins.number("drain_timeout_ms", config.lifecycle.drain_timeout_ms, 1, 600000);
  plugins.finish();

  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  if (error) problems.push_back("plugins.config_dir: cannot read " + folder.string() + ": " + error.message());
  std::sort(files.begin(), files.end());
  for (const auto& f : files) readPluginFile(f, paths, config, problems);
}

}  // namespace

HostConfig readHostConfig(const fs::path& file, const fs::path& programFolder, const std::string& home,
                          ConfigProblems& problems) {
  HostConfig config;
  const fs::path base = fs::absolute(file).parent_path();
  const Json json = readJson(file, problems);
  ConfigSection top(json, "", problems);

  const char* environment = std::getenv("TENON_HOME");
  const std::string configured = top.text("home", "tenon-home");
  config.home = !home.empty()                                    ? fs::absolute(home)
                : environment != nullptr && *environment != '\0' ? fs::absolute(environment)
                                                                 : under(base, configured);
  config.home = config.home.lexically_normal();
  readLog(top.section("log"), config);
  config.http = readHttpConfig(top.section("http"), base);

  ConfigSection tasks = top.section("tasks");
  config.tasks.threads = static_cast<uint32_t>(tasks.number("threads", config.tasks.threads, 1, 256));
  config.tasks.queue = static_cast<uint32_t>(tasks.number("queue", config.tasks.queue, 1, 1000000));
  config.tasks.timers = static_cast<uint32_t>(tasks.number("timers", config.tasks.timers, 1, 1000000));
  tasks.finish();

  ConfigSection metrics = top.section("metrics");
  config.maxSeriesPerPlugin = metrics.number("max_series_per_plugin", config.maxSeriesPerPlugin, 1, 1000000);
  metrics.finish();

  ConfigSection clock = top.section("clock");
  config.clockOffsetFile = under(base, clock.text("offset_file", ""));
  clock.finish();

  ConfigSection drain = top.section("drain");
  config.drainGrace_ms = drain.number("grace_ms", config.drainGrace_ms, 0, 60000);
  config.drainDeadline_ms = drain.number("deadline_ms", config.drainDeadline_ms, 1, 600000);
  drain.finish();

  readPlugins(top.section("plugins"), base, programFolder, config, problems);
  top.finish();
  return config;
}

}  // namespace tenon::host
