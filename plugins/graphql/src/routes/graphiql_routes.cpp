// SPDX-License-Identifier: Apache-2.0
#include "graphiql_routes.h"

#include <algorithm>
#include <random>

#include "graphiql/assets.h"
#include "tenon/extras/sha256.hpp"

namespace tenon::graphql {

namespace {

constexpr std::string_view kFolder = "/graphiql/";

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// 128 bits that nobody can foretell.
std::string nonce() {
  std::random_device random;
  std::string out;
  for (int i = 0; i < 4; ++i)
    for (uint32_t bits = random(), digit = 0; digit < 8; ++digit, bits >>= 4U) out += "0123456789abcdef"[bits & 15U];
  return out;
}

void keepToItself(Reply& reply) {
  reply.header("X-Content-Type-Options", "nosniff");
  reply.header("Referrer-Policy", "no-referrer");
}

}  // namespace

GraphiqlRoutes::GraphiqlRoutes(Http& http) {
  std::string all;
  for (const Asset& a : graphiqlAssets()) all += sha256Hex(a.content);
  version_ = sha256Hex(all).substr(0, 16);
  http.route<&GraphiqlRoutes::page>("GET", "/graphiql", this, 0);
  http.route<&GraphiqlRoutes::asset>("GET", "/graphiql/{version}/{file}", this, 0);
}

void GraphiqlRoutes::page(Request&, Reply& reply, const tenon_cancel*) {
  const std::string once = nonce();
  std::string out(graphiqlPage());
  replaceAll(out, "{{assets}}", std::string(kFolder) + version_);
  replaceAll(out, "{{nonce}}", once);
  keepToItself(reply);
  // The nonce is for the style sheets that GraphiQL's dialogs add; no script may be written into the page.
  reply.header("Content-Security-Policy",
               "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + once +
                   "'; font-src data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                   "frame-ancestors 'none'");
  reply.header("Cache-Control", "no-store");
  reply.send(200, "text/html; charset=utf-8", out);
}

void GraphiqlRoutes::asset(Request& request, Reply& reply, const tenon_cancel*) {
  const auto assets = graphiqlAssets();
  const auto it =
      std::find_if(assets.begin(), assets.end(), [&](const Asset& a) { return a.name == request.param("file"); });
  if (it == assets.end() || request.param("version") != version_)
    throw Failure(TENON_NOT_FOUND, request.language() == "en" ? "there is no such file" : "文件不存在");
  const std::string tag = '"' + version_ + '"';
  keepToItself(reply);
  reply.header("ETag", tag);
  reply.header("Cache-Control", "public, max-age=31536000, immutable");
  if (request.header("If-None-Match").value_or("").find(tag) != std::string_view::npos)
    reply.send(304, {}, {});
  else
    reply.send(200, it->contentType, it->content);
}

}  // namespace tenon::graphql
