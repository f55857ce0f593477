// SPDX-License-Identifier: Apache-2.0
#include "key_names.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "tenon/decimal.hpp"
#include "tenon/error.hpp"

namespace tenon::modeling {

namespace {

/// MD5 as a number in digits 0-9a-y. A name, not a seal: nothing depends on MD5 being hard to forge.
std::string digest35(const std::string& text) {
  std::array<unsigned char, 16> md5{};
  if (EVP_Digest(text.data(), text.size(), md5.data(), nullptr, EVP_md5(), nullptr) != 1)
    throw Failure(TENON_INTERNAL, "MD5 is not available");
  UInt128 n = 0;
  for (const unsigned char b : md5) n = n << 8U | b;
  std::string out;
  do {
    out.push_back("0123456789abcdefghijklmnopqrstuvwxy"[static_cast<size_t>(n % 35)]);
    n /= 35;
  } while (n != 0);
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

std::string uniqueKeyName(const std::string& table, std::vector<std::string> columns) {
  std::sort(columns.begin(), columns.end());
  std::string text = "table`" + table + "`";
  for (const auto& c : columns) text += "column`" + c + "`";
  return "UK_" + digest35(text);
}

std::string indexName(const std::string& model, const std::vector<std::string>& fields) {
  std::string text = model;
  for (const auto& f : fields) text += f;
  return "IDX_" + digest35(text);
}

}  // namespace tenon::modeling
