// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>

namespace tenon::host {

/// An open file descriptor; closed on destruction.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& o) noexcept : fd_(std::exchange(o.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& o) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_;
};

/// The whole file. Throws Failure(NOT_FOUND | TOO_LARGE | INTERNAL), naming the file.
std::string readFile(const std::filesystem::path& path, size_t limitBytes);

/// Creates a folder and its parents if they are missing; the last one gets mode 0700.
void makePrivateFolder(const std::filesystem::path& path);

/// Copies `from` to `folder`/<sha256>.so, hashing what is read, so that what was checked is what will be
/// mapped. Answers the copy's path. Throws Failure(DENIED) when the hash is not `sha256`.
std::filesystem::path copyVerified(const std::filesystem::path& from, const std::filesystem::path& folder,
                                   const std::string& sha256);

}  // namespace tenon::host
