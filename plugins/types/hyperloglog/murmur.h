// plugins/types/hyperloglog/murmur.h - MurmurHash64A by Austin Appleby, in the form for little-endian machines: values
// of HyperLogLog can be exchanged only between servers that hash elements alike.
#pragma once
#include <cstdint>
#include <string_view>

namespace hyperloglog {

uint64_t murmur_hash_64a(std::string_view bytes, uint64_t seed) noexcept;

}  // namespace hyperloglog
