#include "host/rdb/crc64.h"

#include <array>
#include <bit>
#include <cstring>

namespace keel::rdb {
namespace {

constexpr uint64_t kReflectedPolynomial = 0x95ac9329ac4bc9b5;  // of 0xad93d23594c935a9

using Tables = std::array<std::array<uint64_t, 256>, 8>;

// tables[k][b]: what byte b does to the checksum when k more bytes follow it ("slicing by 8").
constexpr Tables make_tables() {
  Tables t{};
  for (uint64_t b = 0; b < 256; ++b) {
    uint64_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kReflectedPolynomial : 0);
    t[0][b] = crc;
  }
  for (size_t k = 1; k < t.size(); ++k)
    for (size_t b = 0; b < 256; ++b) t[k][b] = t[0][t[k - 1][b] & 0xff] ^ (t[k - 1][b] >> 8);
  return t;
}
constexpr Tables kTables = make_tables();
static_assert(std::endian::native == std::endian::little, "eight bytes are taken at once");

}  // namespace

uint64_t crc64(std::string_view bytes, uint64_t before) noexcept {
  uint64_t crc = before;
  while (bytes.size() >= 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data(), sizeof word);
    crc ^= word;
    uint64_t next = 0;
    for (size_t k = 0; k < 8; ++k) next ^= kTables[7 - k][(crc >> (8 * k)) & 0xff];
    crc = next;
    bytes.remove_prefix(8);
  }
  for (const char c : bytes) crc = kTables[0][(crc ^ static_cast<uint8_t>(c)) & 0xff] ^ (crc >> 8);
  return crc;
}

}  // namespace keel::rdb
