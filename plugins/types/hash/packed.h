// plugins/types/hash/packed.h - the row of a small hash: field and value in turn, and in a kListpackEx the expiry
// behind them, as Redis 7.4 has it: Unix ms or 0 for none; the fields that end come first, in the order of their ends.
#pragma once
#include "plugins/types/hash/value.h"

namespace hashes {

inline constexpr int64_t kNoExpiry = -1;

// Where the digits of an integer lie that a listpack holds as a number.
struct Room {
  char digits[20];
};

class Packed {
 public:
  Packed() noexcept = default;
  Packed(const char* bytes, bool timed) noexcept : bytes_(bytes), timed_(timed) {}

  bool there() const noexcept { return bytes_ != nullptr; }
  bool timed() const noexcept { return timed_; }
  unsigned stride() const noexcept { return timed_ ? 3 : 2; }
  listpack::View row() const noexcept { return listpack::View(bytes_); }
  uint64_t size() const noexcept { return there() ? row().count() / stride() : 0; }

  // Entries of fields.
  const char* begin() const noexcept { return row().begin(); }
  const char* end() const noexcept { return row().end(); }
  const char* next(const char* p) const noexcept { return listpack::advance(p, stride()); }
  const char* find(Str field) const noexcept {  // nullptr = it is not there
    return there() ? row().find(listpack::Needle(field), stride()) : nullptr;
  }
  static const char* value(const char* p) noexcept { return listpack::next(p); }
  // Of the field at p.
  int64_t expiry(const char* p) const noexcept {
    if (!timed_) return kNoExpiry;
    const int64_t at = listpack::element(listpack::next(listpack::next(p))).integer();
    return at > 0 ? at : kNoExpiry;
  }
  // Of the field that ends first.
  int64_t due() const noexcept { return timed_ && begin() != end() ? expiry(begin()) : kNoExpiry; }
  // ... last, when all of them end.
  int64_t last_expiry() const noexcept { return begin() != end() ? expiry(listpack::back(end(), 3)) : kNoExpiry; }

 private:
  const char* bytes_ = nullptr;
  bool timed_ = false;
};

}  // namespace hashes
