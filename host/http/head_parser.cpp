// SPDX-License-Identifier: Apache-2.0
#include "head_parser.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "syntax.h"

namespace tenon::host {

std::string_view RequestHead::field(std::string_view name) const noexcept {
  for (const auto& f : fields)
    if (equalsIgnoringCase(f.name, name)) return f.value;
  return {};
}

bool RequestHead::repeats(std::string_view name) const noexcept {
  return std::count_if(fields.begin(), fields.end(),
                       [&](const HeaderField& f) { return equalsIgnoringCase(f.name, name); }) > 1;
}

HeadParser::Result HeadParser::parse(std::string_view input, RequestHead& out) {
  if (start_ == 0 && scanned_ == 0) {
    if (input.size() >= 2 && input[0] == '\r' && input[1] == '\n')
      start_ = scanned_ = 2;
    else if (input == "\r" || input.empty())
      return Result::More;
  }
  // Line by line, so that a bare LF is refused before it can mean anything.
  while (scanned_ < input.size()) {
    const void* at = std::memchr(input.data() + scanned_, '\n', input.size() - scanned_);
    if (at == nullptr) break;
    const auto lf = static_cast<size_t>(static_cast<const char*>(at) - input.data());
    if (lf == start_ || input[lf - 1] != '\r') return bad(400);
    const size_t lineStart = scanned_;
    scanned_ = lf + 1;
    if (lineStart == start_ && lf - start_ > limits_.maxRequestLineBytes + 1) return bad(414);
    if (lf + 1 - start_ > limits_.maxHeadBytes) return bad(431);
    if (lf - 1 == lineStart) {  // an empty line ends the head
      if (lineStart == start_) return bad(400);
      end_ = lf + 1;
      const size_t firstEnd = input.find("\r\n", start_);
      out.clear();
      if (const Result r = requestLine(input.substr(start_, firstEnd - start_), out); r != Result::Done) return r;
      return fields(input.substr(firstEnd + 2, end_ - 2 - (firstEnd + 2)), out);
    }
  }
  const size_t pending = input.size() - start_;
  if (scanned_ == start_ && pending > limits_.maxRequestLineBytes + 1) return bad(414);  // its CR may be there
  if (pending > limits_.maxHeadBytes) return bad(431);
  return Result::More;
}

HeadParser::Result HeadParser::requestLine(std::string_view line, RequestHead& out) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad(400);
  out.method = line.substr(0, first);
  out.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (out.method.size() > 32 || !isToken(out.method)) return bad(400);
  if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || version[6] != '.') return bad(400);
  if (version == "HTTP/1.0")
    out.http11 = false;
  else if (version != "HTTP/1.1")
    return bad(version[5] >= '0' && version[5] <= '9' && version[7] >= '0' && version[7] <= '9' ? 505 : 400);

  std::string_view target = out.target;
  for (const char c : target) {
    const auto u = static_cast<unsigned char>(c);
    if (u <= 0x20 || u >= 0x7F || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' || c == '{' ||
        c == '|' || c == '}' || c == '#')
      return bad(400);
  }
  if (target == "*") {
    if (out.method != "OPTIONS") return bad(400);
    out.path = target;
    return Result::Done;
  }
  for (const std::string_view scheme : {"http://", "https://"}) {  // absolute form, as a proxy sends it
    if (target.size() <= scheme.size() || !equalsIgnoringCase(target.substr(0, scheme.size()), scheme)) continue;
    const size_t slash = target.find_first_of("/?", scheme.size());
    if (slash == scheme.size()) return bad(400);
    if (slash == std::string_view::npos)
      target = "/";
    else
      target = target.substr(slash);
    break;
  }
  if (target.empty() || target[0] != '/') return bad(400);
  const size_t question = target.find('?');
  out.hasQuery = question != std::string_view::npos;
  out.path = target.substr(0, question);
  if (out.hasQuery) out.query = target.substr(question + 1);
  return Result::Done;
}

HeadParser::Result HeadParser::fields(std::string_view block, RequestHead& out) {
  while (!block.empty()) {
    const size_t end = block.find("\r\n");
    const std::string_view line = block.substr(0, end);
    block = end == std::string_view::npos ? std::string_view() : block.substr(end + 2);
    if (line.empty()) continue;
    if (out.fields.size() >= limits_.maxFields) return bad(431);
    const size_t colon = line.find(':');
    // A blank at the start is obs-fold; one before the colon is how proxies are fooled: isToken refuses both.
    if (colon == std::string_view::npos || !isToken(line.substr(0, colon))) return bad(400);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!isFieldValue(value)) return bad(400);
    out.fields.push_back({line.substr(0, colon), value});
  }
  return framing(out);
}

HeadParser::Result HeadParser::framing(RequestHead& out) {
  bool hasLength = false, hasEncoding = false;
  int hosts = 0;
  out.keepAlive = out.http11;
  for (const auto& f : out.fields) {
    if (equalsIgnoringCase(f.name, "content-length")) {
      if (hasLength || f.value.empty() || f.value.size() > 19) return bad(400);
      const auto r = std::from_chars(f.value.data(), f.value.data() + f.value.size(), out.contentLength);
      if (r.ec != std::errc() || r.ptr != f.value.data() + f.value.size()) return bad(400);
      hasLength = true;
    } else if (equalsIgnoringCase(f.name, "transfer-encoding")) {
      if (hasEncoding || !out.http11) return bad(400);
      if (!equalsIgnoringCase(f.value, "chunked")) return bad(listHas(f.value, "chunked") ? 400 : 501);
      hasEncoding = true;
    } else if (equalsIgnoringCase(f.name, "host")) {
      ++hosts;
      if (f.value.find_first_of(" \t,/@?#") != std::string_view::npos) return bad(400);
    } else if (equalsIgnoringCase(f.name, "connection")) {
      if (listHas(f.value, "close"))
        out.keepAlive = false;
      else if (!out.http11 && listHas(f.value, "keep-alive"))
        out.keepAlive = true;
    } else if (equalsIgnoringCase(f.name, "expect")) {
      if (!equalsIgnoringCase(f.value, "100-continue")) return bad(417);
      out.expectsContinue = out.http11;
    }
  }
  if (hasLength && hasEncoding) return bad(400);
  if (hosts > 1 || (hosts == 0 && out.http11)) return bad(400);
  out.framing = hasEncoding ? Framing::Chunked : hasLength && out.contentLength > 0 ? Framing::Length : Framing::None;
  return Result::Done;
}

}  // namespace tenon::host
