// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model.h"

namespace tenon::modeling {

/// The type that a name alone stands for in IDL; nothing for any other name, which is that of a model.
std::optional<FieldType> idlType(std::string_view name) noexcept;

/// The canonical IDL text of an entity or enum. Empty for what IDL cannot say: a native query, a name that is no
/// identifier, a reference to a model that is called like a type.
std::string idlOf(const Model& model);

}  // namespace tenon::modeling
