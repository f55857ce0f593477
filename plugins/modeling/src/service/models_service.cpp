// SPDX-License-Identifier: Apache-2.0
#include "models_service.h"

#include "model/model_json.h"

namespace tenon::modeling {

namespace {

const Catalogue& of(void* self) {
  return static_cast<ModelsService*>(self)->catalogue();
}

tenon_status datasources(void* self, void (*datasource)(void*, const tenon_datasource_info*), void* arg,
                         tenon_error* e) {
  return guard(e, [&] {
    for (const auto& source : of(self).list({})) {
      const DatasourceDefinition& d = source->definition();
      const tenon_datasource_info info{sizeof info, d.system ? TENON_DATASOURCE_SYSTEM : 0, str(d.name),
                                       str(d.tenantId), source->models()->version()};
      datasource(arg, &info);
    }
  });
}

tenon_status models(void* self, tenon_str datasource, const tenon_model_reader* reader, uint64_t* version,
                    tenon_error* e) {
  return guard(e, [&] {
    if (!TENON_HAS(tenon_model_reader, reader, json))
      throw Failure(TENON_INVALID, "a reader too short").from(TENON_FROM_CALLER);
    const auto source = of(self).find(view(datasource), {});
    if (source == nullptr) throw Failure(TENON_NOT_FOUND, "no such datasource: " + text(datasource));
    const auto set = source->models();
    std::string json;
    for (size_t i = 0; i < set->all().size(); ++i) {
      if (reader->model(reader->arg, str(nameOf(set->all()[i])), set->stamp(i)) == 0) continue;
      json.clear();
      appendModel(json, set->all()[i], false);
      reader->json(reader->arg, str(json));
    }
    if (version != nullptr) *version = set->version();
  });
}

constexpr tenon_models_v1 kTable = {sizeof(tenon_models_v1), 0, datasources, models};

}  // namespace

const tenon_models_v1* ModelsService::table() noexcept {
  return &kTable;
}

}  // namespace tenon::modeling
