// keel/cpp/prefetch.hpp - bring a line into the cache ahead of its use.
#pragma once

namespace keel {

// [any] `p` may be any address. GCC takes a function that does nothing else than __builtin_prefetch() for one without
// effect and drops the calls of it; the empty statement of assembler is an effect.
inline void prefetch(const void* p) noexcept {
  __builtin_prefetch(p);
  asm volatile("" : : "r"(p));
}

}  // namespace keel
