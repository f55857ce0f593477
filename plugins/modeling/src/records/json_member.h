// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model.h"

namespace tenon::modeling {

/// A member of an object; null where there is none, or no object.
inline const Json& member(const Json& object, const char* key) {
  static const Json none;
  const auto it = object.find(key);
  return it == object.end() ? none : *it;
}

}  // namespace tenon::modeling
