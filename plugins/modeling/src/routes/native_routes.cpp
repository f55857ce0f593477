// SPDX-License-Identifier: Apache-2.0
#include "native_routes.h"

#include "answer.h"
#include "datasource_routes.h"

namespace tenon::modeling {

namespace {

/// A member of the body, null and absent alike.
const Json* memberOf(const Json& body, const char* key) {
  const auto it = body.find(key);
  return it == body.end() || it->is_null() ? nullptr : &*it;
}

std::string textOf(const Json& body, const char* key, Invalid& problems) {
  const Json* v = memberOf(body, key);
  if (v == nullptr) return {};
  if (v->is_string()) return v->get<std::string>();
  problems.add(key, "必须是字符串", "must be a text");
  return {};
}

uint32_t bounded(const Json& body, const char* key, uint32_t limit, Invalid& problems) {
  const Json* v = memberOf(body, key);
  if (v == nullptr) return limit;
  if (v->is_number_unsigned() && v->get<uint64_t>() >= 1 && v->get<uint64_t>() <= limit) return v->get<uint32_t>();
  const std::string range = "1.." + std::to_string(limit);
  problems.add(key, "必须在 " + range + " 之间", "must be within " + range);
  return limit;
}

}  // namespace

native::NativeCall readNativeCall(const Json& body, const ModelSet& models, const RecordLimits& limits) {
  if (!body.is_object()) throw Invalid("body", "必须是 JSON 对象", "must be a JSON object");
  Invalid problems;
  native::NativeCall call;
  call.statement = textOf(body, "statement", problems);
  const std::string model = textOf(body, "modelName", problems);
  if (memberOf(body, "modelName") != nullptr && memberOf(body, "statement") != nullptr)
    problems.add("modelName", "不能与 statement 同时提供", "must not be given beside a statement");
  else if (memberOf(body, "modelName") == nullptr && call.statement.empty() && problems.empty())
    problems.add("statement", "不能为空", "must not be blank");
  if (const Json* v = memberOf(body, "parameters")) {
    if (v->is_object())
      call.parameters = *v;
    else
      problems.add("parameters", "必须是 JSON 对象", "must be a JSON object");
  }
  if (const Json* v = memberOf(body, "readOnly")) {
    if (v->is_boolean())
      call.readOnly = v->get<bool>();
    else
      problems.add("readOnly", "必须是布尔值", "must be true or false");
  }
  call.maxRows = bounded(body, "maxRows", limits.nativeMaxRows, problems);
  call.timeoutMs = bounded(body, "timeoutMs", limits.nativeTimeoutMs, problems);
  problems.raise();
  if (memberOf(body, "modelName") == nullptr) return call;
  const Model* found = models.find(model);
  const auto* query = found != nullptr ? std::get_if<NativeQuery>(found) : nullptr;
  if (query == nullptr) throw Missing(Missing::What::Model, model);
  call.statement = query->statement;
  return call;
}

NativeRoutes::NativeRoutes(Http& http, const Catalogue& catalogue, const RecordLimits& limits)
    : catalogue_(catalogue), limits_(limits) {
  http.route<&NativeRoutes::run>("POST", "/api/f/datasources/{datasourceName}/native-query", this);
}

void NativeRoutes::run(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    const auto source = sourceOf(catalogue_, request);
    // A statement would reach what the platform keeps for all tenants: users, secrets, definitions.
    if (source->definition().system)
      throw Failure(TENON_DENIED, request.language() == "en" ? "the platform's own records are not served here"
                                                             : "内置数据源的记录不能直接访问");
    refuseRecordOptions(request);
    const auto models = source->models();
    std::string out;
    native::runNative(*source, readNativeCall(parseJson(request.body()), *models, limits_), cancel, out);
    reply.json(out);
  });
}

}  // namespace tenon::modeling
