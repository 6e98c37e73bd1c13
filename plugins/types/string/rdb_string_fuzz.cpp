// libFuzzer: bytes as a string of an RDB file.  The first byte says how many come at a time.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "plugins/types/string/rdb_string.h"

namespace {

constexpr size_t kMemory = 64 << 20;  // one block; more is refused

struct Input {
  keel_source source;
  const char* next;
  size_t left, step;
};

keel_status more(keel_source* source, size_t) noexcept {
  auto& in = *static_cast<Input*>(source->impl);
  const size_t n = std::min(in.step, in.left);
  if (n == 0) return KEEL_EOF;
  source->cur = in.next;
  source->end = in.next + n;
  in.next += n;
  in.left -= n;
  return KEEL_OK;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  keel_core core{};
  core.alloc = [](size_t n, uint32_t) noexcept -> void* { return n > kMemory ? nullptr : std::malloc(n); };
  core.free = [](void* p, size_t, uint32_t) noexcept { std::free(p); };

  Input in{{}, reinterpret_cast<const char*>(data) + 1, size - 1, size_t{data[0]} + 1};
  in.source.more = more;
  in.source.impl = &in;
  strings::LoadedString loaded;
  const keel_status status = strings::load_string(in.source, core, loaded);
  if (status != KEEL_OK && (loaded.number || loaded.bytes)) __builtin_trap();
  return 0;
}
