// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::postgresql {

/// A datasource's configuration, read and checked.
struct Options {
  std::string host;  ///< a name, an address, or, where the operator names it, the folder of a socket
  uint16_t port = 5432;
  std::string database, username, password;
  std::string applicationName = "tenon";
  std::string searchPath;                    ///< quoted names, separated by commas; empty = the server's
  std::string tls = "prefer";                ///< libpq's sslmode
  std::string tlsRootCert, tlsCert, tlsKey;  ///< files; only where the operator names them
  uint32_t connectTimeout_ms = 5000;
  uint32_t statementCache = 128;  ///< prepared statements kept for each connection
};

/// Reads {"dbKind","url","username",...}; the url is jdbc:postgresql:// or postgresql://. Throws Failure(INVALID)
/// naming the key.
Options readOptions(std::string_view configJson);

}  // namespace tenon::postgresql
