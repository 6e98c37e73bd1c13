// plugins/types/common/lzf.h - unpacks and packs LZF, the compression of strings in RDB files.
#pragma once
#include <cstddef>
#include <span>

namespace types {

// No packed form of n bytes unpacks to more than n times this: three bytes name at most 264.
inline constexpr size_t kLzfMaxGrowth = 88;

// Unpacks untrusted bytes.  True when `packed` is well formed and fills `out` exactly; else what is in `out` is
// garbage.
bool lzf_unpack(std::span<const char> packed, std::span<char> out) noexcept;

// Packs `in` into `out`; returns the bytes used, or 0 when they do not fit.  Uses 32 KiB of stack.
size_t lzf_pack(std::span<const char> in, std::span<char> out) noexcept;

}  // namespace types
