// SPDX-License-Identifier: Apache-2.0
#include "transport.h"

#include <Poco/Net/Context.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "tenon/error.hpp"

namespace tenon::host {

TlsContext::TlsContext(const TlsConfig& config) : context_(nullptr) {
  using Poco::Net::Context;
  Context::Params params;
  params.certificateFile = config.certificate;
  params.privateKeyFile = config.key;
  params.verificationMode = Context::VERIFY_NONE;  // clients show no certificate
  params.loadDefaultCAs = false;
  try {
    context_ = new Context(Context::TLS_SERVER_USE, params);
  } catch (const Poco::Exception& e) {
    throw Failure(TENON_INVALID,
                  "http.tls: " + config.certificate + " and " + config.key + " cannot be used: " + e.displayText());
  }
  context_->requireMinimumProtocol(config.atLeast13 ? Context::PROTO_TLSV1_3 : Context::PROTO_TLSV1_2);
  SSL_CTX* raw = context_->sslContext();
  SSL_CTX_set_min_proto_version(raw, config.atLeast13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_check_private_key(raw) != 1) {
    context_->release();
    throw Failure(TENON_INVALID, "http.tls.key: " + config.key + " does not belong to the certificate");
  }
}

TlsContext::~TlsContext() {
  context_->release();
}

ssl_st* TlsContext::session(int fd) const {
  SSL* ssl = SSL_new(context_->sslContext());
  if (ssl == nullptr) throw Failure(TENON_UNAVAILABLE, "no memory for a TLS session");
  SSL_set_fd(ssl, fd);
  SSL_set_accept_state(ssl);
  return ssl;
}

void Transport::open(int fd, const TlsContext* tls) {
  ssl_st* session = tls != nullptr ? tls->session(fd) : nullptr;
  close();
  fd_ = fd;
  ssl_ = session;
  wantsWrite_ = false;
}

void Transport::close() noexcept {
  if (ssl_ != nullptr) SSL_free(ssl_);
  ssl_ = nullptr;
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

ssize_t Transport::tlsOutcome(int result) noexcept {
  const int error = SSL_get_error(ssl_, result);
  wantsWrite_ = error == SSL_ERROR_WANT_WRITE;
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return kWouldBlock;
  ERR_clear_error();
  return kGone;
}

ssize_t Transport::read(char* buf, size_t n) noexcept {
  wantsWrite_ = false;
  if (ssl_ != nullptr) {
    ERR_clear_error();  // what others have left on this thread is not about this session
    const int r = SSL_read(ssl_, buf, static_cast<int>(std::min<size_t>(n, 1 << 30)));
    return r > 0 ? r : tlsOutcome(r);
  }
  for (;;) {
    const ssize_t r = ::recv(fd_, buf, n, MSG_DONTWAIT);
    if (r > 0) return r;
    if (r == 0) return kGone;
    if (errno == EINTR) continue;
    return errno == EAGAIN || errno == EWOULDBLOCK ? kWouldBlock : kGone;
  }
}

ssize_t Transport::write(const iovec* parts, int count) noexcept {
  if (ssl_ != nullptr) {
    for (int i = 0; i < count; ++i) {
      if (parts[i].iov_len == 0) continue;
      ERR_clear_error();
      const int r = SSL_write(ssl_, parts[i].iov_base, static_cast<int>(std::min<size_t>(parts[i].iov_len, 1 << 30)));
      return r > 0 ? r : tlsOutcome(r);
    }
    return 0;
  }
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts);
  message.msg_iovlen = static_cast<size_t>(count);
  for (;;) {
    const ssize_t r = ::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (r >= 0) return r;
    if (errno == EINTR) continue;
    return errno == EAGAIN || errno == EWOULDBLOCK ? kWouldBlock : kGone;
  }
}

bool Transport::pending() const noexcept {
  return ssl_ != nullptr && SSL_pending(ssl_) > 0;
}

void Transport::shutdown() noexcept {
  if (ssl_ != nullptr) {
    SSL_shutdown(ssl_);
    ERR_clear_error();
  }
  ::shutdown(fd_, SHUT_WR);
}

}  // namespace tenon::host
