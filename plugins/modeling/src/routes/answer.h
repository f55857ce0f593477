// SPDX-License-Identifier: Apache-2.0
// How failures of this plugin reach a client: one place for codes, languages and wording.
#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "tenon/extras/json.hpp"
#include "tenon/http.hpp"

namespace tenon::modeling {

/// Body codes beside the HTTP status.
inline constexpr int32_t kInvalidCode = 1001;       ///< 400, the input is wrong; errors[] says where
inline constexpr int32_t kNotUniqueCode = 1002;     ///< 400, a unique key has the value already
inline constexpr int32_t kConstraintCode = 1003;    ///< 400, the database refused: not-null, foreign key, check, length
inline constexpr int32_t kStaleModelCode = 1003;    ///< 409, the database no longer has what the model says
inline constexpr int32_t kMissingCode = 1004;       ///< 404, no such datasource, model or record
inline constexpr int32_t kPreconditionCode = 1005;  ///< 412, the record is not the one that If-Match names

/// One entry of errors[]. `field` is a path such as "filter.age", "fields[2].name" or "page".
struct FieldProblem {
  std::string field, zh, en;
};

/// The caller's input is wrong. Collect, then raise() once: a client sees every problem in one answer.
class Invalid : public std::exception {
 public:
  Invalid() = default;
  Invalid(std::string field, std::string zh, std::string en) { add(std::move(field), std::move(zh), std::move(en)); }
  void add(std::string field, std::string zh, std::string en) {
    problems_.push_back({std::move(field), std::move(zh), std::move(en)});
  }
  /// TENON_REASON_*: for other plugins, which cannot tell by the words.
  Invalid&& because(uint32_t reason) && {
    reason_ = reason;
    return std::move(*this);
  }
  uint32_t reason() const noexcept { return reason_; }
  bool empty() const noexcept { return problems_.empty(); }
  /// Throws itself when it has collected anything.
  void raise() const {
    if (!problems_.empty()) throw *this;
  }
  const std::vector<FieldProblem>& problems() const noexcept { return problems_; }
  const char* what() const noexcept override { return problems_.empty() ? "invalid" : problems_.front().en.c_str(); }

 private:
  std::vector<FieldProblem> problems_;
  uint32_t reason_ = TENON_REASON_NONE;
};

/// What is wrong with the JSON text of `field`.
Invalid invalidJson(std::string field, const JsonError& error);

/// Throws Invalid unless it is a JSON object. path: "" for the body, else ends with the dot before its members.
void mustBeObject(const Json& json, const std::string& path = {});

/// Throws Invalid when a request that writes no records asks for what only such writes have: a dry run, or to happen
/// once under a key. Going on without would do what the caller did not want.
void refuseRecordOptions(const Request& request);

/// Something that the path names does not exist (or belongs to another tenant: the same answer).
class Missing : public std::exception {
 public:
  enum class What : uint8_t { Datasource, Model, Record, Field, Index };
  Missing(What what, std::string name) : what_(what), name_(std::move(name)) {}
  What kind() const noexcept { return what_; }
  const std::string& name() const noexcept { return name_; }
  const char* what() const noexcept override { return "not found"; }

 private:
  What what_;
  std::string name_;
};

/// A record is not what If-Match says it must be.
class PreconditionFailed : public std::exception {
 public:
  const char* what() const noexcept override { return "the record was changed meanwhile"; }
};

/// Answers the exception in flight in the published shape, in the request's language. Databases' refusals
/// (Failure with a reason) become 1002 and 1003 with the column as `field`; SQL text, paths and values never
/// leave. What is not the caller's matter is rethrown for the host to answer. Call inside a catch block.
void answerFailure(Request& request, Reply& reply);

/// Runs a handler's body and answers its failures.
template <class Body>
void answering(Request& request, Reply& reply, Body&& body) {
  try {
    body();
  } catch (...) {
    answerFailure(request, reply);
  }
}

}  // namespace tenon::modeling
