// SPDX-License-Identifier: Apache-2.0
#include "log_service.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "kernel/plugin_context.h"
#include "tenon/extras/json.hpp"
#include "tenon/json_writer.hpp"
#include "tenon/temporal.hpp"

namespace tenon::host {

namespace {

constexpr std::chrono::milliseconds kBatch{2};  // how long lines may gather before they are written
constexpr size_t kLongestLine = 16 << 10;
constexpr std::string_view kMask = "******";
constexpr size_t kShortestSecret = 6;  // shorter ones occur by chance
constexpr std::array<std::string_view, 6> kSecretWords = {"password",      "token",  "secret",
                                                          "authorization", "cookie", "passwd"};

void mask(Json& value) {  // depth is bounded by parseJson
  if (value.is_object()) {
    for (auto it = value.begin(); it != value.end(); ++it) {
      if (namesSecret(it.key()))
        *it = kMask;
      else
        mask(*it);
    }
  } else if (value.is_array()) {
    for (auto& v : value) mask(v);
  }
}

const char* levelName(int32_t level) {
  switch (level) {
    case TENON_LOG_DEBUG: return "DEBUG";
    case TENON_LOG_WARN: return "WARN";
    case TENON_LOG_ERROR: return "ERROR";
    default: return "INFO";
  }
}

void appendNow(std::string& out) {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  appendDateTime(out, t.tv_sec * int64_t{1000000} + t.tv_nsec / 1000000 * 1000);
  out.push_back('Z');
}

/// Control characters would let a message forge lines or drive a terminal.
void appendPlain(std::string& out, std::string_view s) {
  for (const char c : s) out.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c);
}

int32_t enabledThunk(const tenon_host* host, int32_t level) {
  return serviceOf<LogService>(host).enabled(PluginContext::of(host).id(), level) ? 1 : 0;
}

void writeThunk(const tenon_host* host, int32_t level, tenon_str message, tenon_str fields) {
  serviceOf<LogService>(host).write(PluginContext::of(host).id(), level, view(message), view(fields));
}

constexpr tenon_log_v1 kTable = {sizeof(tenon_log_v1), 0, enabledThunk, writeThunk};

/// Replaces every occurrence of a known secret. Longer ones stand first, so that none is left half.
void maskValues(std::string& line, const std::vector<std::string>& secrets) {
  for (const auto& secret : secrets)
    for (size_t at = 0; (at = line.find(secret, at)) != std::string::npos; at += kMask.size())
      line.replace(at, secret.size(), kMask);
}

std::vector<std::string> usable(std::vector<std::string> secrets) {
  std::erase_if(secrets, [](const std::string& s) { return s.size() < kShortestSecret; });
  std::sort(secrets.begin(), secrets.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return secrets;
}

}  // namespace

bool namesSecret(std::string_view key) {
  std::string lower(key);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(kSecretWords.begin(), kSecretWords.end(),
                     [&](std::string_view w) { return lower.find(w) != std::string::npos; });
}

std::string maskSecrets(std::string_view fieldsJson) {
  try {
    Json json = parseJson(fieldsJson);
    if (!json.is_object()) return {};
    mask(json);
    return dumpJson(json);
  } catch (const std::exception&) {
    return {};  // a caller's malformed fields are left out rather than shown unmasked
  }
}

LogService::LogService(LogConfig config) : config_(std::move(config)) {
  config_.secrets = usable(std::move(config_.secrets));
  carrier_ = std::thread([this] { carry(); });
}

LogService::~LogService() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  filled_.notify_all();
  carrier_.join();
}

const void* LogService::table() const noexcept {
  return &kTable;
}

bool LogService::enabled(std::string_view component, int32_t level) const noexcept {
  if (config_.levels.empty()) return level >= config_.level;
  const auto it = config_.levels.find(component);
  return level >= (it != config_.levels.end() ? it->second : config_.level);
}

std::string LogService::format(std::string_view component, int32_t level, std::string_view message,
                               std::string_view fieldsJson) const {
  std::string line;
  line.reserve(128 + message.size() + fieldsJson.size());
  message = utf8Prefix(message, kLongestLine);
  if (config_.json) {
    JsonWriter w(line);
    std::string now;
    appendNow(now);
    w.beginObject().key("time").string(now).key("level").string(levelName(level)).key("component").string(component);
    if (!currentRequestId.empty()) w.key("request").string(currentRequestId);
    w.key("message").string(message);
    if (!fieldsJson.empty()) w.key("fields").raw(fieldsJson);
    w.endObject();
  } else {
    appendNow(line);
    line.append(" ").append(levelName(level)).append(" ").append(component);
    if (!currentRequestId.empty()) line.append(" [").append(currentRequestId).append("]");
    line.append(" ");
    appendPlain(line, message);
    if (!fieldsJson.empty()) {
      line.push_back(' ');
      appendPlain(line, fieldsJson);
    }
  }
  maskValues(line, config_.secrets);
  line.push_back('\n');
  return line;
}

void LogService::write(std::string_view component, int32_t level, std::string_view message,
                       std::string_view fieldsJson) noexcept {
  guard(nullptr, [&] {
    if (!enabled(component, level)) return;
    std::string fields;
    if (!fieldsJson.empty()) {
      if (namesSecret(fieldsJson)) {  // parsing costs: only when some secret word occurs at all
        fields = maskSecrets(fieldsJson);
        fieldsJson = fields;
      }
      if (fieldsJson.size() > kLongestLine) fieldsJson = {};
    }
    append(format(component, level, message, fieldsJson));
    if (level >= TENON_LOG_ERROR) {
      const std::lock_guard lock(mutex_);
      urgent_ = true;
      filled_.notify_one();
    }
  });
}

void LogService::append(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (buffer_.size() + line.size() > config_.bufferBytes) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const bool wasEmpty = buffer_.empty();
  buffer_.append(line);
  if (wasEmpty) filled_.notify_one();
}

void LogService::flush() {
  std::unique_lock lock(mutex_);
  urgent_ = true;
  filled_.notify_one();
  carried_.wait(lock, [&] { return buffer_.empty() && !carrying_; });
}

void LogService::carry() {
  std::string taken;
  uint64_t told = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    filled_.wait(lock, [&] { return stop_ || !buffer_.empty(); });
    if (!stop_ && !urgent_) filled_.wait_for(lock, kBatch, [&] { return stop_ || urgent_; });
    urgent_ = false;
    carrying_ = true;
    taken.clear();
    std::swap(taken, buffer_);
    const bool last = stop_ && taken.empty();
    const uint64_t lost = dropped();
    lock.unlock();
    if (lost != told && !last) {
      taken += format("log", TENON_LOG_WARN,
                      std::to_string(lost - told) + " log lines were dropped: the reader is slow", {});
      told = lost;
    }
    for (size_t at = 0; at < taken.size();) {
      const ssize_t n = ::write(config_.fd, taken.data() + at, taken.size() - at);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) break;  // nobody is left to tell
      at += static_cast<size_t>(n);
    }
    lock.lock();
    carrying_ = false;
    carried_.notify_all();
    if (last) return;
  }
}

}  // namespace tenon::host
