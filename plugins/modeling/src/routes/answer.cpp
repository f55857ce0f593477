// SPDX-License-Identifier: Apache-2.0
#include "answer.h"

#include <array>

namespace tenon::modeling {

namespace {

void answerInvalid(Request& request, Reply& reply, const Invalid& invalid) {
  const bool english = request.language() == "en";
  std::vector<tenon_field_problem> fields;
  for (const auto& p : invalid.problems()) fields.push_back({str(p.field), str(english ? p.en : p.zh)});
  reply.problem(400, kInvalidCode, english ? "validation failed" : "参数验证异常", fields);
}

void answerMissing(Request& request, Reply& reply, const Missing& missing) {
  constexpr std::array<Text, 5> kTexts = {{{"数据源不存在", "no such datasource"},
                                           {"模型不存在", "no such model"},
                                           {"记录不存在", "no such record"},
                                           {"字段不存在", "no such field"},
                                           {"索引不存在", "no such index"}}};
  std::string message(kTexts[static_cast<size_t>(missing.kind())].in(request.language()));
  if (!missing.name().empty()) message += ": " + missing.name();
  reply.problem(404, kMissingCode, message);
}

struct Refusal {
  uint32_t reason;
  int32_t code;
  Text text;
};
constexpr std::array<Refusal, 8> kRefusals = {{
    {TENON_REASON_UNIQUE, kNotUniqueCode, {"值已存在", "the value exists already"}},
    {TENON_REASON_NOT_NULL, kConstraintCode, {"不能为空", "must not be null"}},
    {TENON_REASON_FOREIGN_KEY, kConstraintCode, {"违反外键约束", "a foreign key forbids it"}},
    {TENON_REASON_CHECK, kConstraintCode, {"违反检查约束", "a check constraint forbids it"}},
    {TENON_REASON_LENGTH, kConstraintCode, {"值过长", "the value is too long"}},
    {TENON_REASON_RANGE, kConstraintCode, {"值超出范围", "the value is out of range"}},
    {TENON_REASON_TYPE, kConstraintCode, {"值不符合列的类型", "the value is none of the column's type"}},
    {TENON_REASON_READ_ONLY, kConstraintCode, {"数据库只读", "the database is read-only"}},
}};

/// True when the failure is the database's answer to the caller's input, not to what it has stored.
bool answerRefusal(Request& request, Reply& reply, const Failure& f) {
  if (f.code() == TENON_INTERNAL) return false;
  for (const auto& r : kRefusals) {
    if (r.reason != f.reason()) continue;
    // A trigger that refuses a record says why, in words for whoever writes it; constraints have names.
    const bool isRaised = f.reason() == TENON_REASON_CHECK && f.objectKind() == TENON_OBJECT_NONE;
    const std::string text(isRaised ? f.what() : r.text.in(request.language()));
    std::vector<std::string> names;
    std::string_view list = f.object();
    const bool named = f.objectKind() == TENON_OBJECT_COLUMNS || f.objectKind() == TENON_OBJECT_FIELD;
    while (named && !list.empty()) {
      const size_t comma = list.find(',');
      names.emplace_back(list.substr(0, comma));
      list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    std::vector<tenon_field_problem> fields;
    for (const auto& n : names) fields.push_back({str(n), str(text)});
    reply.problem(400, r.code, text, fields);
    return true;
  }
  return false;
}

/// A statement of ours that does not fit the database: it was changed behind the model's back, or the request is more
/// than it can take. True when answered.
bool answerMisfit(Request& request, Reply& reply, const Failure& f) {
  if (f.reason() == TENON_REASON_NO_SUCH_OBJECT) {
    constexpr Text kText{"模型与数据库不一致，请重新同步",
                         "the database no longer has what the model says: sync it again"};
    reply.problem(409, kStaleModelCode, kText.in(request.language()));
    return true;
  }
  if (f.reason() == TENON_REASON_PATTERN) {
    answerInvalid(request, reply, Invalid("filter", "正则表达式格式有误", "holds a malformed regular expression"));
    return true;
  }
  if (f.code() == TENON_TOO_LARGE) {
    answerInvalid(request, reply, Invalid("filter", "条件过于复杂", "is more than the database can take"));
    return true;
  }
  return false;
}

}  // namespace

void mustBeObject(const Json& json, const std::string& path) {
  if (!json.is_object())
    throw Invalid(path.empty() ? "body" : path.substr(0, path.size() - 1), "必须是 JSON 对象", "must be a JSON object");
}

void refuseRecordOptions(const Request& request) {
  Invalid problems;
  if (request.query("dryRun").value_or("false") != "false")
    problems.add("dryRun", "仅支持记录的写入", "is for writes of records only");
  if (request.header("Idempotency-Key"))
    problems.add("Idempotency-Key", "仅支持记录的写入", "is for writes of records only");
  problems.raise();
}

Invalid invalidJson(std::string field, const JsonError& error) {
  const std::string at = std::to_string(error.byte());
  const char* zh = error.kind() == JsonError::Kind::TooDeep ? "JSON 嵌套过深" : "JSON 中的数字超出范围";
  return Invalid(std::move(field),
                 error.kind() == JsonError::Kind::Malformed ? "第 " + at + " 字节处的 JSON 格式有误" : zh,
                 error.what());
}

void answerFailure(Request& request, Reply& reply) {
  try {
    throw;
  } catch (const Invalid& invalid) {
    answerInvalid(request, reply, invalid);
  } catch (const Missing& missing) {
    answerMissing(request, reply, missing);
  } catch (const PreconditionFailed&) {
    constexpr Text kText{"记录已被修改", "the record was changed meanwhile"};
    reply.problem(412, kPreconditionCode, kText.in(request.language()));
  } catch (const JsonError& error) {
    answerInvalid(request, reply, invalidJson("body", error));
  } catch (const Failure& f) {
    if (f.origin() == TENON_FROM_BACKEND && (answerMisfit(request, reply, f) || answerRefusal(request, reply, f)))
      return;
    // A statement of ours that the database does not understand is our mistake, not the caller's.
    if (f.origin() == TENON_FROM_BACKEND && f.code() != TENON_UNAVAILABLE && f.code() != TENON_DEADLINE &&
        f.code() != TENON_CANCELLED && f.code() != TENON_OUTCOME_UNKNOWN)
      throw Failure(TENON_INTERNAL, f.what());
    throw;
  }
}

}  // namespace tenon::modeling
