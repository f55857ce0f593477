// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <charconv>
#include <fstream>
#include <sstream>

namespace tenon::compliance {

const char* const kUsage =
    "tenon-check list\n"
    "tenon-check run PLUGIN.so [--config FILE] [--only ID|GROUP]... [--timeout-ms N] [--in-process] [--junit FILE]\n"
    "\n"
    "Runs every check in a process of its own. Exit status: 0 all hold, 1 some do not, 2 it could not run.\n"
    "--config      a JSON file: {\"plugin\": {}, \"datasource\": {\"dbKind\", \"url\", ...}, \"statements\": {}}\n"
    "--in-process  no child processes: for a debugger, with --only\n";

bool Options::wants(const std::string& id) const {
  if (only.empty()) return true;
  for (const auto& o : only)
    if (o == id || id.compare(0, o.size() + 1, o + ".") == 0) return true;
  return false;
}

namespace {

void readConfig(const std::filesystem::path& file, Options& out) {
  std::ifstream in(file);
  if (!in) throw Failure(TENON_NOT_FOUND, "cannot read " + file.string());
  std::ostringstream text;
  text << in.rdbuf();
  const Json json = parseJson(text.str(), kMaxJsonDepth, /*comments=*/true);
  if (!json.is_object()) throw Failure(TENON_INVALID, file.string() + " must hold a JSON object");
  for (const auto& [key, value] : json.items()) {
    if (key == "home" && value.is_string()) {
      out.home = value.get<std::string>();
      continue;
    }
    if (!value.is_object()) throw Failure(TENON_INVALID, file.string() + ": \"" + key + "\" must be an object");
    if (key == "plugin")
      out.plugin = value;
    else if (key == "datasource")
      out.datasource = value;
    else if (key == "statements")
      out.statements = value;
    else
      throw Failure(TENON_INVALID, file.string() + ": unknown key \"" + key + "\"");
  }
}

}  // namespace

Options readOptions(int argc, char** argv) {
  Options out;
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "list" && argc == 2) {
    out.list = true;
    return out;
  }
  if (command != "run" || argc < 3) throw Failure(TENON_INVALID, kUsage);
  out.library = std::filesystem::absolute(argv[2]);
  for (int i = 3; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--in-process") {
      out.inProcess = true;
      continue;
    }
    if (++i == argc) throw Failure(TENON_INVALID, kUsage);
    const std::string value = argv[i];
    if (option == "--config") {
      readConfig(value, out);
    } else if (option == "--only") {
      out.only.push_back(value);
    } else if (option == "--junit") {
      out.junit = value;
    } else if (option == "--timeout-ms") {
      const auto r = std::from_chars(value.data(), value.data() + value.size(), out.timeout_ms);
      if (r.ec != std::errc() || r.ptr != value.data() + value.size() || out.timeout_ms == 0)
        throw Failure(TENON_INVALID, "--timeout-ms must be a whole number");
    } else {
      throw Failure(TENON_INVALID, kUsage);
    }
  }
  return out;
}

}  // namespace tenon::compliance
