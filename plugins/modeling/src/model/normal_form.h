// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "model.h"
#include "records/value.h"

namespace tenon::modeling {

/// Longest fixed default, in bytes: it stands in the definition of a table.
inline constexpr size_t kLongestDefault = 4096;

/// Brings a fixed default into the record's JSON value of its type: "5" of an Int becomes 5. The value stays as it
/// is when it is none of the type; the answer tells why. Enum elements are not looked up.
std::optional<Mismatch> normalizeDefault(const Field& field, Json& value);

/// The first text of a field's fixed default that its enum does not have; null when there is none, or no enum.
const std::string* foreignElement(const Field& field, const EnumModel* enumModel);

/// Completes a model just read, whatever it was read from: fixed defaults in the form above, a name for each index
/// that was given none. What is wrong stays as it is, for validate() to tell.
void normalize(Model& model);

}  // namespace tenon::modeling
