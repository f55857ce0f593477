// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "execution/plan.h"
#include "language/parser.h"
#include "schema/api_schema.h"
#include "validation/validate.h"

namespace tenon::graphql {

/// The models of a datasource, from JSON as the modelling API answers it.
inline std::shared_ptr<const Datasource> datasourceOf(std::string name, const std::vector<std::string>& models) {
  auto out = std::make_shared<Datasource>();
  out->name = std::move(name);
  for (const std::string& json : models) out->models.push_back(readModel(json));
  return out;
}

inline std::shared_ptr<const ApiSchema> schoolSchema() {
  static const auto made = std::make_shared<const ApiSchema>(ApiSchema::Datasources{datasourceOf(
      "school", {R"({"type":"enum","name":"Gender","elements":["UNKNOWN","MALE","FEMALE"]})",
                 R"({"type":"entity","name":"Classes","fields":[{"name":"id","type":"Long","identity":true},
          {"name":"className","type":"String"},
          {"name":"students","type":"Relation","from":"Student","multiple":true,"localField":"id","foreignField":"classId"}]})",
                 R"({"type":"entity","name":"Student","fields":[{"name":"id","type":"Long","identity":true},
          {"name":"studentName","type":"String"},{"name":"gender","type":"EnumRef","from":"Gender"},
          {"name":"age","type":"Int"},{"name":"remark","type":"JSON"},{"name":"classId","type":"Long"},
          {"name":"studentClass","type":"Relation","from":"Classes","localField":"classId","foreignField":"id"}]})"})});
  return made;
}

/// The messages of all that is wrong with a document, as far as it gets: syntax, rules, limits.
inline std::vector<std::string> problemsOf(std::string source, const PlanLimits& limits = {}) {
  std::vector<std::string> out;
  try {
    const std::shared_ptr<const Document> document = parse(std::move(source));
    for (const ValidationError& e : validate(*schoolSchema(), *document)) out.push_back(e.message);
    if (out.empty()) makePlan(schoolSchema(), document, {}, limits);
  } catch (const SyntaxError& e) {
    out.emplace_back(e.what());
  } catch (const RequestError& e) {
    out.emplace_back(e.what());
  }
  return out;
}

}  // namespace tenon::graphql
