// SPDX-License-Identifier: Apache-2.0
#include "host.h"

#include <fcntl.h>
#include <unistd.h>

#include "tenon/error.hpp"

namespace tenon::host {

namespace {

Descriptor openLog(const HostConfig& config) {
  if (config.logFile.empty()) return Descriptor();
  Descriptor file(::open(config.logFile.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
  if (!file) throw Failure(TENON_INVALID, "log.file " + config.logFile + " cannot be opened");
  return file;
}

LogConfig logConfig(const HostConfig& config, const Descriptor& file) {
  LogConfig log = config.log;
  if (file) log.fd = file.get();
  return log;
}

const HostConfig& withHome(const HostConfig& config) {
  makePrivateFolder(config.home);
  return config;
}

}  // namespace

Host::Host(HostConfig config)
    : config_(std::move(config)),
      logFile_(openLog(withHome(config_))),
      log_(logConfig(config_, logFile_)),
      configService_(config_.home, config_.pluginSections),
      clock_(config_.clockOffsetFile),
      metrics_(config_.maxSeriesPerPlugin),
      tasks_(config_.tasks, clock_),
      server_(config_.http, log_),
      http_(server_.router(), config_.lifecycle.drain_timeout_ms),
      channels_(server_.channels(), config_.lifecycle.drain_timeout_ms),
      plugins_({&log_, &configService_, &clock_, &events_, &metrics_, &tasks_, &http_, &channels_},
               config_.home / "run" / "plugins", config_.lifecycle, log_),
      gate_(plugins_.registry()),
      routes_(server_.router(), plugins_) {}

Host::~Host() {
  stop();
}

bool Host::start() {
  if (!plugins_.start(config_.plugins)) {
    log_.write("host", TENON_LOG_ERROR, "a required plugin failed: the host does not start", {});
    return false;
  }
  try {
    if (gate_.open())
      server_.authenticator(&gate_);
    else
      log_.write("host", TENON_LOG_WARN, "no plugin offers tenon.auth/1: protected routes answer 503", {});
    routes_.ready(true);
    server_.start();
    running_ = true;
  } catch (const std::exception& e) {
    log_.write("host", TENON_LOG_ERROR, e.what(), {});
    gate_.close();
    plugins_.drain();
    return false;
  }
  log_.write("host", TENON_LOG_INFO, "listening on " + url(), {});
  return true;
}

void Host::stop() {
  if (!running_) return;
  running_ = false;
  log_.write("host", TENON_LOG_INFO, "draining", {});
  routes_.ready(false);
  if (!server_.drain(config_.drainGrace_ms, config_.drainDeadline_ms))
    log_.write("host", TENON_LOG_WARN, "requests were cut at the drain deadline", {});
  server_.authenticator(nullptr);
  gate_.close();
  plugins_.drain();
  log_.write("host", TENON_LOG_INFO, "stopped", {});
  // Code of an abandoned plugin may still run on its own thread: what it uses must not be torn down under it.
  if (plugins_.abandonedAny()) {
    log_.flush();
    ::_exit(1);
  }
}

std::string Host::url() const {
  const HttpConfig& http = config_.http;
  const std::string host = http.address.find(':') != std::string::npos ? "[" + http.address + "]" : http.address;
  return (http.tls.certificate.empty() ? "http://" : "https://") + host + ":" + std::to_string(server_.port());
}

std::vector<PluginStatus> Host::checkPlugins(const HostConfig& config) {
  LogConfig quiet;
  quiet.level = TENON_LOG_ERROR + 1;
  LogService log(quiet);
  ConfigService configService(config.home, {});
  ClockService clock({});
  EventsService events;
  MetricsService metrics(0);
  TasksService tasks({1, 1, 1}, clock);
  Router router;
  HttpService http(router, 0);
  ChannelRegistry channelRegistry;
  ChannelsService channels(channelRegistry, 0);
  PluginManager plugins({&log, &configService, &clock, &events, &metrics, &tasks, &http, &channels}, {},
                        config.lifecycle, log);
  return plugins.check(config.plugins);
}

}  // namespace tenon::host
