// SPDX-License-Identifier: Apache-2.0
#include "manifest.h"

#include <sys/utsname.h>

#include <algorithm>
#include <cctype>

#include "files.h"
#include "tenon/error.hpp"
#include "tenon/extras/json.hpp"

namespace tenon::host {

namespace {

constexpr size_t kLargestManifest = 64 << 10;

[[noreturn]] void bad(const std::string& what) {
  throw Failure(TENON_INVALID, "plugin.json: " + what);
}

std::string textOf(const Json& json, const char* key) {
  const auto it = json.find(key);
  if (it == json.end() || !it->is_string()) bad(std::string("\"") + key + "\" must be a text");
  return it->get<std::string>();
}

std::vector<ServiceName> servicesOf(const Json& json, const char* key) {
  std::vector<ServiceName> out;
  const auto it = json.find(key);
  if (it == json.end()) return out;
  if (!it->is_array() || it->size() > 100) bad(std::string("\"") + key + "\" must be an array of services");
  for (const auto& s : *it) {
    if (!s.is_object()) bad(std::string("\"") + key + "\" holds something that is no service");
    ServiceName n{textOf(s, "id"), {}, false, 0};
    if (s.contains("name") && !s["name"].is_null()) n.name = textOf(s, "name");
    if (s.contains("optional")) n.optional = s["optional"] == true;
    if (s.contains("min_size")) {
      if (!s["min_size"].is_number_unsigned() || s["min_size"] > UINT32_MAX)
        bad(std::string("\"min_size\" in \"") + key + "\" must be a number of bytes");
      n.minSize = s["min_size"].get<uint32_t>();
    }
    out.push_back(std::move(n));
  }
  return out;
}

}  // namespace

bool validPluginId(std::string_view id) {
  return !id.empty() && id.size() <= 64 && id[0] >= 'a' && id[0] <= 'z' &&
         std::all_of(id.begin(), id.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; });
}

std::string thisPlatform() {
  utsname u{};
  uname(&u);
  std::string s = std::string(u.sysname) + "-" + u.machine;
  std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return s;
}

Manifest readManifest(const std::filesystem::path& folder) {
  const Json json = parseJson(readFile(folder / "plugin.json", kLargestManifest));
  if (!json.is_object()) bad("it must be a JSON object");
  Manifest m;
  m.id = textOf(json, "id");
  if (!validPluginId(m.id)) bad("\"id\" must match [a-z][a-z0-9_.]* and have at most 64 characters");
  m.version = textOf(json, "version");
  m.title = textOf(json, "title");
  const std::string abi = textOf(json, "abi");
  if (std::sscanf(abi.c_str(), "%u.%u", &m.abiMajor, &m.abiMinor) != 2) bad("\"abi\" must look like \"1.0\"");
  m.platform = textOf(json, "platform");
  if (m.platform != thisPlatform()) bad("it was built for " + m.platform + ", this is " + thisPlatform());
  const std::string library = textOf(json, "library");
  if (library.empty() || library.find('/') != std::string::npos || library[0] == '.')
    bad("\"library\" must be the name of a file beside plugin.json");
  m.library = std::filesystem::absolute(folder / library);
  m.sha256 = textOf(json, "sha256");
  if (m.sha256.size() != 64 || m.sha256.find_first_not_of("0123456789abcdef") != std::string::npos)
    bad("\"sha256\" must be 64 lower-case hex digits");
  m.needs = servicesOf(json, "needs");
  m.offers = servicesOf(json, "offers");
  return m;
}

}  // namespace tenon::host
