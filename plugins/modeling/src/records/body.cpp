// SPDX-License-Identifier: Apache-2.0
#include "body.h"

#include <simdjson.h>

namespace tenon::modeling {

namespace {

namespace dom = simdjson::dom;
using Builder = JsonBuilder<Json>;

bool build(const dom::element& e, Builder& out) {  // as deep as the builder allows
  switch (e.type()) {
    case dom::element_type::ARRAY:
      if (!out.start_array(0)) return false;
      for (const auto item : dom::array(e))
        if (!build(item, out)) return false;
      return out.end_array();
    case dom::element_type::OBJECT:
      if (!out.start_object(0)) return false;
      for (const auto member : dom::object(e)) {
        std::string name(member.key);
        out.key(name);
        if (!build(member.value, out)) return false;
      }
      return out.end_object();
    case dom::element_type::INT64: {
      const int64_t n = e.get_int64().value_unsafe();
      return n < 0 ? out.number_integer(n) : out.number_unsigned(static_cast<uint64_t>(n));
    }
    case dom::element_type::UINT64: return out.number_unsigned(e.get_uint64().value_unsafe());
    case dom::element_type::DOUBLE: return out.number_float(e.get_double().value_unsafe(), {});
    case dom::element_type::STRING: {
      std::string text(e.get_string().value_unsafe());
      return out.string(text);
    }
    case dom::element_type::BOOL: return out.boolean(e.get_bool().value_unsafe());
    case dom::element_type::NULL_VALUE: return out.null();
  }
  return false;
}

}  // namespace

struct Body::Fast {
  dom::parser parser;
  dom::element root;
  dom::array::iterator at, end;

  /// Throws what parseJson() does of the text.
  static Json built(const dom::element& e, int maxDepth, std::string_view text) {
    Json out;
    Builder builder(out, maxDepth);
    if (build(e, builder)) return out;
    parseJson(text);
    throw Failure(TENON_INTERNAL, "two readers disagree about a JSON text");
  }
};

Body::Body(std::string_view text) : text_(text), fast_(std::make_unique<Fast>()) {
  // Refused is more than is malformed: numbers that are large beyond 64 bits, for one.
  if (fast_->parser.parse(text.data(), text.size()).get(fast_->root) != simdjson::SUCCESS) {
    fast_.reset();
    slow_ = parseJson(text);
  }
  rewind();
}

Body::~Body() = default;

bool Body::isList() const noexcept {
  return fast_ != nullptr ? fast_->root.type() == dom::element_type::ARRAY : slow_.is_array();
}

Json Body::value() const {
  return fast_ != nullptr ? Fast::built(fast_->root, kMaxJsonDepth, text_) : slow_;
}

void Body::rewind() {
  at_ = 0;
  if (fast_ == nullptr || !isList()) return;
  const dom::array list(fast_->root);
  fast_->at = list.begin();
  fast_->end = list.end();
}

const Json* Body::next() {
  if (!isList()) return nullptr;
  if (fast_ == nullptr) return at_ < slow_.size() ? &slow_[at_++] : nullptr;
  if (!(fast_->at != fast_->end)) return nullptr;
  record_ = Fast::built(*fast_->at, kMaxJsonDepth - 1, text_);
  ++fast_->at;
  return &record_;
}

}  // namespace tenon::modeling
