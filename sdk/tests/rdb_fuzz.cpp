// libFuzzer: bytes as a row of strings and numbers of an RDB file.  The first byte says how many come at a time, the
// second what is read, and whether the source knows how much is left.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "keel/cpp/rdb.hpp"

namespace {

constexpr size_t kMemory = 64 << 20;  // one block; more is refused

struct Input {
  keel_source source;
  const char* next;
  size_t left, step;
  bool bounded;
};

keel_status more(keel_source* source, size_t) noexcept {
  auto& in = *static_cast<Input*>(source->impl);
  const size_t n = std::min(in.step, in.left);
  if (n == 0) return KEEL_EOF;
  source->cur = in.next;
  source->end = in.next + n;
  in.next += n;
  in.left -= n;
  source->left = in.bounded ? in.left : UINT64_MAX;
  return KEEL_OK;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  keel_core core{};
  core.alloc = [](size_t n, uint32_t) noexcept -> void* { return n > kMemory ? nullptr : std::malloc(n); };
  core.free = [](void* p, size_t, uint32_t) noexcept { std::free(p); };

  const uint8_t what = data[1];
  Input in{{}, reinterpret_cast<const char*>(data) + 2, size - 2, size_t{data[0]} + 1, (what & 1) != 0};
  in.source.more = more;
  in.source.impl = &in;
  in.source.left = in.bounded ? in.left : UINT64_MAX;
  keel::RdbReader reader(in.source, core);
  for (unsigned turn = what >> 1; reader.ok() && reader.left() > 0; ++turn) {
    switch (turn % 5) {
      case 0: {
        const keel::RdbString s = reader.string();
        if ((s.number && s.bytes) || (!reader.ok() && (s.number || s.bytes))) __builtin_trap();
        break;
      }
      case 1:
        if (reader.text() && !reader.ok()) __builtin_trap();
        break;
      case 2:
        if (reader.count(4) > reader.left() / 4) __builtin_trap();
        break;
      case 3:
        reader.real();
        break;
      default:
        reader.old_real();
    }
  }
  return 0;
}
