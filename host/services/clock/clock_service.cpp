// SPDX-License-Identifier: Apache-2.0
#include "clock_service.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "kernel/files.h"
#include "kernel/plugin_context.h"
#include "tenon/deadline.hpp"
#include "tenon/error.hpp"

namespace tenon::host {

namespace {

constexpr tenon_clock_v1 kTable = {sizeof(tenon_clock_v1), 0,
                                   [](const tenon_host* host) { return serviceOf<ClockService>(host).wallMs(); },
                                   [](const tenon_host* host) { return serviceOf<ClockService>(host).monotonicMs(); }};

}  // namespace

ClockService::ClockService(const std::filesystem::path& offsetFile) {
  if (offsetFile.empty()) return;
  const Descriptor file(::open(offsetFile.c_str(), O_RDWR | O_CLOEXEC));
  struct stat s {};
  if (!file || ::fstat(file.get(), &s) != 0 || s.st_size < static_cast<off_t>(sizeof(int64_t)))
    throw Failure(TENON_INVALID, "clock.offset_file " + offsetFile.string() + " must be a file of at least 8 bytes");
  void* p = ::mmap(nullptr, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (p == MAP_FAILED) throw Failure(TENON_INTERNAL, "clock.offset_file cannot be mapped");
  offset_ = static_cast<int64_t*>(p);
}

ClockService::~ClockService() {
  if (offset_ != nullptr) ::munmap(offset_, sizeof(int64_t));
}

const void* ClockService::table() const noexcept {
  return &kTable;
}

int64_t ClockService::wallMs() const noexcept {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * int64_t{1000} + t.tv_nsec / 1000000 + offsetMs();
}

uint64_t ClockService::monotonicMs() const noexcept {
  return tenon::monotonicMs() + static_cast<uint64_t>(offsetMs());
}

}  // namespace tenon::host
