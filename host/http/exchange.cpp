// SPDX-License-Identifier: Apache-2.0
// One request and its answer on a connection: routing, the gate, the handler, the reply.
#include <sys/random.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>

#include <tenon/log.h>

#include "connection.h"
#include "kernel/logger.h"
#include "problem.h"
#include "server_core.h"
#include "syntax.h"
#include "tenon/error.hpp"
#include "tenon/json_writer.hpp"
#include "thread_buffers.h"

namespace tenon::host {

namespace {

void appendNumber(std::string& out, uint64_t n) {
  char buf[24];
  out.append(buf, std::to_chars(buf, buf + sizeof buf, n).ptr);
}

/// "Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n", made once a second.
const std::string& dateLine() {
  auto& b = threadBuffers();
  timespec t{};
  clock_gettime(CLOCK_REALTIME_COARSE, &t);
  if (static_cast<uint64_t>(t.tv_sec) != b.dateSecond) {
    b.dateSecond = static_cast<uint64_t>(t.tv_sec);
    tm parts{};
    gmtime_r(&t.tv_sec, &parts);
    static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[64];
    const int n = std::snprintf(text, sizeof text, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                                kDays[static_cast<size_t>(parts.tm_wday)], parts.tm_mday,
                                kMonths[static_cast<size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour,
                                parts.tm_min, parts.tm_sec);
    b.date.assign(text, static_cast<size_t>(n));
  }
  return b.date;
}

/// 16 hex digits that do not come again.
void newRequestId(std::string& out) {
  auto& b = threadBuffers();
  if (b.random == 0 && ::getrandom(&b.random, sizeof b.random, 0) != sizeof b.random) b.random = nowMicros();
  b.random += 0x9E3779B97F4A7C15ULL;  // splitmix64
  uint64_t z = b.random;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  z ^= z >> 31U;
  char hex[16];
  for (int i = 15; i >= 0; --i, z >>= 4U) hex[i] = "0123456789abcdef"[z & 15U];
  out.assign(hex, sizeof hex);
}

bool saneRequestId(std::string_view s) {
  return !s.empty() && s.size() <= 64 && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  });
}

}  // namespace

ThreadBuffers& threadBuffers() {
  thread_local ThreadBuffers buffers;
  return buffers;
}

// ---- before the handler ---------------------------------------------------------------------------------

Connection::Next Connection::prepare() {
  request_.clear();
  reply_.clear();
  cancel_.reset(0);
  chunks_.reset();
  decoded_.clear();
  bodyStarted_ = bodyFailed_ = false;
  bodyWaited_ms_ = bodyRead_ = 0;
  const RequestHead& head = request_.head;
  bodyDone_ = head.framing == Framing::None;
  ++served_;
  core_.requests.fetch_add(1, std::memory_order_relaxed);
  keepAlive_ = head.keepAlive && !core_.draining.load(std::memory_order_relaxed) &&
               (core_.config.max_requests_per_connection == 0 || served_ < core_.config.max_requests_per_connection);
  request_.language = core_.config.language;
  if (const std::string_view accept = head.field("accept-language"); !accept.empty())
    request_.language = chooseLanguage(accept, core_.config.language);
  if (const std::string_view id = head.field("x-request-id"); saneRequestId(id))
    request_.requestId.assign(id);
  else
    newRequestId(request_.requestId);

  if (head.path == "*") {
    reply_.fields = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n";
    send(204, {}, {}, nullptr);
    return Next::Answered;
  }
  if (!request_.decodePath() || !queryDecodes(head.query)) {
    plainProblem(400);
    return Next::Answered;
  }
  const auto& table = core_.router.table();
  size_t restFrom = 0;
  table->find(head.method, request_.segments, request_.match, restFrom);
  const Route* route = request_.match.route;
  if (route == nullptr) {
    answerUnrouted();
    return Next::Answered;
  }
  for (size_t i = restFrom; i < request_.segments.size(); ++i) {
    if (i > restFrom) request_.rest.push_back('/');
    request_.rest += request_.segments[i];
  }
  cancel_.reset(monotonicMs() + core_.config.request_timeout_ms);
  if ((route->flags & TENON_ROUTE_PROTECTED) != 0 && !gate(*route)) return Next::Answered;
  return admitBody(*route, table);
}

/// Decides how the body is received, before a byte of it is asked for. `table` is the one that holds the route.
Connection::Next Connection::admitBody(const Route& route, const std::shared_ptr<const RouteTable>& table) {
  const RequestHead& head = request_.head;
  const bool streamed = (route.flags & TENON_ROUTE_STREAM_BODY) != 0;
  const uint64_t own = route.max_body_bytes;
  const uint64_t limit = streamed ? (own != 0 ? own : UINT64_MAX)
                                  : std::min(own != 0 ? own : core_.config.max_body_bytes, core_.config.max_body_bytes);
  if (head.framing == Framing::Length && head.contentLength > limit) {
    plainProblem(413);
    return Next::Answered;
  }
  if (head.framing == Framing::None) return Next::Handle;
  bodyLeft_ = head.contentLength;
  if (streamed) return Next::Handle;
  const size_t have = input_.size() - parser_.headBytes();
  if (bodyHere()) {
    request_.body = input_.substr(parser_.headBytes(), static_cast<size_t>(head.contentLength));
    bodyDone_ = true;
    return Next::Handle;
  }
  if (head.expectsContinue && have == 0) {
    if (!transmit("HTTP/1.1 100 Continue\r\n\r\n", {}) || !out_.empty()) {
      reply_.state = tenon_reply::State::Broken;
      return Next::Answered;
    }
  }
  table_ = table;  // the route must outlive the wait
  bodyDeadline_ms_ = monotonicMs() + core_.config.body_timeout_ms;
  return Next::NeedBody;
}

bool Connection::gate(const Route&) {
  Authenticator* authenticator = core_.authenticator.load(std::memory_order_acquire);
  if (authenticator == nullptr) {
    plainProblem(503, 1);
    return false;
  }
  if (request_.head.repeats("authorization") || request_.head.repeats("x-tenant-id")) {
    plainProblem(400);
    return false;
  }
  const std::string_view authorization = request_.head.field("authorization");
  tenon_credentials credentials{};
  credentials.size = sizeof credentials;
  credentials.bearer = kAbsent;
  if (authorization.size() > 7 && equalsIgnoringCase(authorization.substr(0, 7), "bearer "))
    credentials.bearer = str(trimmed(authorization.substr(7)));
  const std::string_view tenant = request_.head.field("x-tenant-id");
  credentials.tenant = tenant.empty() ? kAbsent : str(tenant);
  credentials.method = str(request_.head.method);
  credentials.path = str(request_.path);
  credentials.peer = str(peer_);
  request_.principal.size = sizeof request_.principal;
  Error e;
  const tenon_status status = authenticator->authenticate(credentials, request_.principal, cancel_.token(), &e);
  if (status == TENON_OK) {
    request_.hasPrincipal = true;
    return true;
  }
  if (status == TENON_UNAUTHENTICATED) reply_.fields += "WWW-Authenticate: Bearer\r\n";
  answerError(status, e);
  return false;
}

void Connection::answerUnrouted() {
  const std::string& allowed = request_.match.allowed;
  if (allowed.empty()) {
    plainProblem(404);
    return;
  }
  reply_.fields += "Allow: " + allowed + ", OPTIONS\r\n";
  if (request_.head.method != "OPTIONS") {
    plainProblem(405);
    return;
  }
  const std::string_view asked = request_.head.field("access-control-request-method");
  if (!asked.empty() && !core_.config.cors.origins.empty()) {
    reply_.fields += "Access-Control-Allow-Methods: " + allowed + "\r\n";
    if (const std::string_view headers = request_.head.field("access-control-request-headers"); !headers.empty())
      reply_.fields.append("Access-Control-Allow-Headers: ").append(headers).append("\r\n");
    reply_.fields += "Access-Control-Max-Age: " + std::to_string(core_.config.cors.max_age_s) + "\r\n";
  }
  send(204, {}, {}, nullptr);
}

// ---- the handler ------------------------------------------------------------------------------------------

Connection::Step Connection::handle() {
  const Route& route = *request_.match.route;
  if (!core_.router.enter(route)) {  // its plugin has just gone
    plainProblem(404);
    return finish();
  }
  currentRequestId = request_.requestId;
  request_.handler = std::this_thread::get_id();
  setRunning(true);
  Error e;
  const tenon_status status =
      guard(&e, [&] { return route.handle(route.self, &request_, &reply_, cancel_.token(), &e); });
  request_.handler = {};
  setRunning(false);
  core_.router.leave(route);
  if (channel_) return beginChannel(status, e);

  if (reply_.begun) {
    if (reply_.state == tenon_reply::State::Streaming && status == TENON_OK && endStream()) {
      reply_.state = tenon_reply::State::Sent;
    } else {  // no final chunk: the client must see that it was cut
      core_.log.write("http", status == TENON_CANCELLED ? TENON_LOG_INFO : TENON_LOG_WARN,
                      "a streamed reply was cut: " + std::string(e.text()));
      reply_.state = tenon_reply::State::Broken;
    }
  } else if (reply_.state == tenon_reply::State::Open) {
    if (status == TENON_OK) fail(&e, TENON_INTERNAL, "the handler returned without a reply");
    answerError(status == TENON_OK ? TENON_INTERNAL : status, e);
  }
  currentRequestId = {};
  return finish();
}

void Connection::mustBeOnHandlerThread(const char* call) {
#if TENON_CHECK_THREADS
  const std::thread::id owner = request_.handler;
  if (owner != std::thread::id() && owner != std::this_thread::get_id()) {
    const std::string what = std::string(call) + "() is called on another thread than its handler's";
    core_.log.write("http", TENON_LOG_ERROR, what);
    throw Failure(TENON_INVALID, what).from(TENON_FROM_CALLER);
  }
#else
  (void)call;
#endif
}

void Connection::answerError(tenon_status status, const tenon_error& e) {
  const Answered how = answerFor(status);
  const uint32_t retry_s = e.retry_after_ms != 0 ? (e.retry_after_ms + 999) / 1000 : how.httpStatus == 503 ? 1 : 0;
  if (how.httpStatus >= 500) {
    std::string fields;
    JsonWriter(fields).beginObject().key("path").string(request_.path).key("error").string(e.message).endObject();
    core_.log.write("http", TENON_LOG_ERROR, "a request failed with " + std::to_string(how.httpStatus), fields);
  }
  std::string_view message = statusText(how.httpStatus, request_.language);
  if (status == TENON_OUTCOME_UNKNOWN)
    message = request_.language == "en" ? "the outcome is unknown: the connection broke during the commit"
                                        : "结果未知：提交时连接中断";
  if (status == TENON_INVALID) {
    const bool field = e.object_kind == TENON_OBJECT_FIELD && e.object[0] != '\0';
    const tenon_field_problem problem{str(e.object), str(e.message)};
    const std::string_view general = request_.language == "en" ? "validation failed" : "参数验证异常";
    sendProblem(400, how.code, field || e.message[0] == '\0' ? general : std::string_view(e.message), &problem,
                field ? 1 : 0, 0, nullptr);
    return;
  }
  if (how.showMessage && e.message[0] != '\0' && isUtf8(e.message)) message = e.message;
  sendProblem(how.httpStatus, how.code, message, nullptr, 0, retry_s, nullptr);
}

void Connection::plainProblem(int status, uint32_t retryAfter_s) {
  sendProblem(status, statusCode(status), statusText(status, request_.language), nullptr, 0, retryAfter_s, nullptr);
}

/// The whole body came with the head and nobody has begun to read it.
bool Connection::bodyHere() const {
  const RequestHead& head = request_.head;
  return !bodyStarted_ && phase_ == Phase::Head && head.framing == Framing::Length &&
         input_.size() >= parser_.headBytes() + head.contentLength;
}

Connection::Step Connection::badHead(int status) {
  request_.clear();
  reply_.clear();
  const std::string_view method = request_.head.method;  // of this head, or empty: finish() and close() see to it
  request_.head.clear();
  request_.head.method = method;
  request_.requestId.clear();
  newRequestId(request_.requestId);
  request_.language = core_.config.language;
  started_us_ = nowMicros();
  keepAlive_ = false;
  bodyDone_ = false;
  plainProblem(status);
  return finish();
}

/// The answer is given: accounts for the request's bytes and goes on to the next request, or ends.
Connection::Step Connection::finish() {
  if (core_.config.access_log) logAccess();
  if (reply_.state == tenon_reply::State::Broken) return close();
  core_.bufferedBytes.fetch_sub(counted_);
  counted_ = 0;
  const RequestHead& head = request_.head;
  const size_t headBytes = parser_.headBytes();
  if (!bodyDone_ && !bodyHere()) {
    keepAlive_ = false;  // what follows on the wire is a body: never to be taken for a request
  } else if (bodyStarted_) {
    keepInput();  // what follows a streamed body is in a buffer that the next request uses
  } else if (keepAlive_) {
    input_.remove_prefix(headBytes + (head.framing == Framing::Length ? static_cast<size_t>(head.contentLength) : 0));
  }
  phase_ = Phase::Head;
  request_.head.clear();  // before its bytes go
  parser_.reset();
  headStarted_ms_ = 0;
  table_.reset();
  if (!out_.empty()) {
    phase_ = Phase::Flush;
    return Step::Continue;
  }
  return keepAlive_ ? Step::Continue : lingerOrClose();
}

void Connection::logAccess() {
  if (!core_.log.enabled("http", TENON_LOG_INFO)) return;
  thread_local std::string line;
  line.clear();
  line.append(request_.head.method.empty() ? "-" : request_.head.method).append(" ");
  line.append(request_.path.empty() ? "-" : request_.path).append(" ");
  appendNumber(line, static_cast<uint64_t>(reply_.status));
  line.append(" ");
  appendNumber(line, reply_.bytes);
  line.append("B ");
  appendNumber(line, nowMicros() - started_us_);
  line.append("us ").append(peer_);
  currentRequestId = request_.requestId;
  core_.log.write("http", TENON_LOG_INFO, line);
  currentRequestId = {};
}

// ---- the reply --------------------------------------------------------------------------------------------

void Connection::addCors(std::string& head) {
  const auto& cors = core_.config.cors;
  if (cors.origins.empty()) return;
  if (!reply_.hasVary) head.append("Vary: Origin\r\n");
  const std::string_view origin = request_.head.field("origin");
  if (origin.empty() || std::find(cors.origins.begin(), cors.origins.end(), origin) == cors.origins.end()) return;
  head.append("Access-Control-Allow-Origin: ").append(origin).append("\r\n");
  if (cors.credentials) head.append("Access-Control-Allow-Credentials: true\r\n");
}

void Connection::startHead(std::string& head, int status, std::string_view contentType) {
  reply_.status = status;
  head.clear();
  head.append("HTTP/1.1 ");
  appendNumber(head, static_cast<uint64_t>(status));
  head.append(" ").append(reasonPhrase(status)).append("\r\n").append(dateLine());
  if (!contentType.empty()) head.append("Content-Type: ").append(contentType).append("\r\n");
  head.append("X-Request-Id: ").append(request_.requestId).append("\r\n");
  head.append(reply_.fields);
  addCors(head);
  if (status == 426) head.append("Upgrade: websocket\r\nConnection: upgrade\r\n");  // the only one that is spoken
  if (!keepAlive_)
    head.append("Connection: close\r\n");
  else if (!request_.head.http11)
    head.append("Connection: keep-alive\r\n");
}

bool Connection::wantsGzip(std::string_view contentType, uint64_t bytes) const {
  return core_.config.gzip_min_bytes != 0 && bytes >= core_.config.gzip_min_bytes && worthCompressing(contentType) &&
         acceptsGzip(request_.head.field("accept-encoding"));
}

tenon_status Connection::send(int status, std::string_view contentType, std::string_view body, tenon_error* e) {
  if (reply_.state != tenon_reply::State::Open)
    return fail(e, TENON_INVALID, "the reply was sent already", TENON_FROM_CALLER);
  if (status < 200 || status > 599) return fail(e, TENON_INVALID, "not a status of a reply", TENON_FROM_CALLER);
  if (!isFieldValue(contentType)) return fail(e, TENON_INVALID, "not a content type", TENON_FROM_CALLER);
  auto& b = threadBuffers();
  std::string& head = b.head;
  // An unread body would have to be read to find the next request: the client is told that this is the end.
  if (!bodyDone_ && !bodyHere()) keepAlive_ = false;
  const bool bodyless = status == 204 || status == 304;
  const bool large =
      core_.config.gzip_min_bytes != 0 && body.size() >= core_.config.gzip_min_bytes && worthCompressing(contentType);
  const bool gzip = large && !bodyless && wantsGzip(contentType, body.size());
  startHead(head, status, contentType);
  if (large) head.append("Vary: Accept-Encoding\r\n");
  if (gzip) {
    b.compressed.clear();
    b.gzip.restart();
    b.gzip.encode(body, b.compressed, false, true);
    body = b.compressed;
    head.append("Content-Encoding: gzip\r\n");
  }
  if (!bodyless) {
    head.append("Content-Length: ");
    appendNumber(head, body.size());
    head.append("\r\n");
  }
  head.append("\r\n");
  const bool withBody = !bodyless && request_.head.method != "HEAD";
  reply_.bytes = withBody ? body.size() : 0;
  reply_.state = tenon_reply::State::Sent;
  if (!transmit(head, withBody ? body : std::string_view())) {
    reply_.state = tenon_reply::State::Broken;
    cancel_.cancel();
    return fail(e, TENON_CANCELLED, "the client is gone", TENON_FROM_CALLER);
  }
  return TENON_OK;
}

tenon_status Connection::sendProblem(int status, int32_t code, std::string_view message,
                                     const tenon_field_problem* fields, uint64_t nFields, uint32_t retryAfter_s,
                                     tenon_error* e) {
  if (reply_.state != tenon_reply::State::Open)
    return fail(e, TENON_INVALID, "the reply was sent already", TENON_FROM_CALLER);
  if (retryAfter_s != 0) reply_.fields += "Retry-After: " + std::to_string(retryAfter_s) + "\r\n";
  std::string& body = threadBuffers().problem;
  body.clear();
  appendProblem(body, code, message, fields, nFields);
  return send(status, "application/json", body, e);
}

bool Connection::transmit(std::string_view head, std::string_view body) {
  iovec parts[2] = {{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(body.data()), body.size()}};
  size_t sent = 0;
  const size_t total = head.size() + body.size();
  while (sent < total) {
    const ssize_t n = transport_.write(parts, 2);
    if (n == kGone) return false;
    if (n == kWouldBlock) break;
    sent += static_cast<size_t>(n);
    auto left = static_cast<size_t>(n);
    for (auto& part : parts) {
      const size_t used = std::min(left, part.iov_len);
      part.iov_base = static_cast<char*>(part.iov_base) + used;
      part.iov_len -= used;
      left -= used;
    }
  }
  if (sent < total)
    for (const auto& part : parts) out_.append(static_cast<char*>(part.iov_base), part.iov_len);
  return true;
}

}  // namespace tenon::host
