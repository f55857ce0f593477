// SPDX-License-Identifier: Apache-2.0
#include "trusted_documents.h"

#include <algorithm>
#include <fstream>

#include "tenon/extras/json.hpp"
#include "tenon/extras/sha256.hpp"

namespace tenon::graphql {

namespace {

namespace fs = std::filesystem;

constexpr size_t kMostDocuments = 10000, kMostBytes = size_t{64} << 20U;
constexpr std::string_view kPrefix = "sha256:";

[[noreturn]] void refuse(const std::string& what) {
  throw Failure(TENON_INVALID, "\"trustedDocuments\": " + what);
}

std::string contentOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code failed;
  const auto size = fs::file_size(file, failed);
  if (!in || failed) refuse(file.string() + " cannot be read");
  if (size > kMostBytes) refuse(file.string() + " is larger than " + std::to_string(kMostBytes) + " bytes");
  std::string out(size, '\0');
  in.read(out.data(), static_cast<std::streamsize>(size));
  out.resize(static_cast<size_t>(in.gcount()));
  return out;
}

}  // namespace

void TrustedDocuments::load(const fs::path& path) {
  std::error_code failed;
  if (fs::is_directory(path, failed))
    loadFolder(path);
  else if (fs::is_regular_file(path, failed))
    loadFile(path);
  else
    refuse(path.string() + " is neither a folder nor a file");
}

void TrustedDocuments::loadFolder(const fs::path& folder) {
  std::error_code failed;
  fs::directory_iterator it(folder, failed);
  for (; !failed && it != fs::directory_iterator(); it.increment(failed))
    if (it->path().extension() == ".graphql") add(contentOf(it->path()), it->path().string());
  if (failed) refuse(folder.string() + " cannot be read: " + failed.message());
}

void TrustedDocuments::loadFile(const fs::path& file) {
  Json json;
  try {
    json = parseJson(contentOf(file));
  } catch (const JsonError& e) {
    refuse(file.string() + ": " + e.what());
  }
  if (!json.is_object()) refuse(file.string() + " must hold an object of documents by their SHA-256");
  for (const auto& [hash, document] : json.items()) {
    if (!document.is_string()) refuse(file.string() + ": \"" + hash + "\" must be a text");
    add(document.get<std::string>(), file.string());
    if (find(hash) == nullptr || *find(hash) != document.get_ref<const std::string&>())
      refuse(file.string() + ": \"" + hash + "\" is not the SHA-256 of its document");
  }
}

void TrustedDocuments::add(std::string document, const std::string& where) {
  if (document.empty()) refuse(where + " holds an empty document");
  std::string hash = sha256Hex(document);
  bytes_ += document.size();
  byHash_.insert_or_assign(std::move(hash), std::move(document));
  if (byHash_.size() > kMostDocuments || bytes_ > kMostBytes)
    refuse("there are more than " + std::to_string(kMostDocuments) + " documents, or more than " +
           std::to_string(kMostBytes) + " bytes of them");
}

const std::string* TrustedDocuments::find(std::string_view id) const {
  if (id.starts_with(kPrefix)) id.remove_prefix(kPrefix.size());
  std::string hash(id);
  std::transform(hash.begin(), hash.end(), hash.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto it = byHash_.find(hash);
  return it == byHash_.end() ? nullptr : &it->second;
}

}  // namespace tenon::graphql
