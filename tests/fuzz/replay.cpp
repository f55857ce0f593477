// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over every file of a corpus, and over every prefix of the small ones.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fuzz.h"

namespace {

constexpr size_t kPrefixesUpTo = 2048;

void one(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  size_t files = 0;
  for (int i = 1; i < argc; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
      one(bytes);
      for (size_t n = 0; bytes.size() <= kPrefixesUpTo && n < bytes.size(); ++n) one(bytes.substr(0, n));
      ++files;
    }
  std::printf("%zu inputs\n", files);
  return files > 0 ? 0 : 1;  // an empty corpus proves nothing
}
