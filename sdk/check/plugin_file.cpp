// SPDX-License-Identifier: Apache-2.0
#include "plugin_file.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <gelf.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "check.h"

namespace tenon::compliance {

namespace {

struct OpenFile {
  explicit OpenFile(const std::filesystem::path& path) : fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (fd >= 0) ::close(fd);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd;
};

}  // namespace

std::vector<Symbol> PluginFile::exported() const {
  elf_version(EV_CURRENT);
  const OpenFile file(library_);
  require(file.fd >= 0, "there is no file " + library_.string());
  const std::unique_ptr<Elf, int (*)(Elf*)> elf(elf_begin(file.fd, ELF_C_READ, nullptr), elf_end);
  require(elf != nullptr && elf_kind(elf.get()) == ELF_K_ELF, library_.string() + " is no shared library");
  std::vector<Symbol> out;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf.get(), section)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_DYNSYM || header.sh_entsize == 0) continue;
    Elf_Data* data = elf_getdata(section, nullptr);
    for (size_t i = 0; data != nullptr && i < header.sh_size / header.sh_entsize; ++i) {
      GElf_Sym symbol;
      if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) break;
      const auto binding = GELF_ST_BIND(symbol.st_info);
      if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_ABS || binding == STB_LOCAL) continue;
      const char* name = elf_strptr(elf.get(), header.sh_link, symbol.st_name);
      out.push_back({name != nullptr ? name : "", binding == STB_GNU_UNIQUE});
    }
  }
  return out;
}

Json PluginFile::manifest() const {
  const auto path = library_.parent_path() / "plugin.json";
  std::ifstream in(path);
  require(in.good(), "there is no plugin.json beside the library");
  std::ostringstream text;
  text << in.rdbuf();
  try {
    Json json = parseJson(text.str());
    require(json.is_object(), "plugin.json must hold a JSON object");
    return json;
  } catch (const Failure& f) {
    throw Broken(std::string("plugin.json: ") + f.what());
  }
}

std::string PluginFile::sha256() const {
  std::ifstream in(library_, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  require(in.good() && digest != nullptr && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1,
          "there is no file " + library_.string());
  char buffer[16384];
  while (in.read(buffer, sizeof buffer), in.gcount() > 0)
    EVP_DigestUpdate(digest.get(), buffer, static_cast<size_t>(in.gcount()));
  unsigned char bytes[32];
  EVP_DigestFinal_ex(digest.get(), bytes, nullptr);
  std::string out;
  for (const unsigned char b : bytes) {
    out.push_back("0123456789abcdef"[b >> 4U]);
    out.push_back("0123456789abcdef"[b & 15U]);
  }
  return out;
}

const tenon_plugin* PluginFile::load() {
  if (entry_ == nullptr) {
    void* handle = ::dlopen(library_.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) throw Broken(std::string("it cannot be loaded: ") + ::dlerror());
    entry_ = reinterpret_cast<Entry>(::dlsym(handle, "tenon_plugin_entry_1"));
    require(entry_ != nullptr, "it exports no tenon_plugin_entry_1");
  }
  return entry_();
}

const tenon_plugin& PluginFile::usable() {
  const tenon_plugin* p = load();
  require(p != nullptr && p->magic == TENON_MAGIC && TENON_HAS(tenon_plugin, p, destroy) && p->create != nullptr &&
              p->start != nullptr && p->drain != nullptr && p->destroy != nullptr && p->id != nullptr,
          "its descriptor cannot be used: see the group descriptor");
  return *p;
}

}  // namespace tenon::compliance
