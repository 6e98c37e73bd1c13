// host/commands/database_index.h - the number of a database as commands take it, with the errors that they give.
#pragma once
#include <limits>

#include "keel/cpp/ctx.hpp"

namespace keel::commands {

inline constexpr Str kNoSuchDatabase = "ERR DB index is out of range";

// Writes the index, below `databases`, and gives an empty text; or gives the error.
constexpr Str parse_database(Str text, size_t databases, uint32_t& index) noexcept {
  const auto n = parse_integer(text);
  if (!n) return kNotInteger;
  using Limits = std::numeric_limits<int32_t>;
  if (*n < Limits::min() || *n > Limits::max())
    return "ERR value is out of range, value must between -2147483648 and 2147483647";
  if (*n < 0 || static_cast<uint64_t>(*n) >= databases) return kNoSuchDatabase;
  index = static_cast<uint32_t>(*n);
  return {};
}

}  // namespace keel::commands
