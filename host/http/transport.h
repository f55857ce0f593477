// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "http_config.h"

struct ssl_st;
namespace Poco::Net {
class Context;
}

namespace tenon::host {

/// What a non-blocking read or write found: bytes moved (> 0), or one of these.
inline constexpr ssize_t kWouldBlock = -1;  ///< wait until the socket is readable (or writable, see wantsWrite)
inline constexpr ssize_t kGone = -2;        ///< closed or broken

/// The server's side of TLS: certificate, key, versions. Shared by all connections.
class TlsContext {
 public:
  /// Throws Failure(INVALID) naming the file that cannot be used.
  explicit TlsContext(const TlsConfig& config);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  /// A new server-side session. Throws Failure(UNAVAILABLE) without memory.
  ssl_st* session(int fd) const;

 private:
  Poco::Net::Context* context_;  // counted by Poco
};

/// Bytes of one accepted socket, plain or through TLS. Non-blocking; owns the descriptor. One thread at a time.
class Transport {
 public:
  Transport() noexcept = default;
  ~Transport() { close(); }
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// tls null = plain. Takes the descriptor; where it throws (no memory) the caller has it still.
  void open(int fd, const TlsContext* tls);
  void close() noexcept;
  int fd() const noexcept { return fd_; }

  ssize_t read(char* buf, size_t n) noexcept;
  /// Gathers: one system call when plain.
  ssize_t write(const iovec* parts, int count) noexcept;
  /// Bytes that were received and are not visible to epoll.
  bool pending() const noexcept;
  /// The last kWouldBlock of a read waits for the socket to become writable (a TLS handshake).
  bool wantsWrite() const noexcept { return wantsWrite_; }
  /// Ends our direction, so that the peer sees the end after the last byte.
  void shutdown() noexcept;

 private:
  ssize_t tlsOutcome(int result) noexcept;

  int fd_ = -1;
  ssl_st* ssl_ = nullptr;
  bool wantsWrite_ = false;
};

}  // namespace tenon::host
