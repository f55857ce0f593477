// SPDX-License-Identifier: Apache-2.0
#include "gzip.h"

#include <zlib.h>

#include "syntax.h"
#include "tenon/error.hpp"

namespace tenon::host {

GzipEncoder::GzipEncoder() : stream_(new z_stream{}) {
  // Level 1: replies are made once and read once, so that time counts more than the last few bytes.
  if (deflateInit2(stream_, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    delete stream_;
    throw Failure(TENON_UNAVAILABLE, "no memory for a gzip encoder");
  }
}

GzipEncoder::~GzipEncoder() {
  deflateEnd(stream_);
  delete stream_;
}

void GzipEncoder::restart() {
  deflateReset(stream_);
}

void GzipEncoder::encode(std::string_view bytes, std::string& out, bool flush, bool last) {
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_->avail_in = static_cast<uInt>(bytes.size());
  for (;;) {
    const size_t at = out.size();
    const size_t room = std::max<size_t>(bytes.size() / 4, 4096);
    out.resize(at + room);
    stream_->next_out = reinterpret_cast<Bytef*>(out.data() + at);
    stream_->avail_out = static_cast<uInt>(room);
    deflate(stream_, last ? Z_FINISH : flush ? Z_SYNC_FLUSH : Z_NO_FLUSH);
    const bool full = stream_->avail_out == 0;
    out.resize(at + room - stream_->avail_out);
    if (!full) return;
  }
}

bool acceptsGzip(std::string_view acceptEncoding) noexcept {
  int gzip = -1, any = -1;
  eachWeighted(acceptEncoding, [&](std::string_view coding, int q) {
    if (equalsIgnoringCase(coding, "gzip"))
      gzip = q;
    else if (coding == "*")
      any = q;
  });
  return gzip >= 0 ? gzip > 0 : any > 0;
}

bool worthCompressing(std::string_view contentType) noexcept {
  const std::string_view type = trimmed(contentType.substr(0, contentType.find(';')));
  return type.substr(0, 5) == "text/" || type == "application/json" || type == "application/javascript" ||
         (type.size() > 5 && type.substr(type.size() - 5) == "+json") || type == "image/svg+xml" ||
         type == "application/graphql-response+json";
}

}  // namespace tenon::host
