// SPDX-License-Identifier: Apache-2.0
#include "loader.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>  // boost/dll/library_info.hpp needs it and does not include it

#include <boost/dll/library_info.hpp>
#include <boost/dll/shared_library.hpp>

#include "files.h"
#include "tenon/error.hpp"

namespace tenon::host {

namespace {

constexpr const char* kEntry = "tenon_plugin_entry_1";

std::string versionText(uint32_t major, uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

void checkAbi(uint32_t major, uint32_t minorNeeded) {
  if (major != TENON_ABI_MAJOR || minorNeeded > TENON_ABI_MINOR)
    throw Failure(TENON_UNSUPPORTED,
                  "it needs ABI " + versionText(major, minorNeeded) + " and this host has " +
                      versionText(TENON_ABI_MAJOR, TENON_ABI_MINOR) +
                      (major >= TENON_ABI_MAJOR ? "; use a newer host or an older build of the plugin"
                                                : "; use a newer build of the plugin"));
}

/// Reads the ELF symbol table without running constructors.
void checkExports(const std::filesystem::path& file) {
  std::vector<std::string> symbols;
  try {
    symbols = boost::dll::library_info(file, true).symbols();
  } catch (const std::exception&) {
    throw Failure(TENON_INVALID, file.filename().string() + " is not a shared library of this platform");
  }
  if (std::find(symbols.begin(), symbols.end(), kEntry) == symbols.end())
    throw Failure(TENON_INVALID, std::string("the library exports no ") + kEntry + ": it is not a plugin for ABI " +
                                     std::to_string(TENON_ABI_MAJOR));
}

void checkAgreement(const Manifest& m, const tenon_plugin* p) {
  if (p == nullptr || p->magic != TENON_MAGIC) throw Failure(TENON_INVALID, "its descriptor has no Tenon magic number");
  if (!TENON_HAS(tenon_plugin, p, destroy)) throw Failure(TENON_INVALID, "its descriptor is shorter than ABI 1.0's");
  checkAbi(p->abi_major, p->abi_minor_needed);
  const auto differs = [](const char* what, const std::string& manifest, const std::string& descriptor) {
    throw Failure(TENON_INVALID, std::string("plugin.json says ") + what + " \"" + manifest +
                                     "\", the library says \"" + descriptor + "\"");
  };
  if (p->id == nullptr || m.id != p->id) differs("id", m.id, p->id != nullptr ? p->id : "");
  if (p->version == nullptr || m.version != p->version)
    differs("version", m.version, p->version != nullptr ? p->version : "");
  if (p->create == nullptr || p->start == nullptr || p->drain == nullptr || p->destroy == nullptr)
    throw Failure(TENON_INVALID, "its descriptor lacks one of create, start, drain and destroy");
  const bool lists = (p->n_needs == 0 || p->needs != nullptr) && (p->n_offers == 0 || p->offers != nullptr);
  bool same = lists && p->n_needs == m.needs.size() && p->n_offers == m.offers.size();
  const auto name = [](const char* s) { return std::string_view(s != nullptr ? s : ""); };
  for (uint64_t i = 0; same && i < p->n_needs; ++i)
    same = name(p->needs[i].id) == m.needs[i].id && name(p->needs[i].name) == m.needs[i].name &&
           p->needs[i].min_size == m.needs[i].minSize &&
           ((p->needs[i].flags & TENON_NEED_OPTIONAL) != 0) == m.needs[i].optional;
  for (uint64_t i = 0; same && i < p->n_offers; ++i)
    same = name(p->offers[i].id) == m.offers[i].id && name(p->offers[i].name) == m.offers[i].name;
  if (!same) throw Failure(TENON_INVALID, "plugin.json and the library disagree about needs or offers");
}

/// Never unmapped: callbacks, errors and arrays of a plugin may be alive at any time. The list itself is never
/// destroyed either.
void keepMapped(std::unique_ptr<boost::dll::shared_library> library) {
  static std::mutex mutex;
  static auto& kept = *new std::vector<std::unique_ptr<boost::dll::shared_library>>();
  const std::lock_guard lock(mutex);
  kept.push_back(std::move(library));
}

}  // namespace

LoadedPlugin loadPlugin(Manifest manifest, const std::filesystem::path& privateFolder) {
  checkAbi(manifest.abiMajor, manifest.abiMinor);
  const auto copy = copyVerified(manifest.library, privateFolder, manifest.sha256);
  checkExports(copy);
  auto library = std::make_unique<boost::dll::shared_library>();
  try {
    library->load(copy.string(), boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& e) {
    throw Failure(TENON_INVALID, std::string("it cannot be loaded: ") + e.what());
  }
  const auto entry = library->get<const tenon_plugin*()>(kEntry);
  keepMapped(std::move(library));
  LoadedPlugin loaded{std::move(manifest), entry()};
  checkAgreement(loaded.manifest, loaded.descriptor);
  return loaded;
}

}  // namespace tenon::host
