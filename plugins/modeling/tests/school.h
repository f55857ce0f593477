// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_json.h"
#include "tenon/dialect.hpp"

namespace tenon::modeling {

inline constexpr char kSchoolModels[] = R"([
  {"type":"enum","name":"Gender","elements":["MALE","FEMALE"]},
  {"type":"enum","name":"Hobby","elements":["sing","dance"]},
  {"type":"entity","name":"Classes","fields":[
    {"name":"id","type":"Long","identity":true,"nullable":false},
    {"name":"className","type":"String"},
    {"name":"students","type":"Relation","from":"Student","multiple":true,"localField":"id","foreignField":"classId"}]},
  {"type":"entity","name":"Student","fields":[
    {"name":"id","type":"Long","identity":true,"nullable":false,"defaultValue":{"type":"generated","name":"autoIncrement"}},
    {"name":"name","type":"String","length":10,"nullable":false,"unique":true},
    {"name":"age","type":"Int"},
    {"name":"score","type":"Float","precision":5,"scale":2},
    {"name":"active","type":"Boolean","defaultValue":{"type":"fixed","value":true}},
    {"name":"born","type":"Date"},{"name":"seen","type":"DateTime"},{"name":"rises","type":"Time"},
    {"name":"notes","type":"JSON"},
    {"name":"gender","type":"EnumRef","from":"Gender"},
    {"name":"hobbies","type":"EnumRef","from":"Hobby","multiple":true},
    {"name":"classId","type":"Long"},
    {"name":"class","type":"Relation","from":"Classes","localField":"classId","foreignField":"id"}],
   "indexes":[{"name":"IX","unique":true,"fields":[{"fieldName":"age"},{"fieldName":"name","direction":"desc"}]}]}
])";

inline ModelSet schoolModels() {
  std::vector<Model> models;
  for (const auto& json : parseJson(kSchoolModels)) models.push_back(readModel(json));
  return {1, std::move(models)};
}

/// A dialect for looking at SQL text: numbered parameters, so that a wrong order shows.
inline const tenon_dialect* testDialect() {
  static constexpr tenon_type_name kTypes[] = {
      {TENON_TYPE_STRING, 0, "varchar({length})", nullptr, "longtext", 65535, nullptr},
      {TENON_TYPE_LONG, 0, "bigint", "serial", nullptr, 0, nullptr},
      {TENON_TYPE_INT, 0, "int", "serial", nullptr, 0, nullptr},
      {TENON_TYPE_FLOAT, 0, "numeric({precision},{scale})", nullptr, nullptr, 0, nullptr},
      {TENON_TYPE_BOOLEAN, 0, "boolean", nullptr, nullptr, 0, nullptr},
      {TENON_TYPE_DATE, 0, "date", nullptr, nullptr, 0, nullptr},
      {TENON_TYPE_DATETIME, 0, "datetime", nullptr, nullptr, 0, nullptr},
      {TENON_TYPE_TIME, 0, "time", nullptr, nullptr, 0, "clock({value})"},
      {TENON_TYPE_JSON, 0, "json", nullptr, nullptr, 0, nullptr}};
  static constexpr tenon_dialect kDialect = [] {
    tenon_dialect d{};
    d.size = sizeof d;
    d.flags = TENON_SQL_RETURNING;
    d.name = "test";
    d.quote_open = d.quote_close = "\"";
    d.parameter = "$#";
    d.true_literal = "true";
    d.false_literal = "false";
    d.limit = "limit {limit} offset {offset}";
    d.like_escape = " escape '\\'";
    d.insert_defaults = "default values";
    d.table_suffix = " engine=x";
    d.add_column = "alter table {table} add {definition}";
    d.rename_table = d.drop_index = "";
    d.now = "now()";
    d.regex = "{value} regexp {pattern}";
    d.max_parameters = 100;
    d.types = kTypes;
    d.n_types = sizeof kTypes / sizeof kTypes[0];
    return d;
  }();
  return &kDialect;
}

}  // namespace tenon::modeling
