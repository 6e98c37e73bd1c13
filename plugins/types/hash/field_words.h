// plugins/types/hash/field_words.h - the words that commands on the expiry of fields share.
#pragma once
#include "plugins/types/hash/packed.h"

namespace hashes {

// FIELDS numfields field...
struct FieldWords {
  uint32_t first = 0, count = 0;  // words of the command
};
// The clause that begins at word `at` and ends the command; `each` words a field.  Nothing = the reply says what is
// wrong.
std::optional<FieldWords> field_words(Ctx c, uint32_t at, Str if_not_positive, uint32_t each = 1);

inline constexpr Str kNoFields = "ERR Number of fields must be a positive integer";

// The moment (Unix ms) that a word says: `unit` milliseconds from `base` on.  Nothing = the reply says what is wrong.
std::optional<int64_t> moment_ms(Ctx c, uint32_t word, int64_t unit, int64_t base, Str command);

// EX PX EXAT PXAT and their number at word `at`: the moment that they say.
struct Lifetime {
  bool said = false;             // the word is one of them
  std::optional<int64_t> at_ms;  // nothing = it is, and the reply says what is wrong
};
Lifetime lifetime(Ctx c, uint32_t at, Str command);

}  // namespace hashes
