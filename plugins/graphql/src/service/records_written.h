// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "live/watched_models.h"

namespace tenon::graphql {

/// Which models records of were written, as the event "records.written" tells it: {"datasource","models":[...]}. Throws
/// for a text that is no such event.
WatchedModels writtenModels(std::string_view event);

}  // namespace tenon::graphql
