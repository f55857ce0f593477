// SPDX-License-Identifier: Apache-2.0
#include "routes.h"

#include "jwt.h"
#include "tenon/extras/json.hpp"
#include "tenon/json_writer.hpp"

namespace tenon::identity {

namespace {

constexpr uint64_t kMostBodyBytes = 16384;
constexpr size_t kLongestName = 127, kLongestPassword = 1024;
constexpr char kCookie[] = "refreshToken";
constexpr Text kWrong{"用户名或密码错误", "Wrong username or password"};
constexpr Text kSessionOver{"登录已失效，请重新登录", "the session is over: log in again"};
constexpr Text kBlocked{"登录失败次数过多，请稍后重试", "too many failed logins: try again later"};
constexpr Text kInvalid{"参数验证异常", "validation failed"};
constexpr Text kBlank{"不能为空", "must not be blank"};
constexpr Text kLong{"过长", "is too long"};
constexpr Text kZero{"不能包含空字符", "must not hold a zero character"};
constexpr Text kNoJson{"必须是 JSON 对象", "must be a JSON object"};

struct Credentials {
  std::string username, password;
};

/// The credentials of a login body; nullopt when the answer was given already.
std::optional<Credentials> readCredentials(Request& request, Reply& reply) {
  std::vector<tenon_field_problem> problems;
  const auto wrong = [&](std::string_view field, const Text& text) {
    problems.push_back({str(field), str(text.in(request.language()))});
  };
  Credentials out;
  Json body;
  try {
    body = parseJson(request.body(), 4);
  } catch (const Failure&) {
    body = nullptr;
  }
  if (!body.is_object()) {
    wrong("body", kNoJson);
  } else {
    const auto read = [&](const char* key, std::string& to, size_t longest) {
      const auto it = body.find(key);
      if (it == body.end() || !it->is_string() || it->get_ref<const std::string&>().empty())
        wrong(key, kBlank);
      else if (it->get_ref<const std::string&>().size() > longest)
        wrong(key, kLong);
      else if (it->get_ref<const std::string&>().find('\0') != std::string::npos)
        wrong(key, kZero);
      else
        to = it->get<std::string>();
    };
    read("username", out.username, kLongestName);
    read("password", out.password, kLongestPassword);
  }
  if (problems.empty()) return out;
  reply.problem(400, 1001, kInvalid.in(request.language()), problems);
  return std::nullopt;
}

}  // namespace

std::string_view cookieValue(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const size_t end = header.find(';');
    std::string_view one = header.substr(0, end);
    header = end == std::string_view::npos ? std::string_view() : header.substr(end + 1);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    if (one.size() > name.size() && one.substr(0, name.size()) == name && one[name.size()] == '=')
      return one.substr(name.size() + 1);
  }
  return {};
}

Routes::Routes(Http& http) {
  http.route<&Routes::login>("POST", "/api/f/auth/login", this, 0, kMostBodyBytes);
  http.route<&Routes::refresh>("POST", "/api/f/auth/refresh", this, 0, kMostBodyBytes);
  http.route<&Routes::logout>("POST", "/api/f/auth/logout", this, 0, kMostBodyBytes);
  http.route<&Routes::whoami>("GET", "/api/f/auth/whoami", this);
  http.route<&Routes::tenants>("GET", "/api/f/tenants", this);
  http.route<&Routes::tenants>("GET", "/api/f/projects", this);
}

std::string Routes::cookie(std::string_view value, uint64_t maxAge_s) const {
  return std::string(kCookie) + "=" + std::string(value) +
         "; HttpOnly; SameSite=Lax; Path=/; Max-Age=" + std::to_string(maxAge_s) +
         (parts_->settings.secureCookie ? "; Secure" : "");
}

std::string Routes::sessionBody(const User& user, std::string_view token) const {
  std::string out;
  JsonWriter w(out);
  w.beginObject()
      .key("token")
      .string(token)
      .key("expiresIn")
      .integer(static_cast<int64_t>(parts_->settings.accessMinutes * 60000));
  w.key("user").beginObject().key("id").string(user.id).key("username").string(user.username).endObject();
  w.key("permissions").beginArray().string("*").endArray().endObject();
  return out;
}

void Routes::answerSession(Reply& reply, const User& user, const std::string& session, int64_t sequence) const {
  const int64_t now_s = parts_->host.wallMs() / 1000;
  const uint64_t refresh_s = parts_->settings.refreshDays * 86400;
  Claims access{TokenKind::Access,
                user.id,
                session,
                0,
                user.tokenVersion,
                now_s,
                now_s + static_cast<int64_t>(parts_->settings.accessMinutes * 60)};
  Claims again{TokenKind::Refresh,
               user.id,
               session,
               sequence,
               user.tokenVersion,
               now_s,
               now_s + static_cast<int64_t>(refresh_s)};
  reply.header("Set-Cookie", cookie(sign(again, parts_->keys.signing()), refresh_s));
  reply.header("Cache-Control", "no-store");
  reply.json(sessionBody(user, sign(access, parts_->keys.signing())));
}

void Routes::login(Request& request, Reply& reply, const tenon_cancel*) {
  const auto given = readCredentials(request, reply);
  if (!given) return;
  const std::string address(request.peer());
  const int64_t now_ms = parts_->host.wallMs();
  reply.header("Cache-Control", "no-store");
  if (const uint64_t wait_ms = parts_->guard.blockedFor_ms(given->username, address, now_ms); wait_ms > 0) {
    reply.problem(429, 429, kBlocked.in(request.language()), {}, static_cast<uint32_t>((wait_ms + 999) / 1000));
    return;
  }
  const auto user = parts_->users.byName(given->username);
  bool right = false;
  if (user)
    right = parts_->hasher.verify(user->passwordHash, given->password);
  else
    parts_->hasher.pretend(given->password);
  if (!right || !user->enabled) {
    parts_->guard.failed(given->username, address, now_ms);
    parts_->host.warn("a login failed", "{\"peer\":\"" + address + "\"}");
    reply.problem(400, 400, kWrong.in(request.language()));
    return;
  }
  parts_->guard.succeeded(given->username, address);
  const std::string session =
      parts_->sessions.open(user->id, now_ms, now_ms + static_cast<int64_t>(parts_->settings.refreshDays * 86400000));
  answerSession(reply, *user, session, 1);
}

void Routes::refresh(Request& request, Reply& reply, const tenon_cancel*) {
  const int64_t now_ms = parts_->host.wallMs();
  const auto claims = verify(cookieValue(request.header("cookie").value_or(""), kCookie), TokenKind::Refresh,
                             parts_->keys.all(), now_ms / 1000);
  const auto user = claims ? parts_->users.byId(claims->userId) : std::nullopt;
  if (user && user->enabled && user->tokenVersion == claims->userVersion) {
    const auto next = parts_->sessions.rotate(claims->session, claims->sequence, now_ms,
                                              now_ms + static_cast<int64_t>(parts_->settings.refreshDays * 86400000));
    if (next) {
      answerSession(reply, *user, claims->session, *next);
      return;
    }
  }
  // 400 and not 401: clients answer a 401 with another refresh.
  reply.header("Cache-Control", "no-store");
  reply.problem(400, 401, kSessionOver.in(request.language()));
}

void Routes::whoami(Request& request, Reply& reply, const tenon_cancel*) {
  const tenon_principal* p = request.principal();
  User user;
  user.id = p->user_id;
  user.username = p->user_name;
  std::string_view token = request.header("authorization").value_or("");
  token.remove_prefix(std::min<size_t>(token.size(), 7));
  reply.header("Cache-Control", "no-store");
  reply.json(sessionBody(user, token));
}

void Routes::logout(Request& request, Reply& reply, const tenon_cancel*) {
  const auto claims = verify(cookieValue(request.header("cookie").value_or(""), kCookie), TokenKind::Refresh,
                             parts_->keys.all(), parts_->host.wallMs() / 1000);
  if (claims) parts_->sessions.close(claims->session);
  reply.header("Set-Cookie", cookie("", 0));
  reply.noContent();
}

void Routes::tenants(Request& request, Reply& reply, const tenon_cancel*) {
  std::string out;
  JsonWriter w(out);
  w.beginArray();
  for (const auto& t : parts_->users.tenantsOf(request.principal()->user_id))
    w.beginObject()
        .key("id")
        .string(t.id)
        .key("enabled")
        .boolean(true)
        .key("createdAt")
        .string(t.createdAt)
        .key("updatedAt")
        .string(t.updatedAt)
        .endObject();
  w.endArray();
  reply.json(out);
}

}  // namespace tenon::identity
