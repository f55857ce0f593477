// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/http.h>

namespace tenon::host {

/// Whose routes: counts the requests that run in them, so that they can be waited for. Kept for ever: there
/// are as many as plugin generations.
struct RouteOwner {
  const void* key = nullptr;  ///< the plugin's context, or nullptr for the host's own routes
  std::atomic<bool> closed{false};
  std::atomic<uint32_t> running{0};
};

struct Route {
  std::string method, pattern;
  std::vector<std::string> parameters;  ///< names, in the order of the pattern
  uint32_t flags = 0;
  uint64_t max_body_bytes = 0;
  void* self = nullptr;
  tenon_status (*handle)(void*, tenon_request*, tenon_reply*, const tenon_cancel*, tenon_error*) = nullptr;
  RouteOwner* owner = nullptr;
};

/// An immutable trie over path segments. A literal beats a parameter, which beats {rest...}; where the better
/// branch leads nowhere, the next is tried.
class RouteTable {
 public:
  RouteTable(uint64_t version, const std::vector<std::shared_ptr<const Route>>& routes);
  ~RouteTable();
  RouteTable(const RouteTable&) = delete;
  RouteTable& operator=(const RouteTable&) = delete;

  static constexpr size_t kMostSegments = 64;

  struct Match {
    const Route* route = nullptr;          ///< null: none, see `allowed`
    std::vector<std::string_view> values;  ///< of the route's parameters
    std::string allowed;                   ///< methods of the path, "GET, HEAD, POST"; empty = no such path
  };
  /// `segments`: decoded. HEAD finds GET. `match.values` are views of the segments, but for {rest...}, which is
  /// the number of the segment it starts at, told in `restFrom`.
  void find(std::string_view method, const std::vector<std::string>& segments, Match& match, size_t& restFrom) const;
  uint64_t version() const noexcept { return version_; }

 private:
  struct Node;
  bool descend(const Node& node, std::string_view method, const std::vector<std::string>& segments, size_t depth,
               Match& match, size_t& restFrom) const;
  static const Route* methodOf(const Node& node, std::string_view method);
  static void allow(const Node& node, std::string& allowed);

  uint64_t version_;
  std::vector<std::shared_ptr<const Route>> routes_;
  std::unique_ptr<Node> root_;
};

/// The routes of the process. Adding and withdrawing swap the table; requests go on with the one they found.
class Router {
 public:
  Router();
  /// Throws Failure: INVALID for a bad pattern or method, CONFLICT when both are taken.
  void add(const void* ownerKey, Route route);
  /// No request enters this owner's routes any more; waits until none runs, or the time is over (false).
  bool close(const void* ownerKey, uint64_t timeout_ms) noexcept;
  /// Removes this owner's routes.
  void withdraw(const void* ownerKey) noexcept;
  /// "GET /x" of everything an owner has.
  std::vector<std::string> routesOf(const void* ownerKey) const;

  /// The table of this moment, cached for the thread: costs one atomic load while nothing changes.
  const std::shared_ptr<const RouteTable>& table() const;

  /// Before and after a handler runs. False: the owner has closed; answer as if there were no route.
  bool enter(const Route& route) noexcept;
  void leave(const Route& route) noexcept;

 private:
  RouteOwner* ownerOf(const void* key);
  void publish();

  mutable std::mutex mutex_;
  std::condition_variable left_;
  std::vector<std::shared_ptr<const Route>> routes_;
  std::vector<std::unique_ptr<RouteOwner>> owners_;
  std::shared_ptr<const RouteTable> current_;
  std::atomic<uint64_t> version_{0};
};

}  // namespace tenon::host
