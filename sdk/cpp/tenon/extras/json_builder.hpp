// SPDX-License-Identifier: Apache-2.0
// Optional: needs nlohmann/json 3.11 on the includer's own path. The part of json.hpp that makes values of events.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace tenon {

/// Builds a value from the parser's events, in time that grows with the text alone: the library's own way to bound the
/// depth looks at a whole array again for each object in it, and at every member of an object for each new one.
/// Stops the parser with tooDeep(), or throws what the parser says.
template <class Json>
class JsonBuilder {
 public:
  using number_integer_t = typename Json::number_integer_t;
  using number_unsigned_t = typename Json::number_unsigned_t;
  using number_float_t = typename Json::number_float_t;
  using string_t = typename Json::string_t;
  using binary_t = typename Json::binary_t;

  JsonBuilder(Json& root, int maxDepth) : root_(root), maxDepth_(static_cast<size_t>(maxDepth)) {}
  bool tooDeep() const noexcept { return tooDeep_; }

  bool null() { return put(nullptr); }
  bool boolean(bool v) { return put(v); }
  bool number_integer(number_integer_t v) { return put(v); }
  bool number_unsigned(number_unsigned_t v) { return put(v); }
  bool number_float(number_float_t v, const string_t&) { return put(v); }
  bool string(string_t& v) { return put(std::move(v)); }
  bool binary(binary_t& v) { return put(std::move(v)); }
  bool start_object(size_t) { return open(Json::object()); }
  bool start_array(size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  /// Of two members of one name the last counts, at the place of the first.
  bool key(string_t& name) {
    Level& level = levels_.back();
    typename Json::object_t::Container& members = level.value->template get_ref<typename Json::object_t&>();
    size_t at = members.size();
    if (at >= kFew) {
      if (level.places.empty())
        for (size_t i = 0; i < at; ++i) level.places.emplace(members[i].first, i);
      at = level.places.emplace(name, at).first->second;
    } else {
      for (at = 0; at < members.size() && members[at].first != name;) ++at;
    }
    if (at == members.size()) members.emplace_back(std::move(name), Json());
    level.member = &members[at].second;
    return true;
  }

  template <class Exception>
  bool parse_error(size_t, const std::string&, const Exception& e) {
    throw e;
  }

 private:
  static constexpr size_t kFew = 16;  // so many members are compared one by one
  struct Level {
    Json* value;
    Json* member = nullptr;                       // of an object: where the next value goes
    std::unordered_map<string_t, size_t> places;  // of an object's members, once they are many
    size_t lastSize = 0;  // of an array: members of the last object in it, as the next will have
  };

  template <class V>
  Json& place(V&& value) {
    if (levels_.empty()) return root_ = std::forward<V>(value);
    Level& level = levels_.back();
    if (level.member != nullptr) return *level.member = std::forward<V>(value);
    return level.value->emplace_back(std::forward<V>(value));
  }
  template <class V>
  bool put(V&& value) {
    place(std::forward<V>(value));
    return true;
  }
  bool open(Json&& value) {
    if (levels_.size() == maxDepth_) {
      tooDeep_ = true;
      return false;
    }
    Json& opened = place(std::move(value));
    if (opened.is_object() && !levels_.empty() && levels_.back().lastSize != 0)
      opened.template get_ref<typename Json::object_t&>().reserve(levels_.back().lastSize);
    levels_.push_back({&opened, nullptr, {}, 0});
    return true;
  }
  bool close() {
    const Json& closed = *levels_.back().value;
    const size_t size = closed.is_object() ? closed.size() : 0;
    levels_.pop_back();
    if (size != 0 && !levels_.empty() && levels_.back().value->is_array())
      levels_.back().lastSize = std::min(size, kFew);
    return true;
  }

  Json& root_;
  const size_t maxDepth_;
  bool tooDeep_ = false;
  std::vector<Level> levels_;  // of the containers that are open; none of them moves while it is
};

}  // namespace tenon
