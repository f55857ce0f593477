// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <new>

namespace tenon::compliance {

/// A struct of exactly its ABI 1.0 size that ends where a page begins on which any access is a crash: whoever
/// writes past the caller's size is seen.
template <class T>
class GuardedStruct {
 public:
  /// size: bytes of the struct as the caller of that version knows it.
  explicit GuardedStruct(uint32_t size = sizeof(T)) : page_(static_cast<size_t>(::sysconf(_SC_PAGESIZE))) {
    void* pages = ::mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc();
    pages_ = static_cast<unsigned char*>(pages);
    ::mprotect(pages_ + page_, page_, PROT_NONE);
    struct_ = reinterpret_cast<T*>(pages_ + page_ - size);
    struct_->size = size;
  }
  ~GuardedStruct() { ::munmap(pages_, 2 * page_); }
  GuardedStruct(const GuardedStruct&) = delete;
  GuardedStruct& operator=(const GuardedStruct&) = delete;

  T* get() noexcept { return struct_; }
  T* operator->() noexcept { return struct_; }

 private:
  size_t page_;
  unsigned char* pages_;
  T* struct_;
};

}  // namespace tenon::compliance
