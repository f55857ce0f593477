// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "model/model.h"
#include "tenon/error.hpp"

namespace tenon::modeling {

/// The failure of a statement with what it names as fields of the request: a key by its columns, each after `path`.
/// As it is when it names neither.
Failure namingFields(const Failure& failure, const Entity& entity, const std::string& path);

/// Runs a statement on an entity's table; what the database refuses names the fields of the request.
template <class Write>
auto naming(const Entity& entity, const std::string& path, Write&& write) {
  try {
    return write();
  } catch (const Failure& f) {
    throw namingFields(f, entity, path);
  }
}

}  // namespace tenon::modeling
