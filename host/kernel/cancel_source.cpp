// SPDX-License-Identifier: Apache-2.0
#include "cancel_source.h"

#include <algorithm>

namespace tenon::host {

CancelSource::CancelSource() noexcept
    : token_{sizeof(tenon_cancel), 0, this, 0, isSetThunk, watchThunk, unwatchThunk} {}

bool CancelSource::isSet() const noexcept {
  return set_.load(std::memory_order_acquire) || (token_.deadline_ms != 0 && monotonicMs() >= token_.deadline_ms);
}

void CancelSource::reset(uint64_t deadline_ms) noexcept {
  set_.store(false, std::memory_order_release);
  token_.deadline_ms = deadline_ms;
}

void CancelSource::cancel() noexcept {
  if (set_.exchange(true, std::memory_order_acq_rel)) return;
  std::unique_lock lock(mutex_);
  runner_ = std::this_thread::get_id();
  while (!watches_.empty()) {
    const Watch w = watches_.back();
    watches_.pop_back();
    running_ = w.id;
    lock.unlock();
    w.fn(w.arg);
    lock.lock();
    running_ = 0;
    finished_.notify_all();
  }
}

int32_t CancelSource::isSetThunk(const tenon_cancel* token) {
  return static_cast<const CancelSource*>(token->impl)->isSet() ? 1 : 0;
}

uint64_t CancelSource::watchThunk(const tenon_cancel* token, void (*fn)(void*), void* arg) {
  auto& self = *static_cast<CancelSource*>(token->impl);
  const std::lock_guard lock(self.mutex_);
  // Under the lock: a cancel() that set the flag before has not yet taken its list, or will not see us.
  if (self.set_.load(std::memory_order_acquire)) return 0;
  self.watches_.push_back({self.nextId_, fn, arg});
  return self.nextId_++;
}

void CancelSource::unwatchThunk(const tenon_cancel* token, uint64_t id) {
  if (id == 0) return;
  auto& self = *static_cast<CancelSource*>(token->impl);
  std::unique_lock lock(self.mutex_);
  const auto it = std::find_if(self.watches_.begin(), self.watches_.end(), [&](const Watch& w) { return w.id == id; });
  if (it != self.watches_.end()) {
    self.watches_.erase(it);
    return;
  }
  // A watcher that unwatches itself must not wait for itself.
  if (self.running_ == id && self.runner_ == std::this_thread::get_id()) return;
  self.finished_.wait(lock, [&] { return self.running_ != id; });
}

}  // namespace tenon::host
