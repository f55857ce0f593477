// SPDX-License-Identifier: Apache-2.0
#include "system_models.h"

#include "model/model_json.h"

namespace tenon::modeling {

namespace {

constexpr char kModels[] = R"([
  {"type":"entity","name":"f_datasource","comment":"Datasources","fields":[
    {"name":"name","type":"String","length":100,"identity":true,"nullable":false},
    {"name":"enabled","type":"Boolean","nullable":false},
    {"name":"tenant_id","type":"String","length":63,"nullable":false},
    {"name":"config","type":"Text","nullable":false},
    {"name":"created_by","type":"String","length":63},
    {"name":"updated_by","type":"String","length":63},
    {"name":"created_at","type":"DateTime"},
    {"name":"updated_at","type":"DateTime"}]},
  {"type":"entity","name":"f_model_registry","comment":"Model definitions by datasource","fields":[
    {"name":"id","type":"Long","identity":true,"nullable":false,"defaultValue":{"type":"generated","name":"autoIncrement"}},
    {"name":"schema_name","type":"String","length":100,"nullable":false},
    {"name":"model_name","type":"String","length":100,"nullable":false},
    {"name":"model_type","type":"String","length":100,"nullable":false},
    {"name":"content","type":"Text","nullable":false}],
   "indexes":[{"name":"UX_model_registry","unique":true,"fields":[{"fieldName":"schema_name"},{"fieldName":"model_name"}]}]},
  {"type":"entity","name":"f_model_change","comment":"Changes of tables that have begun and are not registered yet","fields":[
    {"name":"id","type":"Long","identity":true,"nullable":false,"defaultValue":{"type":"generated","name":"autoIncrement"}},
    {"name":"schema_name","type":"String","length":100,"nullable":false},
    {"name":"content","type":"Text","nullable":false},
    {"name":"created_at","type":"DateTime"}],
   "indexes":[{"name":"IX_model_change","fields":[{"fieldName":"schema_name"}]}]}
])";

}  // namespace

const std::vector<Model>& systemModels() {
  static const std::vector<Model> models = [] {
    std::vector<Model> out;
    for (const auto& json : parseJson(kModels)) out.push_back(readModel(json));
    return out;
  }();
  return models;
}

}  // namespace tenon::modeling
