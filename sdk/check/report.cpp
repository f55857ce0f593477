// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "tenon/error.hpp"

namespace tenon::compliance {

namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

auto count(const std::vector<Result>& results, Verdict verdict) {
  return std::count_if(results.begin(), results.end(), [&](const Result& r) { return r.verdict == verdict; });
}

}  // namespace

void printResult(const Result& r) {
  const char* word = r.verdict == Verdict::Holds ? "holds " : r.verdict == Verdict::Broken ? "BROKEN" : "n/a   ";
  std::printf("%s  %-32s %s%s%s\n", word, r.check.id, r.check.rule, r.why.empty() ? "" : "\n        ", r.why.c_str());
  std::fflush(stdout);
}

void printSum(const std::vector<Result>& results) {
  std::printf("%td hold, %td broken, %td not applicable\n", count(results, Verdict::Holds),
              count(results, Verdict::Broken), count(results, Verdict::NotApplicable));
}

void writeJunit(const std::filesystem::path& file, const std::string& suite, const std::vector<Result>& results) {
  std::ofstream out(file);
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"" << escaped(suite) << "\" tests=\""
      << results.size() << "\" failures=\"" << count(results, Verdict::Broken) << "\" skipped=\""
      << count(results, Verdict::NotApplicable) << "\">\n";
  for (const auto& r : results) {
    out << "  <testcase classname=\"" << escaped(suite) << "\" name=\"" << escaped(r.check.id) << "\" time=\""
        << r.seconds << "\">";
    if (r.verdict == Verdict::Broken) out << "<failure message=\"" << escaped(r.why) << "\"/>";
    if (r.verdict == Verdict::NotApplicable) out << "<skipped message=\"" << escaped(r.why) << "\"/>";
    out << "</testcase>\n";
  }
  out << "</testsuite>\n";
  if (!out.flush()) throw Failure(TENON_UNAVAILABLE, "cannot write " + file.string());
}

}  // namespace tenon::compliance
