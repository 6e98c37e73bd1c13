// plugins/types/hash/packed.h - the row of a small hash:
//
//   fields u16 | entries        field and value in turn, and in a kListpackEx the expiry behind them
//
// The entries are those of a listpack without the lengths behind them, as nobody reads them backwards; these, header
// and end mark are added when the hash is saved: seventeen bytes of a hash of five fields.  Expiries are as Redis 7.4
// has them: Unix ms or 0 for none; the fields that end come first, in the order of their ends.
#pragma once
#include "plugins/types/common/scratch.h"
#include "plugins/types/hash/value.h"

namespace hashes {

inline constexpr int64_t kNoExpiry = -1;

// Where the digits of an integer lie that a listpack holds as a number.
struct Room {
  char digits[20];
};

class Packed {
 public:
  static constexpr size_t kHeader = 2;

  Packed() noexcept = default;
  Packed(const char* bytes, size_t size, bool timed) noexcept : bytes_(bytes), size_(size), timed_(timed) {}
  static void write_header(char* to, uint64_t fields) noexcept { listpack::store(to, static_cast<uint16_t>(fields)); }

  bool there() const noexcept { return bytes_ != nullptr; }
  bool timed() const noexcept { return timed_; }
  unsigned stride() const noexcept { return timed_ ? 3 : 2; }
  uint64_t size() const noexcept { return there() ? listpack::load<uint16_t>(bytes_) : 0; }  // fields
  size_t bytes() const noexcept { return size_; }
  Str entries() const noexcept { return {bytes_ + kHeader, size_ - kHeader}; }

  // Entries of fields.
  const char* begin() const noexcept { return bytes_ + kHeader; }
  const char* end() const noexcept { return bytes_ + size_; }
  static const char* next_entry(const char* p) noexcept {
    const auto b = static_cast<unsigned char>(*p);
    if (b < 0xc0) return p + (b < 0x80 ? 1 : (b & 63u) + 1);  // the common ones
    return p + listpack::body_size(p);
  }
  const char* next(const char* p) const noexcept {
    p = next_entry(next_entry(p));
    return timed_ ? next_entry(p) : p;
  }
  const char* find(Str field) const noexcept {  // nullptr = it is not there
    if (!there()) return nullptr;
    const listpack::Needle needle(field);
    const char* const last = end();
    for (const char* p = begin(); p != last; p = next(p))
      if (needle.is(p)) return p;
    return nullptr;
  }
  // Field number i.
  const char* at(uint64_t i) const noexcept {
    const char* p = begin();
    for (; i > 0; --i) p = next(p);
    return p;
  }
  static const char* value(const char* p) noexcept { return next_entry(p); }
  // Of the field at p.
  int64_t expiry(const char* p) const noexcept {
    if (!timed_) return kNoExpiry;
    const int64_t at = listpack::element(next_entry(next_entry(p))).integer();
    return at > 0 ? at : kNoExpiry;
  }
  // Of the field that ends first.
  int64_t due() const noexcept { return timed_ && begin() != end() ? expiry(begin()) : kNoExpiry; }
  // ... last, when all of them end.
  int64_t last_expiry() const noexcept { return size() > 0 ? expiry(at(size() - 1)) : kNoExpiry; }

 private:
  const char* bytes_ = nullptr;
  size_t size_ = 0;
  bool timed_ = false;
};

}  // namespace hashes
