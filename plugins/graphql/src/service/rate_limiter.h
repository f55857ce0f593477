// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tenon::graphql {

/// What a tenant may ask for in a second; so much may also come at once. 0 = any.
struct Rates {
  uint32_t requestsPerSecond = 0;  ///< operations: each of a batch counts
  uint32_t costPerSecond = 0;
};

/// Token buckets by tenant, which fill by the host's clock. A bucket that is not empty lets one more in, however much
/// that takes: the debt is paid before the next. Any thread.
class RateLimiter {
 public:
  /// Takes one operation out. 0: it may come in; else after how many seconds it might.
  uint32_t admit(std::string_view tenant, const Rates& rates, uint64_t now_ms);
  /// For work that takes its turn by what it costs: 0, or after how many milliseconds it may begin. Takes nothing out.
  uint64_t wait_ms(std::string_view tenant, const Rates& rates, uint64_t now_ms);
  /// Takes out what an operation costs. False, and nothing is taken: others have used up what there was since it was
  /// admitted.
  bool spend(std::string_view tenant, const Rates& rates, uint64_t cost, uint64_t now_ms);
  /// Takes out what cannot be refused any more: further operations of a batch, and what evaluations cost.
  void charge(std::string_view tenant, const Rates& rates, uint64_t operations, uint64_t cost, uint64_t now_ms);

 private:
  struct Bucket {
    double tokens = 0;
    /// Fills it up since it was last looked at. `rate`: of tokens in a second, and the most that it holds.
    void fill(uint32_t rate, uint64_t elapsed_ms) noexcept;
    double wait_s(uint32_t rate) const noexcept;
    void take(uint32_t rate, uint64_t amount) noexcept;
  };
  struct Buckets {
    Bucket requests, cost;
    uint64_t filledAt_ms = 0;
  };
  static constexpr size_t kMostTenants = 10000;

  Buckets& bucketsOf(std::string_view tenant, const Rates& rates, uint64_t now_ms);
  void forget(uint64_t now_ms);

  std::mutex mutex_;
  std::unordered_map<std::string, Buckets> byTenant_;
};

}  // namespace tenon::graphql
