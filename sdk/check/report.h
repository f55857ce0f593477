// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "check.h"

namespace tenon::compliance {

enum class Verdict : char { Holds = '+', Broken = '!', NotApplicable = '-' };

struct Result {
  Check check;
  Verdict verdict = Verdict::Broken;
  std::string why;
  double seconds = 0;
};

/// One line for each result on standard output, and the sum.
void printResult(const Result& result);
void printSum(const std::vector<Result>& results);
/// The format that continuous integration servers read. Throws Failure when the file cannot be written.
void writeJunit(const std::filesystem::path& file, const std::string& suite, const std::vector<Result>& results);

}  // namespace tenon::compliance
