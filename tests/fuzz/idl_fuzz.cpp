// SPDX-License-Identifier: Apache-2.0
// Whatever text means models: their canonical text means the same, and so does the JSON that is stored of them.
#include <string>

#include "fuzz.h"
#include "idl/idl.h"
#include "model/idl_writer.h"
#include "model/model_json.h"
#include "routes/answer.h"

using namespace tenon::modeling;

namespace {

std::string jsonOf(const Model& model) {
  std::string out;
  appendModel(out, model, false);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<Model> models;
  try {
    models = parseIdl(textOf(data, size), "idl").models;
  } catch (const Invalid& invalid) {
    MUST(!invalid.problems().empty());
    for (const auto& p : invalid.problems()) {
      MUST(p.field == "idl" && !p.zh.empty() && p.en.substr(0, 5) == "line ");
      tenon::Json(p.en).dump();  // throws when the message is not UTF-8
    }
    return 0;
  }
  std::string canonical;
  for (const auto& model : models) {
    canonical += idlOf(model);
    MUST(jsonOf(readModel(tenon::parseJson(jsonOf(model)))) == jsonOf(model));
  }
  const std::vector<Model> again = parseIdl(canonical, "idl").models;
  MUST(again.size() == models.size());
  for (size_t i = 0; i < models.size(); ++i) MUST(jsonOf(again[i]) == jsonOf(models[i]));
  return 0;
}
