// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace tenon::graphql {

/// A file that was built into the plugin.
struct Asset {
  std::string_view name, contentType, content;
};

/// The page itself: with {{assets}} and {{nonce}} in it, or one that says that it was built without.
std::string_view graphiqlPage() noexcept;
/// What the page loads. Empty where npm was not there when the plugin was built.
std::span<const Asset> graphiqlAssets() noexcept;

}  // namespace tenon::graphql
