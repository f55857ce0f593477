// SPDX-License-Identifier: Apache-2.0
#include <regex>

#include "check.h"
#include "tenon/fakes/fake_host.hpp"

namespace tenon::compliance {

namespace {

const tenon_plugin& described(Context& c) {
  const tenon_plugin* p = c.plugin.load();
  require(p != nullptr, "the entry answers NULL");
  return *p;
}

void hasMagic(Context& c) {
  require(described(c).magic == TENON_MAGIC, "the descriptor does not begin with TENON_MAGIC");
}

void hasSize(Context& c) {
  const tenon_plugin& p = described(c);
  require(p.size >= TENON_UPTO(tenon_plugin, health) && p.size <= 4096,
          "the descriptor's size is " + std::to_string(p.size) + ": it must be sizeof(tenon_plugin)");
}

void isOfThisAbi(Context& c) {
  const tenon_plugin& p = described(c);
  require(p.abi_major == TENON_ABI_MAJOR, "it is for ABI major " + std::to_string(p.abi_major));
  require(p.abi_minor_needed <= p.abi_minor, "it needs a newer ABI minor than the one it was compiled for");
  require(p.reserved == 0, "reserved must be 0");
}

void hasId(Context& c) {
  static const std::regex id("[a-z][a-z0-9_.]{0,63}");
  const tenon_plugin& p = described(c);
  require(p.id != nullptr && std::regex_match(p.id, id),
          "its id must match [a-z][a-z0-9_.]* and have at most 64 characters");
}

void hasVersion(Context& c) {
  static const std::regex version(R"((0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?)");
  const tenon_plugin& p = described(c);
  require(p.version != nullptr && std::regex_match(p.version, version), "its version is no semantic version");
  require(p.title != nullptr && *p.title != '\0', "it has no title");
}

void hasLifecycle(Context& c) {
  const tenon_plugin& p = described(c);
  require(p.create != nullptr && p.start != nullptr && p.drain != nullptr && p.destroy != nullptr,
          "it lacks one of create, start, drain and destroy");
}

void knowsItsNeeds(Context& c) {
  const tenon_plugin& p = described(c);
  require(p.n_needs == 0 || p.needs != nullptr, "needs is NULL");
  const auto& known = fakes::FakeHost::services();
  for (uint64_t i = 0; i < p.n_needs; ++i) {
    const tenon_need& need = p.needs[i];
    require(need.id != nullptr && std::string_view(need.id).find('/') != std::string_view::npos,
            "a need must be an id with a version, such as tenon.http/1");
    const auto it = known.find(need.id);
    require(it == known.end() || need.min_size <= it->second.second,
            std::string("it needs a longer ") + need.id + " than this SDK knows");
    require((need.flags & ~TENON_NEED_OPTIONAL) == 0, std::string("unknown flags on the need ") + need.id);
  }
  require(p.n_offers == 0 || p.offers != nullptr, "offers is NULL");
  for (uint64_t i = 0; i < p.n_offers; ++i)
    require(p.offers[i].id != nullptr && p.offers[i].name != nullptr, "an offer must have an id and a name");
}

void isAlwaysTheSame(Context& c) {
  const tenon_plugin* first = c.plugin.load();
  require(c.plugin.entry()() == first && c.plugin.entry()() == first, "the entry answers another pointer each time");
}

}  // namespace

std::vector<Check> descriptorChecks() {
  return {
      {"descriptor.magic", "the descriptor begins with the magic number", hasMagic},
      {"descriptor.size", "size is the descriptor's own", hasSize},
      {"descriptor.abi", "it is for this ABI major and needs no newer minor than its own", isOfThisAbi},
      {"descriptor.id", "the id is well-formed", hasId},
      {"descriptor.version", "the version is semantic, and there is a title", hasVersion},
      {"descriptor.lifecycle", "create, start, drain and destroy are there", hasLifecycle},
      {"descriptor.needs", "needs and offers are well-formed", knowsItsNeeds},
      {"descriptor.same", "the entry answers the same pointer every time", isAlwaysTheSame},
  };
}

}  // namespace tenon::compliance
