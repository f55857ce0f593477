// SPDX-License-Identifier: Apache-2.0
#include "key_store.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tenon/extras/json.hpp"

namespace tenon::identity {

namespace {

constexpr size_t kMostKeys = 10;

/// Whole or not at all: written aside, synced, then renamed; link() lets the first of two starters win.
void writeOnce(const std::filesystem::path& file, const std::string& text) {
  const std::string temporary = file.string() + "." + base64Url(randomBytes(9)) + ".tmp";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) throw Failure(TENON_INTERNAL, "cannot create the key file");
  const bool ok = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  const bool placed = ok && (::link(temporary.c_str(), file.c_str()) == 0 || errno == EEXIST);
  ::unlink(temporary.c_str());
  if (!placed) throw Failure(TENON_INTERNAL, "cannot write the key file");
}

}  // namespace

std::string randomBytes(size_t n) {
  std::string out(n, '\0');
  if (::getrandom(out.data(), n, 0) != static_cast<ssize_t>(n)) throw Failure(TENON_UNAVAILABLE, "no random numbers");
  return out;
}

KeyStore::KeyStore(const std::filesystem::path& folder) {
  const auto file = folder / "keys.json";
  struct stat s {};
  if (::stat(file.c_str(), &s) != 0)
    writeOnce(file, dumpJson(Json{{"keys", Json::array({Json{{"id", base64Url(randomBytes(6))},
                                                             {"secret", base64Url(randomBytes(32))}}})}}) +
                        "\n");
  if (::stat(file.c_str(), &s) != 0 || (s.st_mode & 077U) != 0)
    throw Failure(TENON_DENIED, "the key file " + file.string() + " must be readable by its owner only (mode 0600)");
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  const Json json = parseJson(text.str());
  for (const auto& k : json.is_object() && json.contains("keys") ? json["keys"] : Json::array()) {
    SigningKey key;
    key.id = k.value("id", "");
    const auto secret = fromBase64Url(k.value("secret", ""));
    if (key.id.empty() || !secret || secret->size() != key.secret.size())
      throw Failure(TENON_INVALID, "the key file " + file.string() + " is damaged");
    std::copy(secret->begin(), secret->end(), key.secret.begin());
    keys_.push_back(std::move(key));
  }
  if (keys_.empty() || keys_.size() > kMostKeys)
    throw Failure(TENON_INVALID, "the key file " + file.string() + " must hold 1 to 10 keys");
}

}  // namespace tenon::identity
