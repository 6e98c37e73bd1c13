#include "host/base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace keel::base {

void fill_random(void* to, size_t n) {
  auto* p = static_cast<char*>(to);
  while (n > 0) {
    const ssize_t got = ::getrandom(p, n, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) std::abort();
    p += got;
    n -= static_cast<size_t>(got);
  }
}

std::string random_hex(size_t n) {
  std::string bytes(n, '\0');
  fill_random(bytes.data(), n);
  for (char& c : bytes) c = "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  return bytes;
}

uint64_t fast_random() noexcept {
  thread_local uint64_t state = [] {
    uint64_t seed = 0;
    fill_random(&seed, sizeof seed);
    return seed;
  }();
  uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace keel::base
