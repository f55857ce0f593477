// SPDX-License-Identifier: Apache-2.0
// Replies of unknown length and bodies that are read as they arrive: what holds a handler's thread, with time limits.
#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "connection.h"
#include "server_core.h"
#include "syntax.h"
#include "tenon/error.hpp"
#include "thread_buffers.h"

namespace tenon::host {

tenon_status Connection::transmitBlocking(std::string_view a, std::string_view b, std::string_view c, tenon_error* e) {
  std::array<std::string_view, 3> parts = {a, b, c};
  uint64_t begun_ms = 0, sent = 0;
  for (;;) {
    std::array<iovec, 3> v{};
    size_t total = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
      v[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
      total += parts[i].size();
    }
    if (total == 0) return TENON_OK;
    const ssize_t n = transport_.write(v.data(), static_cast<int>(v.size()));
    if (n == kGone) {
      cancel_.cancel();
      return fail(e, TENON_CANCELLED, "the client is gone", TENON_FROM_CALLER);
    }
    if (n == kWouldBlock) {
      if (begun_ms == 0) begun_ms = monotonicMs();
      const uint64_t spent_ms = monotonicMs() - begun_ms;
      const uint64_t allowed_ms = allowanceMs(core_.config.write_timeout_ms, sent);
      if (spent_ms >= allowed_ms || !waitFor(POLLOUT, std::min(core_.config.write_timeout_ms, allowed_ms - spent_ms)))
        return fail(e, TENON_DEADLINE, "the client reads too slowly", TENON_FROM_CALLER);
      continue;
    }
    sent += static_cast<uint64_t>(n);
    auto left = static_cast<size_t>(n);
    for (auto& part : parts) {
      const size_t used = std::min(left, part.size());
      part.remove_prefix(used);
      left -= used;
    }
  }
}

tenon_status Connection::begin(int status, std::string_view contentType, tenon_error* e) {
  if (reply_.state != tenon_reply::State::Open)
    return fail(e, TENON_INVALID, "the reply was begun already", TENON_FROM_CALLER);
  if (status < 200 || status > 599 || !isFieldValue(contentType))
    return fail(e, TENON_INVALID, "not a status or content type of a reply", TENON_FROM_CALLER);
  reply_.bodyless = status == 204 || status == 304 || request_.head.method == "HEAD";
  reply_.chunked = request_.head.http11 && !reply_.bodyless;
  if (!request_.head.http11 && !reply_.bodyless)
    keepAlive_ = false;  // the end of the connection is the end of the body
  if (!bodyDone_) keepAlive_ = false;
  reply_.gzip = !reply_.bodyless && wantsGzip(contentType, UINT64_MAX);
  std::string& head = threadBuffers().head;
  startHead(head, status, contentType);
  if (reply_.gzip) {
    head.append("Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n");
    threadBuffers().gzip.restart();
  }
  if (reply_.chunked) head.append("Transfer-Encoding: chunked\r\n");
  head.append("\r\n");
  reply_.state = tenon_reply::State::Streaming;
  reply_.begun = true;
  const tenon_status sent = transmitBlocking(head, {}, {}, e);
  if (sent != TENON_OK) reply_.state = tenon_reply::State::Broken;
  return sent;
}

tenon_status Connection::write(std::string_view bytes, tenon_error* e) {
  if (reply_.state != tenon_reply::State::Streaming)
    return fail(e, TENON_INVALID, "the reply is not being streamed", TENON_FROM_CALLER);
  if (bytes.empty() || reply_.bodyless) return TENON_OK;
  auto& b = threadBuffers();
  if (reply_.gzip) {
    b.compressed.clear();
    b.gzip.encode(bytes, b.compressed, true, false);
    bytes = b.compressed;
  }
  reply_.bytes += bytes.size();
  char size[24];
  char* end = size;
  if (reply_.chunked) {
    end = std::to_chars(size, size + 16, bytes.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
  }
  const tenon_status sent = transmitBlocking({size, static_cast<size_t>(end - size)}, bytes,
                                             reply_.chunked ? std::string_view("\r\n") : std::string_view(), e);
  if (sent != TENON_OK) reply_.state = tenon_reply::State::Broken;
  return sent;
}

bool Connection::endStream() {
  if (reply_.gzip) {
    auto& b = threadBuffers();
    b.compressed.clear();
    b.gzip.encode({}, b.compressed, false, true);
    reply_.gzip = false;
    const std::string last = b.compressed;
    if (write(last, nullptr) != TENON_OK) return false;
  }
  return !reply_.chunked || transmitBlocking("0\r\n\r\n", {}, {}, nullptr) == TENON_OK;
}

int64_t Connection::readBody(char* buf, size_t n, tenon_error* e) {
  const auto failed = [&](tenon_status status, std::string_view what) -> int64_t {
    bodyFailed_ = true;
    keepAlive_ = false;
    fail(e, status, what, TENON_FROM_CALLER);
    return -1;
  };
  if (bodyFailed_) return failed(TENON_CANCELLED, "the body failed already");
  if (bodyDone_ || n == 0) return 0;
  const RequestHead& head = request_.head;
  const uint64_t limit = request_.match.route->max_body_bytes;
  if (!bodyStarted_) {
    bodyStarted_ = true;
    input_.remove_prefix(parser_.headBytes());  // the head's views stay: they are of memory that stays
    if (head.expectsContinue && input_.empty() &&
        transmitBlocking("HTTP/1.1 100 Continue\r\n\r\n", {}, {}, e) != TENON_OK)
      return failed(TENON_CANCELLED, "the client is gone");
  }
  char chunk[16384];
  std::string out;
  for (;;) {
    if (input_.empty()) {
      const ssize_t got = transport_.read(chunk, sizeof chunk);
      if (got == kGone) return failed(TENON_CANCELLED, "the client is gone");
      if (got == kWouldBlock) {
        // The time limit is for standing still: a long upload may take as long as it moves fast enough.
        const uint64_t patience_ms = core_.config.body_timeout_ms, from_ms = monotonicMs();
        const bool came = waitFor(transport_.wantsWrite() ? POLLOUT : POLLIN, patience_ms);
        bodyWaited_ms_ += monotonicMs() - from_ms;
        if (!came || cancel_.isSet() || bodyWaited_ms_ > allowanceMs(patience_ms, bodyRead_))
          return failed(TENON_DEADLINE, "the client sends too slowly");
        continue;
      }
      bodyRead_ += static_cast<uint64_t>(got);
      decoded_.assign(chunk, static_cast<size_t>(got));
      input_ = decoded_;
    }
    if (head.framing == Framing::Length) {
      const size_t take = std::min({n, input_.size(), static_cast<size_t>(bodyLeft_)});
      std::copy_n(input_.data(), take, buf);
      input_.remove_prefix(take);
      bodyLeft_ -= take;
      bodyDone_ = bodyLeft_ == 0;
      return static_cast<int64_t>(take);
    }
    size_t used = 0;
    const auto result = chunks_.decode(input_, out, n, used);
    input_.remove_prefix(used);
    if (result == ChunkDecoder::Result::Bad) return failed(TENON_INVALID, "the chunked body is malformed");
    bodyDone_ = result == ChunkDecoder::Result::Done;
    bodyLeft_ += out.size();
    if (limit != 0 && bodyLeft_ > limit) return failed(TENON_TOO_LARGE, "the body is too large");
    if (!out.empty() || bodyDone_) {
      std::copy_n(out.data(), out.size(), buf);
      return static_cast<int64_t>(out.size());
    }
  }
}

}  // namespace tenon::host
