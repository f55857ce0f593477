// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tenon::graphql {

/// The SHA-256 of a document without its layout, comments and values: what differs in these only is one document to
/// whoever looks for slow ones. No value of a client's can be told from it.
std::string fingerprintOf(std::string_view document);

}  // namespace tenon::graphql
