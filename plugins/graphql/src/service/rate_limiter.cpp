// SPDX-License-Identifier: Apache-2.0
#include "rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace tenon::graphql {

namespace {

constexpr double kMostDebt = 3600;  // seconds: nobody is shut out for longer than that

bool isOff(const Rates& rates) noexcept {
  return rates.requestsPerSecond == 0 && rates.costPerSecond == 0;
}

}  // namespace

void RateLimiter::Bucket::fill(uint32_t rate, uint64_t elapsed_ms) noexcept {
  tokens = std::min(tokens + static_cast<double>(elapsed_ms) * rate / 1000, static_cast<double>(rate));
}

double RateLimiter::Bucket::wait_s(uint32_t rate) const noexcept {
  constexpr double kOne = 0.999999;  // what many small fills add up to
  return rate == 0 || tokens >= kOne ? 0 : (1 - tokens) / rate;
}

void RateLimiter::Bucket::take(uint32_t rate, uint64_t amount) noexcept {
  tokens = std::max(tokens - static_cast<double>(amount), -kMostDebt * rate);
}

uint32_t RateLimiter::admit(std::string_view tenant, const Rates& rates, uint64_t now_ms) {
  if (isOff(rates)) return 0;
  const std::lock_guard lock(mutex_);
  Buckets& buckets = bucketsOf(tenant, rates, now_ms);
  const double wait_s =
      std::max(buckets.requests.wait_s(rates.requestsPerSecond), buckets.cost.wait_s(rates.costPerSecond));
  if (wait_s > 0) return static_cast<uint32_t>(std::ceil(wait_s));
  buckets.requests.take(rates.requestsPerSecond, 1);
  return 0;
}

uint64_t RateLimiter::wait_ms(std::string_view tenant, const Rates& rates, uint64_t now_ms) {
  if (rates.costPerSecond == 0) return 0;
  const std::lock_guard lock(mutex_);
  return static_cast<uint64_t>(std::ceil(bucketsOf(tenant, rates, now_ms).cost.wait_s(rates.costPerSecond) * 1000));
}

bool RateLimiter::spend(std::string_view tenant, const Rates& rates, uint64_t cost, uint64_t now_ms) {
  if (rates.costPerSecond == 0) return true;
  const std::lock_guard lock(mutex_);
  Bucket& bucket = bucketsOf(tenant, rates, now_ms).cost;
  if (bucket.wait_s(rates.costPerSecond) > 0) return false;
  bucket.take(rates.costPerSecond, cost);
  return true;
}

void RateLimiter::charge(std::string_view tenant, const Rates& rates, uint64_t operations, uint64_t cost,
                         uint64_t now_ms) {
  if (isOff(rates)) return;
  const std::lock_guard lock(mutex_);
  Buckets& buckets = bucketsOf(tenant, rates, now_ms);
  buckets.requests.take(rates.requestsPerSecond, operations);
  buckets.cost.take(rates.costPerSecond, cost);
}

/// Filled up to now. The caller holds mutex_.
RateLimiter::Buckets& RateLimiter::bucketsOf(std::string_view tenant, const Rates& rates, uint64_t now_ms) {
  if (byTenant_.size() >= kMostTenants) forget(now_ms);
  const auto [it, isNew] = byTenant_.try_emplace(std::string(tenant));
  Buckets& b = it->second;
  if (isNew) {
    b.requests.tokens = rates.requestsPerSecond;
    b.cost.tokens = rates.costPerSecond;
  } else {
    const uint64_t elapsed_ms = now_ms - std::min(now_ms, b.filledAt_ms);
    b.requests.fill(rates.requestsPerSecond, elapsed_ms);
    b.cost.fill(rates.costPerSecond, elapsed_ms);
  }
  b.filledAt_ms = now_ms;
  return b;
}

/// Tenants that have been still for longer than any debt lasts; when there is none, all of them: better too much is let
/// in for a second than memory runs out. The caller holds mutex_.
void RateLimiter::forget(uint64_t now_ms) {
  const auto isStill = [&](const auto& entry) {
    return now_ms > entry.second.filledAt_ms + static_cast<uint64_t>(kMostDebt) * 1000;
  };
  if (std::erase_if(byTenant_, isStill) == 0) byTenant_.clear();
}

}  // namespace tenon::graphql
