// SPDX-License-Identifier: Apache-2.0
#include "graphql_request.h"

#include <algorithm>
#include <charconv>

namespace tenon::graphql {

namespace {

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}
/// Cuts the text before `separator` off.
std::string_view next(std::string_view& rest, char separator) {
  const size_t at = std::min(rest.find(separator), rest.size());
  const std::string_view out = trimmed(rest.substr(0, at));
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return out;
}

Json parsed(std::string_view text, const char* what) {
  try {
    return parseJson(text);
  } catch (const JsonError& e) {
    throw BadRequest(400, std::string(what) + ": " + e.what());
  }
}

/// An object, or null, which says nothing.
Json objectAt(Json json, const char* name) {
  if (json.is_null()) return Json::object();
  if (!json.is_object()) throw BadRequest(400, "\"" + std::string(name) + "\" must be an object");
  return json;
}

}  // namespace

GraphqlRequest readQuery(const Request& request) {
  GraphqlRequest out;
  out.query = request.query("query").value_or("");
  out.operationName = request.query("operationName").value_or("");
  out.documentId = request.query("documentId").value_or("");
  const auto object = [&](const char* name) {
    const auto text = request.query(name);
    return objectAt(text && !text->empty() ? parsed(*text, name) : Json(), name);
  };
  out.variables = object("variables");
  out.extensions = object("extensions");
  return out;
}

namespace {

GraphqlRequest readOne(Json& body) {
  if (!body.is_object()) throw BadRequest(400, "an operation must be a JSON object");
  GraphqlRequest out;
  const auto text = [&](const char* name) {
    const auto it = body.find(name);
    if (it == body.end() || it->is_null()) return std::string();
    if (!it->is_string()) throw BadRequest(400, "\"" + std::string(name) + "\" must be a text");
    return it->get<std::string>();
  };
  out.query = text("query");
  out.operationName = text("operationName");
  out.documentId = text("documentId");
  const auto object = [&](const char* name) {
    return objectAt(body.contains(name) ? std::move(body[name]) : Json(), name);
  };
  out.variables = object("variables");
  out.extensions = object("extensions");
  return out;
}

}  // namespace

GraphqlRequests readBody(const Request& request, size_t most) {
  std::string_view type = request.header("Content-Type").value_or("");
  const std::string media = lowered(next(type, ';'));
  if (media != "application/json") throw BadRequest(415, "the body must be application/json");
  while (!type.empty()) {
    const std::string parameter = lowered(next(type, ';'));
    if (parameter.starts_with("charset=") && parameter != "charset=utf-8" && parameter != "charset=\"utf-8\"")
      throw BadRequest(415, "the body must be in UTF-8");
  }
  Json body = parsed(request.body(), "the body");
  GraphqlRequests out;
  out.isBatch = body.is_array() && most > 0;
  if (!out.isBatch) {
    out.list.push_back(readOne(body));
    return out;
  }
  if (body.empty() || body.size() > most)
    throw BadRequest(400,
                     "a batch holds 1 to " + std::to_string(most) + " operations, not " + std::to_string(body.size()),
                     body.empty() ? "parse-failed" : "limit-exceeded");
  for (Json& one : body) out.list.push_back(readOne(one));
  return out;
}

namespace {

/// each(media, weight): the ranges of an Accept, in their order.
template <class Each>
void eachRange(std::string_view accept, const Each& each) {
  for (std::string_view rest = accept; !rest.empty();) {
    std::string_view range = next(rest, ',');
    const std::string media = lowered(next(range, ';'));
    double q = 1;
    while (!range.empty()) {
      const std::string_view parameter = next(range, ';');
      if (parameter.starts_with("q=")) std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), q);
    }
    each(media, q);
  }
}

bool isResponse(std::string_view media) noexcept {
  return media == "application/graphql-response+json";
}
bool isJson(std::string_view media) noexcept {
  return media == "application/json" || media == "application/*" || media == "*/*";
}

}  // namespace

std::optional<Media> accepted(std::optional<std::string_view> accept) {
  if (!accept || trimmed(*accept).empty()) return Media::Json;
  std::optional<Media> best;
  double weight = 0;
  eachRange(*accept, [&](std::string_view media, double q) {
    if (q <= weight || !(isResponse(media) || isJson(media))) return;
    best = isResponse(media) ? Media::Response : Media::Json;
    weight = q;
  });
  return best;
}

bool prefersEvents(std::optional<std::string_view> accept) {
  double events = 0, others = 0;
  bool isFirst = false;  // of those that weigh the same
  eachRange(accept.value_or(""), [&](std::string_view media, double q) {
    if (media == "text/event-stream" && q > events) {
      isFirst = q > others;
      events = q;
    } else if (isResponse(media) || isJson(media)) {
      others = std::max(others, q);
    }
  });
  return events > others || (events > 0 && events == others && isFirst);
}

std::string_view nameOf(Media media) noexcept {
  return media == Media::Json ? "application/json; charset=utf-8" : "application/graphql-response+json; charset=utf-8";
}

}  // namespace tenon::graphql
