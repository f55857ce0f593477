// SPDX-License-Identifier: Apache-2.0
#include "envelope.h"

#include "tenon/json_writer.hpp"

namespace tenon::graphql {

void write(std::string& out, const GraphqlError& e, Media media) {
  out += "{\"message\":";
  appendJsonString(out, e.message);
  if (!e.locations.empty() || media == Media::Json) {
    out += ",\"locations\":[";
    for (size_t i = 0; i < e.locations.size(); ++i) {
      if (i > 0) out += ',';
      out +=
          "{\"line\":" + std::to_string(e.locations[i].line) + ",\"column\":" + std::to_string(e.locations[i].column);
      if (media == Media::Json) out += ",\"sourceName\":null";
      out += '}';
    }
    out += ']';
  }
  if (media == Media::Json) out.append(",\"errorType\":\"").append(nameOf(e.type)).append("\"");
  if (!e.path.is_null() || media == Media::Json) out += ",\"path\":" + dumpJson(e.path);
  out.append(",\"extensions\":{\"classification\":\"").append(nameOf(e.type)).append("\"");
  if (!e.code.empty()) out.append(",\"code\":\"").append(e.code).append("\"");
  out += "}}";
}

void write(std::string& out, const std::vector<GraphqlError>& errors, Media media) {
  out += '[';
  for (size_t i = 0; i < errors.size(); ++i) {
    if (i > 0) out += ',';
    write(out, errors[i], media);
  }
  out += ']';
}

void write(std::string& out, const Answer& answer, Media media) {
  out += '{';
  const char* comma = "";
  if (!answer.errors.empty()) {
    out += "\"errors\":";
    write(out, answer.errors, media);
    comma = ",";
  }
  const bool executed = !answer.data.empty();
  if (executed || media == Media::Json)
    out.append(std::exchange(comma, ",")).append("\"data\":").append(executed ? answer.data : "null");
  if (media == Media::Json) out += executed ? ",\"dataPresent\":true" : ",\"dataPresent\":false";
  if (!answer.extensions.empty())
    out.append(comma).append("\"extensions\":").append(answer.extensions);
  else if (media == Media::Json && !executed)
    out += ",\"extensions\":null";
  out += '}';
}

int32_t statusOf(const Answer& answer, Media media) noexcept {
  return answer.data.empty() && media == Media::Response ? 400 : 200;
}

}  // namespace tenon::graphql
