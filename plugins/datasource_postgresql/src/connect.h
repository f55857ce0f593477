// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include <string>
#include <vector>

#include "options.h"
#include "wait.h"

namespace tenon::postgresql {

/// Takes those PG* variables out of the process's environment that libpq would heed and that no parameter of a
/// connection overrules; answers which there were. Called once, before the first connection.
std::vector<std::string> forgetEnvironment();

/// Connects, non-blocking but for the look-up of a host's name. The caller finishes the connection. Throws Failure,
/// also when the server has not answered within the options' time limit. again: a server that was there a moment ago is
/// given a second to come back.
PGconn* openConnection(const Options& options, bool readOnly, bool again, Wait& wait);

/// The name under which the server's machine knows this process's time zone: texts of moments mean the same on both
/// sides then. "fixed": the zone as an offset, as it is now, for a server that does not know the name.
std::string sessionTimeZone(bool fixed);

/// "-c name=value" for each, as the server takes session settings in the first packet.
std::string startupOptions(const std::vector<std::pair<std::string, std::string>>& settings);

}  // namespace tenon::postgresql
