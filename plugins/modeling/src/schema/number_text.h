// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/model.h"

namespace tenon::modeling {

/// A regular expression that texts match which are values of a number field, with all their digits: "-12", "007" and,
/// of a Float, "12.50". In the words that every database knows: no classes, no backslashes.
std::string numberPattern(const Field& number);

}  // namespace tenon::modeling
