// SPDX-License-Identifier: Apache-2.0
// What mapping the library does, and what its file says.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "check.h"
#include "instance.h"

namespace tenon::compliance {

namespace {

constexpr std::chrono::milliseconds kSlowestLoad{100};

void exportsOneSymbol(Context& c) {
  bool entry = false;
  for (const auto& s : c.plugin.exported()) {
    require(s.name == "tenon_plugin_entry_1", "it exports " + s.name + " too: link with the SDK's version script");
    entry = true;
  }
  require(entry, "it exports no tenon_plugin_entry_1: it is not a plugin for ABI 1");
}

void hasNoUniqueSymbol(Context& c) {
  for (const auto& s : c.plugin.exported())
    require(!s.unique, "its symbol " + s.name + " is unique in the process: compile with -fvisibility=hidden");
}

void resolvesAtOnce(Context& c) {
  c.plugin.load();
}

void loadsQuickly(Context& c) {
  const auto begun = std::chrono::steady_clock::now();
  c.plugin.load();
  const auto took = std::chrono::steady_clock::now() - begun;
  require(took < kSlowestLoad, "loading took " +
                                   std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()) +
                                   " ms: constructors and the entry must do no work");
}

void isSilent(Context& c) {
  char name[] = "/tmp/tenon-check-out-XXXXXX";
  const int file = ::mkstemp(name);
  require(file >= 0, "no temporary file can be made");
  ::unlink(name);
  std::fflush(nullptr);
  const int before = ::dup(STDOUT_FILENO);
  ::dup2(file, STDOUT_FILENO);
  c.plugin.load();
  std::fflush(nullptr);
  ::dup2(before, STDOUT_FILENO);
  ::close(before);
  struct stat s {};
  ::fstat(file, &s);
  ::close(file);
  require(s.st_size == 0, "it writes to standard output while it is loaded");
}

void startsNoThread(Context& c) {
  const int before = threadCount();
  c.plugin.load();
  require(threadCount() == before, "loading it starts a thread: threads start in start()");
}

void agreesWithManifest(Context& c) {
  const Json m = c.plugin.manifest();
  const tenon_plugin& p = c.plugin.usable();
  const auto same = [&](const char* key, const char* value) {
    require(m.contains(key) && m[key] == (value != nullptr ? value : ""),
            std::string("plugin.json and the descriptor disagree about ") + key);
  };
  same("id", p.id);
  same("version", p.version);
  same("title", p.title);
  require(m.value("abi", "") == std::to_string(p.abi_major) + "." + std::to_string(p.abi_minor_needed),
          "plugin.json and the descriptor disagree about abi");
  require(m.value("library", "") == c.plugin.library().filename().string(), "plugin.json names another library");
  const auto lists = [&](const char* key, uint64_t n, const auto& idOf) {
    const Json list = m.value(key, Json::array());
    bool ok = list.is_array() && list.size() == n;
    for (uint64_t i = 0; ok && i < n; ++i) ok = list[i].value("id", "") == idOf(i);
    require(ok, std::string("plugin.json and the descriptor disagree about ") + key);
  };
  lists("needs", p.n_needs, [&](uint64_t i) { return std::string(p.needs[i].id); });
  lists("offers", p.n_offers, [&](uint64_t i) { return std::string(p.offers[i].id); });
}

void manifestNamesTheBytes(Context& c) {
  require(c.plugin.manifest().value("sha256", "") == c.plugin.sha256(),
          "sha256 of plugin.json is not that of the library: a host refuses it");
}

}  // namespace

std::vector<Check> loadChecks() {
  return {
      {"load.one_symbol", "the library exports tenon_plugin_entry_1 and nothing else", exportsOneSymbol},
      {"load.no_unique_symbol", "no symbol is unique in the process", hasNoUniqueSymbol},
      {"load.resolves", "every symbol is resolved when it is mapped", resolvesAtOnce},
      {"load.quick", "mapping it and calling its entry takes under 100 ms", loadsQuickly},
      {"load.silent", "nothing is printed on standard output", isSilent},
      {"load.no_thread", "no thread is started before start()", startsNoThread},
      {"load.manifest", "plugin.json says what the descriptor says", agreesWithManifest},
      {"load.sha256", "plugin.json has the digest of the library", manifestNamesTheBytes},
  };
}

}  // namespace tenon::compliance
