// SPDX-License-Identifier: Apache-2.0
#include "router.h"

#include <algorithm>
#include <chrono>

#include "syntax.h"
#include "tenon/error.hpp"

namespace tenon::host {

struct RouteTable::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;  // sorted by text
  std::unique_ptr<Node> parameter, rest;
  std::vector<const Route*> routes;  // one for each method

  const Node* literal(std::string_view segment) const {
    const auto at = std::lower_bound(literals.begin(), literals.end(), segment,
                                     [](const auto& child, std::string_view s) { return child.first < s; });
    return at != literals.end() && at->first == segment ? at->second.get() : nullptr;
  }
  Node& literalFor(const std::string& segment) {
    const auto at = std::lower_bound(literals.begin(), literals.end(), segment,
                                     [](const auto& child, const std::string& s) { return child.first < s; });
    if (at != literals.end() && at->first == segment) return *at->second;
    return *literals.emplace(at, segment, std::make_unique<Node>())->second;
  }
};

namespace {

std::vector<std::string> split(std::string_view pattern) {
  std::vector<std::string> out;
  for (size_t from = 1;;) {
    const size_t slash = pattern.find('/', from);
    out.emplace_back(pattern.substr(from, slash - from));
    if (slash == std::string_view::npos) return out;
    from = slash + 1;
  }
}

/// Versions are unique in the process: a thread's cached table can never be mistaken for another router's.
std::atomic<uint64_t> lastVersion{0};

bool isParameter(const std::string& s) {
  return s.size() > 2 && s.front() == '{' && s.back() == '}';
}
bool isRest(const std::string& s) {
  return isParameter(s) && s.size() > 5 && s.compare(s.size() - 4, 4, "...}") == 0;
}

}  // namespace

RouteTable::RouteTable(uint64_t version, const std::vector<std::shared_ptr<const Route>>& routes)
    : version_(version), routes_(routes), root_(std::make_unique<Node>()) {
  for (const auto& route : routes_) {
    Node* node = root_.get();
    for (const auto& segment : split(route->pattern)) {
      if (!isParameter(segment)) {
        node = &node->literalFor(segment);
        continue;
      }
      auto& child = isRest(segment) ? node->rest : node->parameter;
      if (!child) child = std::make_unique<Node>();
      node = child.get();
    }
    node->routes.push_back(route.get());
  }
}

RouteTable::~RouteTable() = default;

const Route* RouteTable::methodOf(const Node& node, std::string_view method) {
  const Route* get = nullptr;
  for (const Route* r : node.routes) {
    if (r->method == method) return r;
    if (r->method == "GET") get = r;
  }
  return method == "HEAD" ? get : nullptr;
}

void RouteTable::allow(const Node& node, std::string& allowed) {
  const auto add = [&](std::string_view m) {
    if (listHas(allowed, m)) return;
    if (!allowed.empty()) allowed += ", ";
    allowed += m;
  };
  for (const Route* r : node.routes) {
    add(r->method);
    if (r->method == "GET") add("HEAD");
  }
}

bool RouteTable::descend(const Node& node, std::string_view method, const std::vector<std::string>& segments,
                         size_t depth, Match& match, size_t& restFrom) const {
  if (depth == segments.size()) {
    if (node.routes.empty()) return false;
    match.route = methodOf(node, method);
    if (match.route == nullptr) allow(node, match.allowed);
    return match.route != nullptr;
  }
  const std::string& segment = segments[depth];
  if (const Node* child = node.literal(segment);
      child != nullptr && descend(*child, method, segments, depth + 1, match, restFrom))
    return true;
  if (node.parameter && !segment.empty()) {
    match.values.emplace_back(segment);
    if (descend(*node.parameter, method, segments, depth + 1, match, restFrom)) return true;
    match.values.pop_back();
  }
  if (node.rest) {
    match.route = methodOf(*node.rest, method);
    if (match.route == nullptr)
      allow(*node.rest, match.allowed);
    else
      restFrom = depth;
  }
  return match.route != nullptr;
}

void RouteTable::find(std::string_view method, const std::vector<std::string>& segments, Match& match,
                      size_t& restFrom) const {
  match.route = nullptr;
  match.values.clear();
  match.allowed.clear();
  restFrom = segments.size();
  if (segments.size() <= kMostSegments) descend(*root_, method, segments, 0, match, restFrom);
}

Router::Router() {
  publish();
}

RouteOwner* Router::ownerOf(const void* key) {
  // The latest of that key: an address may come again after its plugin is gone.
  for (auto it = owners_.rbegin(); it != owners_.rend(); ++it)
    if ((*it)->key == key && !(*it)->closed.load()) return it->get();
  owners_.push_back(std::make_unique<RouteOwner>());
  owners_.back()->key = key;
  return owners_.back().get();
}

void Router::publish() {
  const uint64_t next = lastVersion.fetch_add(1) + 1;
  current_ = std::make_shared<RouteTable>(next, routes_);
  version_.store(next, std::memory_order_release);
}

void Router::add(const void* ownerKey, Route route) {
  if (!isToken(route.method) || route.handle == nullptr)
    throw Failure(TENON_INVALID, "a route needs a method and a handler");
  if (route.pattern.empty() || route.pattern[0] != '/' || route.pattern.size() > 1024)
    throw Failure(TENON_INVALID, "a route's pattern must begin with \"/\"");
  const auto segments = split(route.pattern);
  if (segments.size() > RouteTable::kMostSegments)
    throw Failure(TENON_INVALID, "pattern " + route.pattern + " is too deep");
  for (size_t i = 0; i < segments.size(); ++i) {
    const std::string& s = segments[i];
    const bool rest = isRest(s);
    if (rest && i + 1 != segments.size()) throw Failure(TENON_INVALID, "in " + route.pattern + " {...} must come last");
    if (isParameter(s)) {
      route.parameters.push_back(s.substr(1, s.size() - (rest ? 5 : 2)));
    } else if (s.find_first_of("{}?#% ") != std::string::npos || (s.empty() && segments.size() > 1)) {
      throw Failure(TENON_INVALID, "pattern " + route.pattern + " has a bad segment");
    }
  }
  const std::lock_guard lock(mutex_);
  for (const auto& r : routes_)
    if (r->method == route.method && r->pattern == route.pattern)
      throw Failure(TENON_CONFLICT, "route " + route.method + " " + route.pattern + " is taken");
  route.owner = ownerOf(ownerKey);
  routes_.push_back(std::make_shared<const Route>(std::move(route)));
  publish();
}

bool Router::close(const void* ownerKey, uint64_t timeout_ms) noexcept {
  std::unique_lock lock(mutex_);
  std::vector<RouteOwner*> mine;
  for (const auto& o : owners_)
    if (o->key == ownerKey) {
      o->closed.store(true);
      mine.push_back(o.get());
    }
  return left_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] {
    return std::all_of(mine.begin(), mine.end(), [](const RouteOwner* o) { return o->running.load() == 0; });
  });
}

void Router::withdraw(const void* ownerKey) noexcept {
  const std::lock_guard lock(mutex_);
  const size_t before = routes_.size();
  std::erase_if(routes_, [&](const auto& r) { return r->owner->key == ownerKey; });
  if (routes_.size() != before) guard(nullptr, [&] { publish(); });
}

std::vector<std::string> Router::routesOf(const void* ownerKey) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& r : routes_)
    if (r->owner->key == ownerKey) out.push_back(r->method + " " + r->pattern);
  return out;
}

const std::shared_ptr<const RouteTable>& Router::table() const {
  struct Cached {
    std::shared_ptr<const RouteTable> table;
  };
  thread_local Cached cached;
  if (cached.table == nullptr || cached.table->version() != version_.load(std::memory_order_acquire)) {
    const std::lock_guard lock(mutex_);
    cached.table = current_;
  }
  return cached.table;
}

bool Router::enter(const Route& route) noexcept {
  route.owner->running.fetch_add(1);
  if (!route.owner->closed.load()) return true;
  leave(route);
  return false;
}

void Router::leave(const Route& route) noexcept {
  // Sequentially consistent with close(): either it sees the count at zero, or this sees `closed`.
  if (route.owner->running.fetch_sub(1) == 1 && route.owner->closed.load()) {
    const std::lock_guard lock(mutex_);
    left_.notify_all();
  }
}

}  // namespace tenon::host
