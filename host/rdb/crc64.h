// host/rdb/crc64.h - the checksum of RDB files and of DUMP: CRC-64 with the polynomial of Jones, reflected, that begins
// with zero and ends as it is.
#pragma once
#include <cstdint>
#include <string_view>

namespace keel::rdb {

// [any] Of `bytes` behind those whose checksum is `before`.
uint64_t crc64(std::string_view bytes, uint64_t before = 0) noexcept;

}  // namespace keel::rdb
