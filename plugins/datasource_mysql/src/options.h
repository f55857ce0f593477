// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::mysql {

/// A datasource's configuration, read and checked.
struct Options {
  std::string host, database, username, password;
  uint16_t port = 3306;
  std::string tls = "preferred";       ///< disabled | preferred | required | verify
  std::string tlsCa, tlsCert, tlsKey;  ///< files; only where the operator names them
  uint32_t connectTimeout_ms = 5000;
  uint32_t statementTimeout_ms = 30000;  ///< the longest that a statement of the caller may take
  uint32_t statementCache = 128;         ///< prepared statements kept for each connection
};

/// Reads {"dbKind","url",...}; the url is jdbc:mysql://, jdbc:mariadb:// or jdbc:tidb://. Throws Failure(INVALID)
/// naming the key.
Options readOptions(std::string_view configJson);

}  // namespace tenon::mysql
