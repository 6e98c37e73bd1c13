// host/keyspace/entry.h - one key with its value, in one allocation while the value is small.
//
//   0  access clock (24 bits) | type (8 bits)      then  [long: lengths of the key and of BYTES: 4 and 4]
//   4  representation (2) | encoding (6)                 [expiry, Unix ms: 8]
//   5  flags                                             [value word(s): INT 8, BYTES apart 8, OBJECT 16]
//   6  length of the key                                 key
//   7  length of BYTES beside it                         [value, when BYTES lie beside the key]
//
// "Long" are BYTES apart, and what has a key of more than 255 bytes.  A key of 16 bytes with a value of 64 takes 88
// bytes in a block of 96; the table adds about 12.
#pragma once
#include <cstdint>
#include <string_view>

#include "host/base/blob.h"
#include "keel/cpp/bytes.hpp"
#include "keel/keyspace.h"

namespace keel::keyspace {

// What shall be in an entry; the bytes are copied.
struct EntrySpec {
  std::string_view key;
  int64_t expire_ms = -1;
  uint32_t access = 0;
  uint16_t type = 0;
  uint8_t rep = KEEL_REP_NONE, enc = 0;
  int64_t number = 0;          // INT
  std::string_view bytes{};    // BYTES beside the key; ptr may be null to leave them uninitialised
  base::Blob* blob = nullptr;  // BYTES apart: takes the use; bytes.size() is the length
  void* object = nullptr;      // OBJECT
  uint64_t word = 0;
  bool due = false;
};

class Entry {
 public:
  // Largest key and value, together, that share the entry's allocation.
  static constexpr size_t kBesideLimit = 224;
  static constexpr size_t kKeyLimit = UINT32_MAX, kBytesLimit = UINT32_MAX - 64;

  // nullptr when out of memory.
  static Entry* make(const EntrySpec&) noexcept;
  // Frees the entry alone; what its value points to is the caller's.
  void free_shell() noexcept;

  std::string_view key() const noexcept { return {tail() + words(), key_len()}; }
  uint16_t type() const noexcept { return static_cast<uint16_t>(access_type_ >> 24); }
  uint8_t rep() const noexcept { return rep_enc_ & 3; }
  uint8_t enc() const noexcept { return rep_enc_ >> 2; }
  void enc(uint8_t e) noexcept { rep_enc_ = static_cast<uint8_t>((rep_enc_ & 3) | (e << 2)); }

  uint32_t access() const noexcept { return access_type_ & kAccessMask; }
  void access(uint32_t a) noexcept { access_type_ = (access_type_ & ~kAccessMask) | (a & kAccessMask); }

  bool has_expiry() const noexcept { return (flags_ & kHasExpiry) != 0; }
  int64_t expire_ms() const noexcept { return has_expiry() ? load<int64_t>(raw() + head()) : -1; }
  // Only when it has one already.
  void expire_ms(int64_t at) noexcept { store(raw() + head(), at); }

  // Whether something inside the value may end by itself, which its database has in `due`.
  bool due() const noexcept { return (flags_ & kDue) != 0; }
  void due(bool yes) noexcept { flags_ = static_cast<uint8_t>(yes ? flags_ | kDue : flags_ & ~kDue); }

  int64_t number() const noexcept { return load<int64_t>(tail()); }
  void number(int64_t n) noexcept { store(tail(), n); }
  bool beside() const noexcept { return (flags_ & kBeside) != 0; }
  size_t bytes_len() const noexcept { return is_long() ? load<uint32_t>(raw() + kHeader + 4) : bytes_len_; }
  char* bytes() noexcept { return beside() ? tail() + key_len() : blob()->data(); }
  base::Blob* blob() const noexcept { return load<base::Blob*>(tail()); }
  void blob(base::Blob* b, size_t len) noexcept {
    store(tail(), b);
    store(raw() + kHeader + 4, static_cast<uint32_t>(len));
  }
  void* object() const noexcept { return load<void*>(tail()); }
  uint64_t word() const noexcept { return load<uint64_t>(tail() + 8); }
  void object(void* o, uint64_t w) noexcept {
    store(tail(), o);
    store(tail() + 8, w);
  }
  void type(uint16_t t) noexcept { access_type_ = (access_type_ & kAccessMask) | (static_cast<uint32_t>(t) << 24); }

  // Whether n bytes beside the key fit into the block that the entry has; true also resizes.
  bool resize_beside(size_t n) noexcept;

  // Bytes of the entry's block; BYTES apart and OBJECTs are not counted.
  size_t footprint() const noexcept { return base::block_size(size()); }
  // What a ref shows of this entry.
  void describe(keel_ref& r) noexcept;

  static size_t size_of(const EntrySpec&) noexcept;

 private:
  static bool is_long(const EntrySpec&) noexcept;
  static constexpr uint32_t kAccessMask = 0xffffff;
  // kLong and kHasExpiry are bits that tell where things lie, each eight bytes on: see head() and tail().
  static constexpr uint8_t kBeside = 1, kDue = 2, kLong = 8, kHasExpiry = 16;
  static constexpr size_t kHeader = 8, kShortKey = 255;

  char* raw() noexcept { return reinterpret_cast<char*>(this); }
  const char* raw() const noexcept { return reinterpret_cast<const char*>(this); }
  bool is_long() const noexcept { return (flags_ & kLong) != 0; }
  size_t key_len() const noexcept { return is_long() ? load<uint32_t>(raw() + kHeader) : key_len_; }
  size_t head() const noexcept { return kHeader + (flags_ & kLong); }
  size_t before_words() const noexcept { return head() + ((flags_ & kHasExpiry) >> 1); }
  char* tail() noexcept { return raw() + before_words(); }
  const char* tail() const noexcept { return raw() + before_words(); }
  size_t words() const noexcept {
    return rep() == KEEL_REP_OBJECT ? 16 : (rep() == KEEL_REP_INT || (rep() == KEEL_REP_BYTES && !beside())) ? 8 : 0;
  }
  size_t size() const noexcept { return before_words() + words() + key_len() + (beside() ? bytes_len() : 0); }

  uint32_t access_type_;
  uint8_t rep_enc_, flags_;
  uint8_t key_len_, bytes_len_;  // unless it is long
};
static_assert(sizeof(Entry) == 8);

}  // namespace keel::keyspace
