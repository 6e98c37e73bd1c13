#include "material.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

namespace keel::tls {
namespace {

constexpr size_t kMostBytes = size_t{16} << 20;  // of one file: a bundle of authorities has a quarter of a MiB

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

bool read_file(const std::string& path, std::string& out, std::string& error) {
  const auto fail = [&](const std::string& why) { return error = "'" + path + "' " + why, false; };
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};  // a pipe shall not hold us up
  if (file.fd < 0) return fail("cannot be opened: " + std::string{std::strerror(errno)});
  struct stat facts {};
  if (::fstat(file.fd, &facts) != 0 || !S_ISREG(facts.st_mode)) return fail("is not a file");
  if (static_cast<size_t>(facts.st_size) > kMostBytes) return fail("is too big");
  out.clear();
  out.reserve(static_cast<size_t>(facts.st_size));  // no copy of a key is left behind
  std::array<char, 16384> block;
  const struct Cleanse {
    std::array<char, 16384>& block;
    ~Cleanse() { OPENSSL_cleanse(block.data(), block.size()); }
  } cleanse{block};
  for (ssize_t n = 0; (n = ::read(file.fd, block.data(), block.size())) != 0;) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail("cannot be read: " + std::string{std::strerror(errno)});
    out.append(block.data(), static_cast<size_t>(n));
    if (out.size() > kMostBytes) return fail("is too big");
  }
  return true;
}

bool read_directory(const std::string& path, std::vector<File>& out, std::string& error) {
  std::error_code code;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator at{path, code}, end; !code && at != end; at.increment(code))
    names.push_back(at->path().string());
  if (code) return error = "'" + path + "' cannot be read: " + code.message(), false;
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    File file{name, {}};
    std::string ignored;
    if (read_file(name, file.bytes, ignored)) out.push_back(std::move(file));
  }
  return true;
}

}  // namespace

Material::~Material() {
  for (std::string* secret : {&key, &client_key}) OPENSSL_cleanse(secret->data(), secret->size());
}

Material::Digest Material::digest() const {
  // Digests of equal length, one behind the other, so that no two sets read alike.
  std::vector<uint8_t> all;
  const auto add = [&all](const std::string& bytes) {
    Digest one;
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), one.data());
    all.insert(all.end(), one.begin(), one.end());
  };
  for (const std::string* one : {&cert, &key, &client_cert, &client_key, &ca, &crl, &dh_params}) add(*one);
  for (const File& file : ca_dir) {
    add(file.name);
    add(file.bytes);
  }
  Digest out;
  SHA256(all.data(), all.size(), out.data());
  return out;
}

bool read_material(const Settings& s, Material& out, std::string& error) {
  const auto read = [&](const std::string& path, std::string& to) {
    return path.empty() || read_file(path, to, error);
  };
  out = Material{};
  return read(s.cert_file, out.cert) && read(s.key_file, out.key) && read(s.client_cert_file, out.client_cert) &&
         read(s.client_key_file, out.client_key) && read(s.ca_cert_file, out.ca) && read(s.crl_file, out.crl) &&
         read(s.dh_params_file, out.dh_params) &&
         (s.ca_cert_dir.empty() || read_directory(s.ca_cert_dir, out.ca_dir, error));
}

bool confirm_material(const Settings& s, Material& m, std::string& error) {
  constexpr int kTries = 5;
  for (int i = 0; i < kTries; ++i) {
    Material again;
    if (!read_material(s, again, error)) return false;
    if (again.digest() == m.digest()) return true;
    std::swap(m, again);
  }
  return true;
}

}  // namespace keel::tls
