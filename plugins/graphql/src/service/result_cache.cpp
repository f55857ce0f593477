// SPDX-License-Identifier: Apache-2.0
#include "result_cache.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "tenon/extras/sha256.hpp"

namespace tenon::graphql {

namespace {

constexpr int64_t kLongest_s = 86400;

/// How often a document speaks of a variable.
size_t mentions(std::string_view document, std::string_view variable) {
  const std::string name = "$" + std::string(variable);
  size_t out = 0;
  for (size_t at = document.find(name); at != std::string_view::npos; at = document.find(name, at + 1)) {
    const size_t end = at + name.size();
    const bool goesOn =
        end < document.size() && (isalnum(static_cast<unsigned char>(document[end])) != 0 || document[end] == '_');
    out += goesOn ? 0 : 1;
  }
  return out;
}

/// The document without the directive @cached, so that a refresh is of what others are answered, and the variables
/// that only it speaks of.
std::pair<std::string, std::set<std::string_view>> withoutCached(std::string_view document,
                                                                 const Operation& operation) {
  std::pair<std::string, std::set<std::string_view>> out{std::string(document), {}};
  const Directive* d = cachedOf(operation);
  if (d == nullptr) return out;
  size_t end = d->name.start + d->name.value.size();
  if (!d->arguments.empty()) end = document.find(')', d->arguments.back().value.start) + 1;
  out.first.erase(d->start, end - d->start);
  for (const Argument& a : d->arguments)
    if (a.value.kind == ValueKind::Variable && mentions(out.first, a.value.text) == 1) out.second.insert(a.value.text);
  return out;
}

}  // namespace

std::shared_ptr<const ResultCache::Result> ResultCache::find(std::string_view key, uint64_t now_ms) {
  const auto known = results_.find(key);
  return known && now_ms < (*known)->expires_ms && isCurrent(**known) ? *known : nullptr;
}

void ResultCache::keep(std::string key, Result result) {
  if (result.bytes() > mostBytes_ / 4) return;
  results_.replace(std::move(key), std::make_shared<const Result>(std::move(result)));
}

bool ResultCache::isCurrent(const Result& result) const {
  const std::lock_guard lock(mutex_);
  return allWritten_ <= result.stamp && std::all_of(result.models.begin(), result.models.end(), [&](const auto& model) {
           const auto it = lastWritten_.find(model);
           return it == lastWritten_.end() || it->second <= result.stamp;
         });
}

void ResultCache::written(const WatchedModels& models) {
  const std::lock_guard lock(mutex_);
  const uint64_t now = ++writes_;
  for (const WatchedModel& model : models) lastWritten_[model] = now;
  if (lastWritten_.size() <= kMostModels) return;
  lastWritten_.clear();
  allWritten_ = now;
}

void ResultCache::forget() {
  const std::lock_guard lock(mutex_);
  allWritten_ = ++writes_;
  lastWritten_.clear();
}

std::string cacheKeyOf(std::string_view tenant, std::string_view document, const Operation& operation,
                       const Variables& variables) {
  std::string text;
  const auto append = [&](std::string_view part) {  // with its length, so that none runs into the next
    text.append(std::to_string(part.size())).append(1, ':').append(part);
  };
  const auto [plain, own] = withoutCached(document, operation);
  append(tenant);
  append(plain);
  append(operation.name.value);
  for (const VariableDefinition& v : operation.variables) {
    const auto it = own.contains(v.variable.value) ? variables.end() : variables.find(v.variable.value);
    append(it == variables.end() ? "" : dumpJson(it->second));
  }
  return sha256Hex(text);
}

std::optional<CachePolicy> cachePolicyOf(const Plan& plan, const Variables& variables) {
  if (plan.cached == nullptr) return std::nullopt;
  const Json arguments = argumentsOf(plan.schema->directive("cached")->arguments, plan.cached->arguments, variables);
  const Json ttl = arguments.value("ttl", Json()), refresh = arguments.value("refresh", Json());
  const int64_t seconds = ttl.is_null() ? 60 : ttl.get<int64_t>();
  if (seconds < 1 || seconds > kLongest_s)
    throw FieldError("\"ttl\" of @cached must be a whole number from 1 to " + std::to_string(kLongest_s),
                     "validation-failed");
  return CachePolicy{static_cast<uint32_t>(seconds), refresh == true};
}

}  // namespace tenon::graphql
