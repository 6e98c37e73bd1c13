// plugins/types/hyperloglog/registers.h - the 16384 registers of a HyperLogLog: as bytes, and in the dense form, six
// bits each from the lowest bit of the first byte up.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hyperloglog {

inline constexpr size_t kRegisters = 16384;  // chosen by the low 14 bits of an element's hash
inline constexpr uint8_t kLongestRun = 51;   // the highest value: zeros among the other 50 bits, and one
inline constexpr size_t kDenseBytes = kRegisters * 6 / 8;

using Registers = std::array<uint8_t, kRegisters>;

uint8_t dense_get(const char* dense, size_t index) noexcept;
void dense_set(char* dense, size_t index, uint8_t value) noexcept;

// Each register becomes the greater of the two.
void dense_merge(const char* dense, Registers& into) noexcept;
void dense_write(const Registers& from, char* dense) noexcept;

// Which register an element goes to, and with what value.
struct Place {
  size_t index;
  uint8_t value;
};
Place place_of(std::string_view element) noexcept;

}  // namespace hyperloglog
