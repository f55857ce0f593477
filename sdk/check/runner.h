// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report.h"

namespace tenon::compliance {

/// Runs one check in a process of its own, killed after the time limit: a crash, an exit and a hang are results.
/// With options.inProcess it runs here.
Result runCheck(const Check& check, const Options& options);

}  // namespace tenon::compliance
