// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "sql_text.h"

namespace tenon::modeling {

/// Bounds of one filter: text, nesting, conditions. Those of lists are in condition.h.
inline constexpr size_t kMostFilterBytes = size_t{1} << 20U;
inline constexpr int kMostFilterDepth = 32;
inline constexpr size_t kMostConditions = 1000;
inline constexpr int kMostHops = 6;  ///< relations after one another

/// Appends " where (...)" for a filter of the record language; nothing when the filter selects all. Columns are
/// qualified with `alias`. Throws Invalid: every problem is named as filter.a.b._op. Identifiers come from the
/// models only, values are bound. tenant: of entities that belong to tenants, also those that relations lead to, only
/// this tenant's rows count; empty = all.
///   {"age":{"_gte":18},"_or":[{"name":"Ann"},{"class":{"name":{"_contains":"x"}}}]}
void appendWhere(SqlText& sql, const Dialect& dialect, const ModelSet& models, const Entity& entity,
                 std::string_view alias, const Json& filter, std::string_view tenant);

/// The relation to many whose records a condition counts: {"students_aggregate":{"count":{"predicate":{"_gt":2},
/// "filter":{...},"distinct":true,"arguments":["age"]}}}. nullptr: the key is none such, or a field's.
const Field* countedRelation(const Entity& entity, std::string_view key);

/// Parses the text of a filter parameter; blank = {}. Throws Invalid.
Json readFilter(std::string_view text);

}  // namespace tenon::modeling
