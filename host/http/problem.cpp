// SPDX-License-Identifier: Apache-2.0
#include "problem.h"

#include <array>

#include "syntax.h"
#include "tenon/json_writer.hpp"
#include "tenon/str.hpp"

namespace tenon::host {

namespace {

struct StatusRow {
  int status;
  std::string_view reason, zh, en;
};

constexpr StatusRow kStatuses[] = {
    {100, "Continue", "", ""},
    {101, "Switching Protocols", "", ""},
    {200, "OK", "", ""},
    {201, "Created", "", ""},
    {202, "Accepted", "", ""},
    {204, "No Content", "", ""},
    {206, "Partial Content", "", ""},
    {301, "Moved Permanently", "", ""},
    {302, "Found", "", ""},
    {303, "See Other", "", ""},
    {304, "Not Modified", "", ""},
    {307, "Temporary Redirect", "", ""},
    {308, "Permanent Redirect", "", ""},
    {400, "Bad Request", "请求格式错误", "malformed request"},
    {401, "Unauthorized", "未登录或登录已失效", "authentication is required"},
    {403, "Forbidden", "没有访问权限", "access is denied"},
    {404, "Not Found", "资源不存在", "not found"},
    {405, "Method Not Allowed", "不支持的请求方法", "method not allowed"},
    {406, "Not Acceptable", "无法提供所要求的格式", "not acceptable"},
    {408, "Request Timeout", "请求超时", "the request took too long"},
    {409, "Conflict", "数据冲突", "conflict"},
    {413, "Content Too Large", "请求体过大", "the request body is too large"},
    {414, "URI Too Long", "请求地址过长", "the request target is too long"},
    {415, "Unsupported Media Type", "不支持的内容类型", "unsupported media type"},
    {417, "Expectation Failed", "无法满足 Expect 请求头", "the expectation cannot be met"},
    {426, "Upgrade Required", "需要升级协议", "an upgrade of the protocol is required"},
    {429, "Too Many Requests", "请求过于频繁", "too many requests"},
    {431, "Request Header Fields Too Large", "请求头过大", "the request head is too large"},
    {499, "Client Closed Request", "客户端已断开", "the client went away"},
    {500, "Internal Server Error", "失败", "failure"},
    {501, "Not Implemented", "不支持的功能", "not supported"},
    {502, "Bad Gateway", "上游服务错误", "bad gateway"},
    {503, "Service Unavailable", "服务暂不可用，请稍后重试", "the service is unavailable, try again later"},
    {504, "Gateway Timeout", "处理超时", "the deadline passed"},
    {505, "HTTP Version Not Supported", "不支持的 HTTP 版本", "HTTP version not supported"},
};

const StatusRow* rowOf(int status) noexcept {
  for (const auto& row : kStatuses)
    if (row.status == status) return &row;
  return nullptr;
}

}  // namespace

std::string_view reasonPhrase(int status) noexcept {
  const StatusRow* row = rowOf(status);
  return row != nullptr ? row->reason : std::string_view("Unknown");
}

std::string_view statusText(int status, std::string_view language) noexcept {
  const StatusRow* row = rowOf(status);
  if (row == nullptr) row = rowOf(500);
  return language == "en" ? row->en : row->zh;
}

int32_t statusCode(int status) noexcept {
  return status == 401 || status == 403 || status == 409 || status == 429 ? status : -1;
}

void appendProblem(std::string& body, int32_t code, std::string_view message, const tenon_field_problem* fields,
                   uint64_t nFields) {
  JsonWriter w(body);
  w.beginObject().key("code").integer(code).key("message").string(message).key("success").boolean(false);
  if (nFields > 0) {
    w.key("errors").beginArray();
    for (uint64_t i = 0; i < nFields; ++i)
      w.beginObject()
          .key("field")
          .string(view(fields[i].field))
          .key("message")
          .string(view(fields[i].message))
          .endObject();
    w.endArray();
  }
  w.endObject();
}

Answered answerFor(tenon_status status) noexcept {
  switch (status) {
    case TENON_INVALID: return {400, 1001, true};
    case TENON_DENIED: return {403, 403, true};
    case TENON_NOT_FOUND: return {404, 1004, true};
    case TENON_CONFLICT: return {409, 409, true};
    case TENON_UNSUPPORTED: return {501, -1, true};
    case TENON_UNAVAILABLE: return {503, -1, false};
    case TENON_DEADLINE: return {504, -1, false};
    case TENON_CANCELLED: return {499, -1, false};
    case TENON_UNAUTHENTICATED: return {401, 401, true};
    case TENON_TOO_LARGE: return {413, -1, true};
    case TENON_RATE_LIMITED: return {429, 429, true};
    default: return {500, -1, false};
  }
}

std::string_view chooseLanguage(std::string_view acceptLanguage, std::string_view standard) noexcept {
  int best = 0;
  std::string_view chosen = standard;
  eachWeighted(acceptLanguage, [&](std::string_view range, int q) {
    if (q <= best) return;
    const std::string_view primary = range.substr(0, range.find('-'));
    if (equalsIgnoringCase(primary, "zh")) {
      chosen = "zh-CN";
      best = q;
    } else if (equalsIgnoringCase(primary, "en")) {
      chosen = "en";
      best = q;
    }
  });
  return chosen;
}

}  // namespace tenon::host
