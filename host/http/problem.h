// SPDX-License-Identifier: Apache-2.0
// The published error shape and the one table from outcomes to HTTP statuses, codes and texts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/abi.h>
#include <tenon/http.h>

namespace tenon::host {

/// The reason phrase of a status line.
std::string_view reasonPhrase(int status) noexcept;

/// {"code":..,"message":"..","success":false,"errors":[{"field":"..","message":".."}]}; errors only when given.
void appendProblem(std::string& body, int32_t code, std::string_view message, const tenon_field_problem* fields,
                   uint64_t nFields);

/// What the host itself says about an HTTP status (no route, body too large, ...), in `language`.
std::string_view statusText(int status, std::string_view language) noexcept;
/// The body code beside it: 401, 403 and 429 stand for themselves, all else is -1.
int32_t statusCode(int status) noexcept;

/// How a handler's failure is answered.
struct Answered {
  int httpStatus;
  int32_t code;
  bool showMessage;  ///< the error's own text may be seen by a client
};
Answered answerFor(tenon_status status) noexcept;

/// zh-CN or en, by Accept-Language; `standard` when it names neither.
std::string_view chooseLanguage(std::string_view acceptLanguage, std::string_view standard) noexcept;

}  // namespace tenon::host
