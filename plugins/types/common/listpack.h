// plugins/types/common/listpack.h - Redis' listpack: a row of texts and integers in one block of bytes.  Source of the
// format: "Listpack specification" (antirez/listpack), and what Redis 7.0 writes.
//
//   bytes u32 | count u16 | entries | 0xff        numbers are little-endian; count 65535 = more than 65534, or unknown
//
// An entry is a head, the text when there is one, and the length of both once more (backlen), to be read backwards:
//
//   0xxxxxxx                  integer 0..127               10llllll text          up to 63 bytes
//   110xxxxx xxxxxxxx         integer of 13 bits           1110llll llllllll text up to 4095 bytes
//   f1 f2 f3 f4               16, 24, 32, 64 bits follow   f0 u32 text            longer
//
// A text that is the canonical form of an integer is an integer, so contents have one form.  Entries can be used
// without header and end mark as well: List nodes hold nothing else.
//
// No function allocates.  All of them but valid() and each_checked() take well-formed bytes.  Whoever edits gives a
// function that changes the length of the block, so that the block may be memory of one's own or a value's bytes beside
// its key; see splice().
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "keel/cpp/bytes.hpp"
#include "keel/cpp/text.hpp"

namespace types::listpack {

inline constexpr size_t kHeader = 6;                   // bytes before the first entry
inline constexpr size_t kEmpty = kHeader + 1;          // bytes of a listpack without entries
inline constexpr uint32_t kUnknownCount = 65535;       // in the header
inline constexpr size_t kMostBytes = size_t{1} << 30;  // of a listpack that is made here, as in Redis
inline constexpr unsigned char kEnd = 0xff;

static_assert(std::endian::native == std::endian::little);
using keel::load;
using keel::store;

// What an entry holds: a view of its text, or an integer.
class Element {
 public:
  Element() noexcept = default;
  explicit Element(std::string_view text) noexcept : text_(text) {}
  explicit Element(int64_t number) noexcept : text_(), number_(number), is_integer_(true) {}

  bool is_integer() const noexcept { return is_integer_; }
  int64_t integer() const noexcept { return number_; }
  // Of an element that is no integer.
  std::string_view text() const noexcept { return text_; }
  // Of any element; the digits of an integer are written into `room`.
  std::string_view text(char (&room)[20]) const noexcept {
    if (!is_integer_) return text_;
    return keel::integer_text(room, number_);
  }
  // Bytes of the text.
  size_t size() const noexcept {
    char room[20];
    return text(room).size();
  }

 private:
  std::string_view text_ = "";
  int64_t number_ = 0;
  bool is_integer_ = false;
};

// The integer that `text` is the canonical form of.  Nearly every other text is told by its length or first byte.
inline std::optional<int64_t> as_integer(std::string_view text) noexcept {
  if (text.size() - 1 >= 20) return std::nullopt;  // empty, too
  if (static_cast<unsigned char>(text[0] - '0') > 9 && text[0] != '-') return std::nullopt;
  return keel::parse_integer(text);
}

// -- one entry -------------------------------------------------------------------------------------------------------

// Bytes that the backlen of `size` bytes takes.  Redis keeps the biggest number of each length for the next one.
constexpr size_t backlen_size(size_t size) noexcept {
  return size <= 127 ? 1 : size < 16383 ? 2 : size < 2097151 ? 3 : size < 268435455 ? 4 : 5;
}
// Writes that of more than 127 bytes and returns its end.
char* write_long_backlen(char* to, size_t size) noexcept;
// ... of any number.
inline char* write_backlen(char* to, size_t size) noexcept {
  if (size > 127) return write_long_backlen(to, size);
  *to = static_cast<char>(size);
  return to + 1;
}

// Bytes of head and text of the entry at `p`.
inline size_t body_size(const char* p) noexcept {
  const auto b = static_cast<unsigned char>(*p);
  if (b < 0x80) return 1;
  if (b < 0xc0) return 1 + size_t{b & 63u};
  if (b < 0xe0) return 2;
  if (b < 0xf0) return 2 + (size_t{b & 15u} << 8 | static_cast<unsigned char>(p[1]));
  return b == 0xf1 ? 3 : b == 0xf2 ? 4 : b == 0xf3 ? 5 : b == 0xf4 ? 9 : 5 + size_t{load<uint32_t>(p + 1)};
}
inline const char* next(const char* p) noexcept {
  const auto b = static_cast<unsigned char>(*p);
  if (b < 0xc0) return p + (b < 0x80 ? 2 : (b & 63u) + 2);  // the common ones, whose backlen is one byte
  const size_t body = body_size(p);
  return p + body + backlen_size(body);
}
// The entry that ends at `p`; there is one.
inline const char* previous(const char* p) noexcept {
  size_t body = 0;
  size_t bytes = 0;
  for (unsigned char b = 0x80; (b & 0x80) != 0; ++bytes) {
    b = static_cast<unsigned char>(*(p - 1 - bytes));
    body |= size_t{b & 127u} << (7 * bytes);
  }
  return p - bytes - body;
}
Element element_of_other_head(const char* p) noexcept;  // the part of element() that is not in line
inline Element element(const char* p) noexcept {
  const auto b = static_cast<unsigned char>(*p);
  if (b < 0x80) return Element(int64_t{b});
  if (b < 0xc0) return Element(std::string_view{p + 1, b & 63u});
  return element_of_other_head(p);
}

// -- finding ---------------------------------------------------------------------------------------------------------

// A text that is compared with many entries.
class Needle {
 public:
  explicit Needle(std::string_view text) noexcept : text_(text), number_(as_integer(text)) {}

  std::string_view text() const noexcept { return text_; }
  bool is(const char* entry) const noexcept {
    const auto b = static_cast<unsigned char>(*entry);
    if (b >= 0x80 && b < 0xc0) return same(entry + 1, b & 63u);
    if (b < 0x80) return number_ && *number_ == b;
    const Element e = element_of_other_head(entry);
    return e.is_integer() ? number_ && *number_ == e.integer() : same(e.text().data(), e.text().size());
  }
  bool is(const Element& e) const noexcept {
    return e.is_integer() ? number_ && *number_ == e.integer() : e.text() == text_;
  }

 private:
  // Names often differ at their end alone: the last byte tells most of them apart without a call.
  bool same(const char* p, size_t size) const noexcept {
    if (size != text_.size()) return false;
    return size == 0 || (p[size - 1] == text_[size - 1] && std::memcmp(p, text_.data(), size) == 0);
  }

  std::string_view text_;
  std::optional<int64_t> number_;
};

// Every stride-th entry from `from` on is compared: 2 for the fields of a hash.  nullptr = there is none.  The number
// of entries between `from` and `end` is a multiple of stride.
inline const char* find(const char* from, const char* end, const Needle& needle, unsigned stride = 1) noexcept {
  while (from != end) {
    if (needle.is(from)) return from;
    for (unsigned i = 0; i < stride; ++i) from = next(from);
  }
  return nullptr;
}
// n entries on, within the row.
inline const char* advance(const char* p, uint64_t n) noexcept {
  for (; n > 0; --n) p = next(p);
  return p;
}
inline const char* back(const char* p, uint64_t n) noexcept {
  for (; n > 0; --n) p = previous(p);
  return p;
}

// -- a whole listpack ------------------------------------------------------------------------------------------------

class View {
 public:
  // Well-formed bytes, which may have a rest behind the end mark.
  explicit View(const char* bytes) noexcept : p_(bytes) {}

  size_t bytes() const noexcept { return load<uint32_t>(p_); }
  const char* data() const noexcept { return p_; }
  std::string_view all() const noexcept { return {p_, bytes()}; }
  const char* begin() const noexcept { return p_ + kHeader; }
  const char* end() const noexcept { return p_ + bytes() - 1; }
  std::string_view entries() const noexcept { return {p_ + kHeader, bytes() - kEmpty}; }
  bool empty() const noexcept { return bytes() == kEmpty; }
  // O(1) up to 65534 entries, else a walk.
  uint32_t count() const noexcept;
  // The entry with that index, counted from the end when negative (-1 is the last); nullptr = out of range.
  const char* at(int64_t index) const noexcept;
  const char* find(const Needle& needle, unsigned stride = 1) const noexcept {
    return listpack::find(begin(), end(), needle, stride);
  }

 private:
  const char* p_;
};

// Untrusted bytes: are they one listpack from the first to the last?  O(n).
bool valid(std::string_view bytes) noexcept;

// The same for entries alone, without header and end mark: how many there are, or nothing.
std::optional<uint64_t> count_checked(std::string_view entries) noexcept;

// Bytes of the first of these untrusted entries; 0 = it is malformed.
size_t checked_entry_size(std::string_view entries) noexcept;

// Untrusted bytes: valid(), and f(Element) is true for every element.
template <class F>
bool each_checked(std::string_view bytes, F f) noexcept {
  if (!valid(bytes)) return false;
  const View view(bytes.data());
  for (const char* p = view.begin(); p != view.end(); p = next(p))
    if (!f(element(p))) return false;
  return true;
}

// -- writing ---------------------------------------------------------------------------------------------------------

// An element as it will be written.  Views its text until then.
class Encoded {
 public:
  explicit Encoded(std::string_view text) noexcept {
    const auto number = as_integer(text);
    number ? encode(*number) : encode(text);
  }
  explicit Encoded(int64_t number) noexcept { encode(number); }
  explicit Encoded(const Element& e) noexcept { e.is_integer() ? encode(e.integer()) : encode(e.text()); }

  // Bytes of the whole entry.
  size_t size() const noexcept { return body_size() + backlen_size(body_size()); }
  // ... of head and text.
  size_t body_size() const noexcept { return head_size_ + text_.size(); }
  // Writes size() bytes and returns their end.
  char* write(char* to) const noexcept { return write_backlen(write_body(to), body_size()); }
  // Writes body_size() bytes, what is never read backwards.
  char* write_body(char* to) const noexcept {
    *to = head_[0];
    if (head_size_ > 1) keel::copy(to + 1, {head_ + 1, head_size_ - size_t{1}});
    return keel::copy(to + head_size_, text_);
  }

 private:
  void encode(std::string_view text) noexcept;
  void encode(int64_t number) noexcept;

  char head_[9];
  uint8_t head_size_ = 0;
  std::string_view text_;
};

// Writes the header; `count` may be any number.
inline void write_header(char* to, size_t bytes, uint64_t count) noexcept {
  store(to, static_cast<uint32_t>(bytes));
  store(to + 4, static_cast<uint16_t>(count < kUnknownCount ? count : kUnknownCount));
}
// Writes a listpack without entries: kEmpty bytes.
inline void write_empty(char* to) noexcept {
  write_header(to, kEmpty, 0);
  to[kHeader] = static_cast<char>(kEnd);
}

// A change of a listpack: `removed` bytes at the offset `at` from its beginning give way to `inserted` bytes.
struct Splice {
  size_t at;
  size_t removed, inserted;
  uint32_t elements_removed, elements_inserted;
};

// Moves what lies behind and corrects header and end mark; old_bytes is the listpack's length before.  The block has
// room for the longer of both lengths.  Returns where the caller writes `inserted` bytes of entries.
char* splice_in_place(char* p, size_t old_bytes, const Splice&) noexcept;

// The same on a block whose length follows.  resize(n) makes the block n bytes long, keeps what is in it as far as
// there is room, and returns its place, or nullptr when there is no memory (for a value's bytes: keyspace->resize).
// Before anything is written it is called once, with the old length at least, so that the block is the caller's alone.
// nullptr = out of memory, or beyond kMostBytes: the listpack is as it was.  What cannot be given back stays behind the
// end mark.
template <class Resize>
char* splice(char* p, const Splice& s, Resize&& resize) noexcept {
  const size_t was = View(p).bytes();
  const size_t now = was - s.removed + s.inserted;
  if (now > kMostBytes && now > was) return nullptr;
  p = resize(now > was ? now : was);
  if (p == nullptr) return nullptr;
  splice_in_place(p, was, s);
  if (now < was)
    if (char* moved = resize(now); moved != nullptr) p = moved;
  return p + s.at;
}

// Writes one element into the gap of a splice: at `at`, in the place of `replaced` (an entry's bytes), or of nothing.
// True = done; false = as splice().
template <class Resize>
bool insert(char* p, const char* before, const Encoded& e, Resize&& resize) noexcept {
  char* gap = splice(p, {static_cast<size_t>(before - p), 0, e.size(), 0, 1}, resize);
  if (gap != nullptr) e.write(gap);
  return gap != nullptr;
}
template <class Resize>
bool append(char* p, const Encoded& e, Resize&& resize) noexcept {
  return insert(p, View(p).end(), e, resize);
}
template <class Resize>
bool replace(char* p, const char* entry, const Encoded& e, Resize&& resize) noexcept {
  char* gap =
      splice(p, {static_cast<size_t>(entry - p), static_cast<size_t>(next(entry) - entry), e.size(), 1, 1}, resize);
  if (gap != nullptr) e.write(gap);
  return gap != nullptr;
}
// Takes out the `n` entries that lie between `from` and `to`.
template <class Resize>
bool erase(char* p, const char* from, const char* to, uint32_t n, Resize&& resize) noexcept {
  return splice(p, {static_cast<size_t>(from - p), static_cast<size_t>(to - from), 0, n, 0}, resize) != nullptr;
}

}  // namespace types::listpack
