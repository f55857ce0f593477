// SPDX-License-Identifier: Apache-2.0
#include "chunk_decoder.h"

#include <algorithm>

#include "syntax.h"

namespace tenon::host {

ChunkDecoder::Result ChunkDecoder::decode(std::string_view input, std::string& body, size_t most, size_t& used) {
  size_t i = 0;
  const auto end = [&](Result r) {
    used = i;
    return r;
  };
  while (i < input.size()) {
    if (state_ == State::Data) {
      const size_t n = std::min({static_cast<size_t>(left_), input.size() - i, most});
      if (n == 0) return end(Result::More);
      body.append(input, i, n);
      i += n;
      most -= n;
      left_ -= n;
      if (left_ == 0) state_ = State::DataCr;
      continue;
    }
    const char c = input[i++];
    switch (state_) {
      case State::Size: {
        const char l = lower(c);
        const int digit = c >= '0' && c <= '9' ? c - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
        if (digit >= 0) {
          if (++digits_ > 15) return end(Result::Bad);
          left_ = left_ * 16 + static_cast<uint64_t>(digit);
        } else if (digits_ == 0) {
          return end(Result::Bad);
        } else if (c == '\r') {
          state_ = State::SizeLf;
        } else if (c == ';') {
          state_ = State::Extension;
        } else {
          return end(Result::Bad);
        }
        break;
      }
      case State::Extension:
        if (c == '\r')
          state_ = State::SizeLf;
        else if (!isFieldValue({&c, 1}) || ++extension_ > kMostExtension || ++overhead_ > kMostOverhead)
          return end(Result::Bad);
        break;
      case State::SizeLf:
        if (c != '\n') return end(Result::Bad);
        digits_ = extension_ = 0;
        state_ = left_ == 0 ? State::Trailer : State::Data;
        break;
      case State::DataCr:
        if (c != '\r') return end(Result::Bad);
        state_ = State::DataLf;
        break;
      case State::DataLf:
        if (c != '\n') return end(Result::Bad);
        state_ = State::Size;
        break;
      case State::Trailer:  // at the start of a line
        if (c == '\r') {
          state_ = State::FinalLf;
          break;
        }
        if (!kTokenChars[static_cast<unsigned char>(c)]) return end(Result::Bad);
        state_ = State::TrailerLine;
        [[fallthrough]];
      case State::TrailerLine:
        if (c == '\r')
          state_ = State::TrailerLf;
        else if (!isFieldValue({&c, 1}) || ++overhead_ > kMostOverhead)
          return end(Result::Bad);
        break;
      case State::TrailerLf:
        if (c != '\n') return end(Result::Bad);
        state_ = State::Trailer;
        break;
      case State::FinalLf: return end(c == '\n' ? Result::Done : Result::Bad);
      case State::Data: break;
    }
  }
  return end(Result::More);
}

}  // namespace tenon::host
