// plugins/types/hyperloglog/sparse.h - the sparse form of the registers: runs of equal ones.
//
//   00llllll            ZERO   l+1 registers are 0                      1 to 64
//   01llllll llllllll   XZERO  l+1 registers are 0, high bits first     1 to 16384
//   1vvvvvll            VAL    l+1 registers are v+1                    1 to 4, of the values 1 to 32
//
// Whoever changes it splits and joins runs exactly as Redis does: the bytes of a value are seen by GET, DUMP and DEBUG
// DIGEST.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "plugins/types/hyperloglog/registers.h"

namespace hyperloglog {

struct Run {
  enum class Kind : uint8_t { kZero, kLongZero, kValue } kind;
  uint8_t value;  // 0 unless kValue
  size_t length;  // registers
  size_t bytes;   // that write it down
};
// The run at the front of `sparse`. Nothing = it is empty, or cut off.
std::optional<Run> first_run(std::string_view sparse) noexcept;

// Each register becomes the greater of the two. False = the runs are not those of 16384 registers.
bool sparse_merge(std::string_view sparse, Registers& into) noexcept;

enum class SetResult { kUnchanged, kChanged, kTooBig, kCorrupt };
// Raises a register to a value. kTooBig, and nothing has changed: it takes the dense form, as the value is above 32, or
// the header and the runs would need more than `most_bytes`. `sparse` begins with the header of `header` bytes.
SetResult sparse_raise(std::vector<char>& sparse, size_t header, size_t index, uint8_t value, size_t most_bytes);

}  // namespace hyperloglog
