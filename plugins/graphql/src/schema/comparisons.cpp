// SPDX-License-Identifier: Apache-2.0
#include "comparisons.h"

#include <array>

#include "type/builtin.h"

namespace tenon::graphql {

namespace {

/// Appends operators that take a value of the type, or a list of such values.
void single(std::vector<InputDefinition>& out, const Type* type, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) out.push_back(inputOf(name, type));
}

struct Shared {
  TypeArena arena;
  std::array<const NamedType*, 9> comparisons{};
  const NamedType* orderBy = nullptr;
  std::vector<const NamedType*> all;

  Shared() {
    for (const auto kind : {ScalarKind::Int, ScalarKind::Float, ScalarKind::Id, ScalarKind::Json, ScalarKind::DateTime,
                            ScalarKind::Date, ScalarKind::Time})
      all.push_back(&scalar(kind));
    comparison(ScalarKind::Int, "Int_comparison_exp");
    comparison(ScalarKind::Float, "Float_comparison_exp");
    comparison(ScalarKind::String, "String_comparison_exp");
    comparison(ScalarKind::Json, "JSON_comparison_exp");
    comparison(ScalarKind::Boolean, "Boolean_comparison_exp");
    comparison(ScalarKind::DateTime, "DateTime_comparison_exp");
    comparison(ScalarKind::Date, "Date_comparison_exp");
    comparison(ScalarKind::Time, "Time_comparison_exp");
    NamedType& order = arena.make(TypeKind::Enum, "order_by",
                                  "The direction of an order. Null is less than every value unless it is said.");
    order.values = arena.keep(std::vector<EnumValue>{{"asc", {}, {}},
                                                     {"desc", {}, {}},
                                                     {"asc_nulls_first", {}, {}},
                                                     {"asc_nulls_last", {}, {}},
                                                     {"desc_nulls_first", {}, {}},
                                                     {"desc_nulls_last", {}, {}}});
    orderBy = &order;
    all.push_back(orderBy);
  }

  void comparison(ScalarKind kind, std::string_view name) {
    const bool isText = kind == ScalarKind::String || kind == ScalarKind::Json;
    const bool isOrdered = kind != ScalarKind::Json && kind != ScalarKind::Boolean;
    // JSON is compared with texts.
    const Type* type = isText ? &scalar(ScalarKind::String).self : &scalar(kind).self;
    const Type* list = arena.list(arena.nonNull(type));
    std::vector<InputDefinition> fields;
    single(fields, type, {"_eq", "_ne"});
    if (isOrdered && !isText) single(fields, type, {"_gt", "_lt", "_gte", "_lte"});
    if (kind != ScalarKind::Boolean) single(fields, list, {"_in", "_nin"});
    if (isText) single(fields, type, {"_contains", "_not_contains", "_starts_with", "_ends_with"});
    // What follows is in addition to the published keys.
    if (isOrdered && isText) single(fields, type, {"_gt", "_lt", "_gte", "_lte"});
    if (isOrdered) fields.push_back(inputOf("_between", list, "Two values; both belong to the range."));
    single(fields, type, {"_neq"});
    fields.push_back(inputOf("_is_null", &scalar(ScalarKind::Boolean).self));
    if (isText) {
      for (const std::string_view like : {"_like", "_nlike", "_ilike", "_nilike"})
        fields.push_back(inputOf(like, type, "% stands for any text, _ for one character, \\ takes the meaning away."));
      for (const std::string_view regex : {"_regex", "_nregex", "_iregex", "_niregex"})
        fields.push_back(inputOf(regex, type, "A regular expression, found anywhere in the text."));
    }
    NamedType& t = arena.make(TypeKind::InputObject, name, "Conditions on one value, all of which must hold.");
    t.inputs = arena.keep(fields);
    comparisons[static_cast<size_t>(kind)] = &t;
    all.push_back(&t);
  }
};

const Shared& shared() {
  static const auto* made = new Shared;  // outlives every thread
  return *made;
}

}  // namespace

const NamedType& comparisonOf(ScalarKind kind) {
  return *shared().comparisons[static_cast<size_t>(kind)];
}

const NamedType& orderBy() {
  return *shared().orderBy;
}

std::span<const NamedType* const> sharedTypes() {
  return shared().all;
}

std::span<const InputDefinition> enumComparison(TypeArena& arena, const NamedType& of) {
  const Type* type = &of.self;
  const Type* list = arena.list(arena.nonNull(type));
  std::vector<InputDefinition> fields;
  single(fields, type, {"_eq", "_ne"});
  single(fields, list, {"_in", "_nin"});
  single(fields, type, {"_neq"});
  fields.push_back(inputOf("_is_null", &scalar(ScalarKind::Boolean).self));
  fields.push_back(inputOf("_contains", type, "Of a field of several: it has this one."));
  fields.push_back(inputOf("_contains_all", list, "Of a field of several: it has all of these."));
  fields.push_back(inputOf("_overlaps", list, "Of a field of several: it has one of these."));
  return arena.keep(fields);
}

}  // namespace tenon::graphql
