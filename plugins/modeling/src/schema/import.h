// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "journal.h"

namespace tenon::modeling {

/// A script that is imported: models, and rows to write once they are there.
struct ImportScript {
  struct Rows {
    std::string model;
    Json values;       ///< an array of records
    std::string path;  ///< "data[1].values"
  };
  std::vector<Model> models;
  std::vector<Rows> rows;
  std::vector<std::string> warnings;
};

/// Reads the body of an import: {"script": TEXT, "type": "JSON" | "IDL"}. A JSON script is {"objects":[model...],
/// "data":[{"modelName","values":[record...]}]}, "schema" being an older name of "objects"; indexes of fields that are
/// not there are left out with a warning. An object of an entity in `models` may say only what is new of it. Throws
/// Invalid with every problem.
ImportScript readImport(const Json& body, const ModelSet& models);

/// What the script makes of the models that are there: added or extended, never dropped. Models that stay as they are
/// are left out. Throws Invalid.
std::vector<ModelChange> importChanges(const ImportScript& script, const ModelSet& models);

}  // namespace tenon::modeling
