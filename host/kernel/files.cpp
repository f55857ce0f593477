// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "tenon/error.hpp"

namespace tenon::host {

namespace {

[[noreturn]] void failed(const std::string& doing, const std::filesystem::path& path) {
  const int error = errno;
  throw Failure(error == ENOENT ? TENON_NOT_FOUND : TENON_INTERNAL,
                "cannot " + doing + " " + path.string() + ": " + std::strerror(error));
}

void writeAll(int fd, const char* data, size_t n, const std::filesystem::path& path) {
  while (n > 0) {
    const ssize_t w = ::write(fd, data, n);
    if (w < 0 && errno == EINTR) continue;
    if (w < 0) failed("write", path);
    data += w;
    n -= static_cast<size_t>(w);
  }
}

ssize_t readSome(int fd, char* buf, size_t n, const std::filesystem::path& path) {
  for (;;) {
    const ssize_t r = ::read(fd, buf, n);
    if (r >= 0) return r;
    if (errno != EINTR) failed("read", path);
  }
}

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
      throw Failure(TENON_INTERNAL, "SHA-256 is not available");
  }
  void add(const char* data, size_t n) { EVP_DigestUpdate(context_.get(), data, n); }
  std::string hex() {
    std::array<unsigned char, 32> digest{};
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    std::string out;
    constexpr char kHex[] = "0123456789abcdef";
    for (const unsigned char b : digest) {
      out.push_back(kHex[b >> 4U]);
      out.push_back(kHex[b & 15U]);
    }
    return out;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& o) noexcept {
  if (this != &o) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(o.fd_, -1);
  }
  return *this;
}
Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

std::string readFile(const std::filesystem::path& path, size_t limitBytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) failed("open", path);
  std::string out;
  std::array<char, 16384> buf{};
  while (const ssize_t n = readSome(file.get(), buf.data(), buf.size(), path)) {
    out.append(buf.data(), static_cast<size_t>(n));
    if (out.size() > limitBytes)
      throw Failure(TENON_TOO_LARGE, path.string() + " is larger than " + std::to_string(limitBytes) + " bytes");
  }
  return out;
}

void makePrivateFolder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw Failure(TENON_INTERNAL, "cannot create " + path.string() + ": " + error.message());
  if (::chmod(path.c_str(), S_IRWXU) != 0) failed("protect", path);
}

std::filesystem::path copyVerified(const std::filesystem::path& from, const std::filesystem::path& folder,
                                   const std::string& sha256) {
  const Descriptor in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) failed("open", from);
  const auto temporary = folder / (sha256 + "." + std::to_string(::getpid()) + ".tmp");
  const auto target = folder / (sha256 + ".so");
  ::unlink(temporary.c_str());
  Sha256 hash;
  {
    const Descriptor out(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IXUSR));
    if (!out) failed("create", temporary);
    std::array<char, 65536> buf{};
    while (const ssize_t n = readSome(in.get(), buf.data(), buf.size(), from)) {
      hash.add(buf.data(), static_cast<size_t>(n));
      writeAll(out.get(), buf.data(), static_cast<size_t>(n), temporary);
    }
  }
  if (const std::string found = hash.hex(); found != sha256) {
    ::unlink(temporary.c_str());
    throw Failure(TENON_DENIED,
                  "plugin.json: \"sha256\" is " + sha256 + ", but " + from.filename().string() + " has " + found);
  }
  if (::rename(temporary.c_str(), target.c_str()) != 0) failed("rename", temporary);
  return target;
}

}  // namespace tenon::host
