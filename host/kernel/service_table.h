// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace tenon::host {

/// A full-size copy of a table that a plugin offers under `id`: members that the plugin does not have (its
/// table is shorter, or they are NULL) answer TENON_UNSUPPORTED, so that callers never test for NULL. A table
/// of an id the host does not know is copied as it is. Throws Failure(INVALID) when an essential is missing.
std::vector<unsigned char> normalizedTable(const char* id, const void* table);

}  // namespace tenon::host
