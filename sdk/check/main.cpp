// SPDX-License-Identifier: Apache-2.0
// tenon-check: does a plugin keep the rules of the ABI?
#include <algorithm>
#include <cstdio>

#include "runner.h"
#include "tenon/error.hpp"

namespace tenon::compliance {

std::vector<Check> allChecks() {
  std::vector<Check> out;
  for (auto* group : {loadChecks, descriptorChecks, lifecycleChecks, errorChecks, datasourceChecks, typeChecks,
                      rowChecks, cancelChecks})
    for (const Check& c : group()) out.push_back(c);
  return out;
}

namespace {

int run(const Options& options) {
  if (options.list) {
    for (const Check& c : allChecks()) std::printf("%-32s %s\n", c.id, c.rule);
    return 0;
  }
  std::vector<Result> results;
  for (const Check& c : allChecks()) {
    if (!options.wants(c.id)) continue;
    results.push_back(runCheck(c, options));
    printResult(results.back());
  }
  if (results.empty()) throw Failure(TENON_NOT_FOUND, "no check has that name: see tenon-check list");
  printSum(results);
  if (!options.junit.empty()) writeJunit(options.junit, options.library.stem().string(), results);
  return std::any_of(results.begin(), results.end(), [](const Result& r) { return r.verdict == Verdict::Broken; }) ? 1
                                                                                                                   : 0;
}

}  // namespace

}  // namespace tenon::compliance

int main(int argc, char** argv) {
  try {
    return tenon::compliance::run(tenon::compliance::readOptions(argc, argv));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 2;
  }
}
