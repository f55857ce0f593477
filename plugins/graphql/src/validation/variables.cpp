// SPDX-License-Identifier: Apache-2.0
#include <unordered_set>

#include "context.h"

namespace tenon::graphql {

namespace {

/// Is every value of `sub` one of `super`? Of input types.
bool isSubType(const Type& sub, const Type& super) noexcept {
  if (isEqual(sub, super)) return true;
  if (super.isNonNull()) return sub.isNonNull() && isSubType(*sub.of, *super.of);
  if (sub.isNonNull()) return isSubType(*sub.of, super);
  return super.isList() && sub.isList() && isSubType(*sub.of, *super.of);
}

/// A nullable variable may stand where null may not, if there is a default for when it is not given.
bool mayStand(const Type& variable, const Value* standard, const VariableUsage& usage) noexcept {
  const Type& expected = *usage.type;
  if (!expected.isNonNull() || variable.isNonNull()) return isSubType(variable, expected);
  const bool hasDefault = (standard != nullptr && standard->kind != ValueKind::Null) || usage.hasDefault;
  return hasDefault && isSubType(variable, *expected.of);
}

class OperationVariables {
 public:
  OperationVariables(ValidationContext& context, const Operation& operation)
      : context_(context), operation_(operation) {
    for (const auto& v : operation.variables) defined_[v.variable.value] = &v;
    if (operation.name) inOperation_ = " operation \"" + std::string(operation.name.value) + "\"";
  }

  void check() {
    look(context_.referencesOf(&operation_));
    for (const Fragment* f : context_.reachable(&operation_)) look(context_.referencesOf(f));
    for (const auto& v : operation_.variables)
      if (!used_.contains(v.variable.value))
        context_.report(Rule::NoUnusedVariables,
                        "Variable \"$" + std::string(v.variable.value) + "\" is never used" +
                            (inOperation_.empty() ? "" : " in" + inOperation_) + ".",
                        {v.start});
  }

 private:
  void look(const References& references) {
    context_.spend(references.variables.size());
    for (const VariableUsage& usage : references.variables) {
      const auto defined = defined_.find(usage.variable.value);
      if (defined == defined_.end()) {
        context_.report(Rule::NoUndefinedVariables,
                        "Variable \"$" + std::string(usage.variable.value) + "\" is not defined" +
                            (inOperation_.empty() ? "" : " by" + inOperation_) + ".",
                        {usage.variable.start, operation_.start});
        continue;
      }
      used_.insert(usage.variable.value);
      if (usage.type != nullptr) position(*defined->second, usage);
    }
  }

  void position(const VariableDefinition& v, const VariableUsage& usage) {
    const Type* type = context_.typeOf(*v.type);
    if (type == nullptr) return;
    if (!mayStand(*type, v.defaultValue, usage))
      context_.report(Rule::VariablesInAllowedPosition,
                      "Variable \"$" + std::string(v.variable.value) + "\" of type \"" + nameOf(*type) +
                          "\" used in position expecting type \"" + nameOf(*usage.type) + "\".",
                      {v.start, usage.variable.start});
    if (usage.inputObject != nullptr && usage.inputObject->isOneOf && !type->isNonNull())
      context_.report(Rule::VariablesInAllowedPosition,
                      "Variable \"$" + std::string(v.variable.value) + "\" is of type \"" + nameOf(*type) +
                          "\" but must be non-nullable to be used for OneOf Input Object \"" +
                          std::string(usage.inputObject->name) + "\".",
                      {v.start, usage.variable.start});
  }

  ValidationContext& context_;
  const Operation& operation_;
  std::string inOperation_;
  std::unordered_map<std::string_view, const VariableDefinition*> defined_;
  std::unordered_set<std::string_view> used_;
};

}  // namespace

void checkVariables(ValidationContext& context) {
  for (const Definition& d : context.document().definitions())
    if (d.operation != nullptr) OperationVariables(context, *d.operation).check();
}

}  // namespace tenon::graphql
