// SPDX-License-Identifier: Apache-2.0
#include "pool.h"

#include <algorithm>
#include <chrono>

namespace tenon::modeling {

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    giveBack();
    pool_ = other.pool_;
    connection_ = std::move(other.connection_);
  }
  return *this;
}

void Lease::giveBack() noexcept {
  if (connection_ == nullptr) return;
  if (connection_->inTransaction()) connection_->rollback();
  pool_->give(std::move(connection_));
}

Pool::Pool(Ref<tenon_datasource_v1> driver, std::string_view configJson, PoolConfig config)
    : driver_(std::move(driver)), config_(config), capabilities_(driver_->capabilities(driver_.self())) {
  Error e;
  check(driver_->open(driver_.self(), str(configJson), &source_, &e), e);
  const bool single = (capabilities_ & TENON_DS_SINGLE_WRITER) != 0;
  writers_.limit = single ? 1 : config_.size;
  readers_.limit = single ? config_.size : 0;
}

Pool::~Pool() {
  readers_.idle.clear();
  writers_.idle.clear();
  driver_->close_source(source_);
}

Lease Pool::take(bool write, const tenon_cancel* cancel) {
  Side& side = write || readers_.limit == 0 ? writers_ : readers_;
  const uint64_t begun = monotonicMs();
  const uint64_t until = begun + config_.waitMs;
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!side.idle.empty()) {
      Idle idle = std::move(side.idle.back());  // the warmest
      side.idle.pop_back();
      lock.unlock();
      if (monotonicMs() - idle.sinceMs <= config_.pingAfterMs || idle.connection->ping(cancel))
        return Lease(this, std::move(idle.connection));
      idle.connection.reset();
      lock.lock();
      --side.open;
      continue;
    }
    if (side.open < side.limit) {
      ++side.open;  // the place is ours while we connect outside the lock
      const uint64_t generation = generation_;
      lock.unlock();
      Error e;
      tenon_conn* raw = nullptr;
      const bool readOnly = &side == &readers_;
      const tenon_status status = driver_->connect(source_, readOnly ? TENON_OPEN_READ_ONLY : 0, cancel, &raw, &e);
      failing_.store(status != TENON_OK, std::memory_order_relaxed);
      if (status == TENON_OK) dialect_.store(driver_->dialect(raw), std::memory_order_release);
      if (status == TENON_OK)
        return Lease(
            this, std::make_unique<Connection>(driver_.operator->(), raw, readOnly, config_.statementMs, generation));
      lock.lock();
      --side.open;
      freed_.notify_one();
      lock.unlock();
      throw Failure(e);
    }
    if (cancel != nullptr && cancel->is_set(cancel) != 0)
      throw Failure(TENON_CANCELLED, "cancelled while waiting for a connection");
    const uint64_t now = monotonicMs();
    if (now >= until || side.waiting >= config_.maxWaiting)
      throw Failure(TENON_UNAVAILABLE, "all connections of the datasource are busy")
          .because(TENON_REASON_BUSY)
          .retryAfter(1000);
    ++side.waiting;
    // Wakes now and then to see a cancelled caller.
    freed_.wait_for(lock, std::chrono::milliseconds(std::min<uint64_t>(until - now, 100)));
    --side.waiting;
  }
}

Dialect Pool::dialect(const tenon_cancel* cancel) {
  if (const tenon_dialect* known = dialect_.load(std::memory_order_acquire)) return Dialect(known);
  return read(cancel)->dialect();
}

void Pool::give(std::unique_ptr<Connection> c) noexcept {
  {
    const std::lock_guard lock(mutex_);
    Side& side = c->readOnly() ? readers_ : writers_;
    if (c->broken() || c->generation() != generation_ || guard(nullptr, [&] {
                                                           side.idle.push_back({nullptr, monotonicMs()});
                                                         }) != TENON_OK)
      --side.open;
    else
      side.idle.back().connection = std::move(c);
    // Both sides wait on one condition: whoever fits takes it.
    if (readers_.waiting + writers_.waiting > 0) freed_.notify_all();
  }
  c.reset();  // a broken one is closed outside the lock
}

void Pool::sweep() noexcept {
  std::vector<Idle> old;
  {
    const std::lock_guard lock(mutex_);
    const uint64_t now = monotonicMs();
    for (Side* side : {&readers_, &writers_}) {
      // The longest idle are in front.
      while (!side->idle.empty() && now - side->idle.front().sinceMs > config_.idleMs) {
        if (guard(nullptr, [&] { old.push_back(std::move(side->idle.front())); }) != TENON_OK) return;
        side->idle.erase(side->idle.begin());
        --side->open;
      }
    }
  }
}

void Pool::refresh() noexcept {
  std::vector<Idle> old, oldReaders;
  {
    const std::lock_guard lock(mutex_);
    ++generation_;
    writers_.open -= static_cast<uint32_t>(writers_.idle.size());
    readers_.open -= static_cast<uint32_t>(readers_.idle.size());
    old.swap(writers_.idle);
    oldReaders.swap(readers_.idle);
    if (readers_.waiting + writers_.waiting > 0) freed_.notify_all();
  }
}

Pool::Stats Pool::stats() const noexcept {
  const std::lock_guard lock(mutex_);
  const auto idle = static_cast<uint32_t>(readers_.idle.size() + writers_.idle.size());
  const uint32_t open = readers_.open + writers_.open;
  return {open, open - idle, readers_.waiting + writers_.waiting};
}

}  // namespace tenon::modeling
