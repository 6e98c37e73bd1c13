#include "keel/testing/memory.hpp"

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <unordered_map>

#include "keel/testing/faults.hpp"

namespace keel::testing {
namespace {

struct Block {
  size_t n;
  uint32_t tag;
};
std::mutex g_lock;
std::unordered_map<void*, Block> g_blocks;
int64_t g_left = -1;
uint64_t g_refused = 0;
size_t g_limit = kNoLimit;

}  // namespace

void* counted_alloc(size_t n, uint32_t tag) noexcept {
  const std::lock_guard lock{g_lock};
  if (n > g_limit) {
    fault("asks for far more memory than the bytes that it was given justify: is a foreign length believed?");
    return nullptr;
  }
  if (g_left == 0) {
    ++g_refused;
    return nullptr;
  }
  if (g_left > 0) --g_left;
  void* p = std::malloc(n == 0 ? 1 : n);
  if (p == nullptr) return nullptr;
  std::memset(p, 0xcd, n);
  g_blocks[p] = {n, tag};
  return p;
}

void counted_free(void* p, size_t n, uint32_t tag) noexcept {
  if (p == nullptr) return;
  const std::lock_guard lock{g_lock};
  const auto found = g_blocks.find(p);
  if (found == g_blocks.end()) {
    fault("frees what is not allocated (or for the second time)");
    return;
  }
  if (found->second.n != n || found->second.tag != tag)
    fault("frees " + std::to_string(n) + " bytes with tag " + std::to_string(tag) + " that were allocated as " +
          std::to_string(found->second.n) + " with tag " + std::to_string(found->second.tag));
  std::memset(p, 0xdd, found->second.n);
  g_blocks.erase(found);
  std::free(p);
}

size_t blocks() {
  const std::lock_guard lock{g_lock};
  return g_blocks.size();
}
void fail_after(int64_t n) {
  const std::lock_guard lock{g_lock};
  g_left = n;
  g_refused = 0;
}
void limit_block(size_t n) {
  const std::lock_guard lock{g_lock};
  g_limit = n;
}
uint64_t refused() {
  const std::lock_guard lock{g_lock};
  return g_refused;
}

}  // namespace keel::testing
