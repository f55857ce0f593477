// SPDX-License-Identifier: Apache-2.0
#include "model_routes.h"

#include "answer.h"
#include "datasource_routes.h"
#include "model/model_json.h"

namespace tenon::modeling {

ModelRoutes::ModelRoutes(Http& http, const Catalogue& catalogue) : catalogue_(catalogue) {
  http.route<&ModelRoutes::list>("GET", "/api/f/datasources/{datasourceName}/models", this);
  http.route<&ModelRoutes::get>("GET", "/api/f/datasources/{datasourceName}/models/{modelName}", this);
}

void ModelRoutes::list(Request& request, Reply& reply, const tenon_cancel*) {
  answering(request, reply, [&] {
    const auto models = sourceOf(catalogue_, request)->models();
    std::string out = "[";
    for (const auto& m : models->all()) {
      if (out.size() > 1) out += ',';
      appendModel(out, m, true);
    }
    reply.json(out + "]");
  });
}

void ModelRoutes::get(Request& request, Reply& reply, const tenon_cancel*) {
  answering(request, reply, [&] {
    const auto models = sourceOf(catalogue_, request)->models();
    const Model* model = models->find(request.param("modelName"));
    if (model == nullptr) throw Missing(Missing::What::Model, std::string(request.param("modelName")));
    std::string out;
    appendModel(out, *model, true);
    reply.json(out);
  });
}

}  // namespace tenon::modeling
