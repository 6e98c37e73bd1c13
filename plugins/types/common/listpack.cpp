#include "plugins/types/common/listpack.h"

namespace types::listpack {
namespace {

constexpr unsigned char kText32 = 0xf0, kInt16 = 0xf1, kInt24 = 0xf2, kInt32 = 0xf3, kInt64 = 0xf4;

constexpr bool within(int64_t number, unsigned bits) noexcept {
  const int64_t limit = int64_t{1} << (bits - 1);
  return number >= -limit && number < limit;
}

// The number in the low `bits` of `raw`.
constexpr int64_t signed_of(uint64_t raw, unsigned bits) noexcept {
  return static_cast<int64_t>(raw << (64 - bits)) >> (64 - bits);
}

// Bytes of head and text, when the head lies within `left` bytes; SIZE_MAX = it does not, or there is no such head.
size_t checked_body_size(const char* p, size_t left) noexcept {
  const auto b = static_cast<unsigned char>(*p);
  if (b > kInt64) return SIZE_MAX;
  const size_t head = b < 0xc0 ? 1 : b < 0xf0 ? 2 : b == kText32 ? 5 : 1;
  return head > left ? SIZE_MAX : body_size(p);
}

}  // namespace

char* write_long_backlen(char* to, size_t size) noexcept {
  const size_t bytes = backlen_size(size);
  for (size_t i = 0; i < bytes; ++i) {
    const size_t part = size >> (7 * (bytes - 1 - i)) & 127u;
    *to++ = static_cast<char>(i == 0 ? part : part | 0x80u);
  }
  return to;
}

Element element_of_other_head(const char* p) noexcept {
  const auto b = static_cast<unsigned char>(*p);
  const auto second = [p] { return uint64_t{static_cast<unsigned char>(p[1])}; };
  if (b < 0xe0) return Element(signed_of(uint64_t{b & 31u} << 8 | second(), 13));
  if (b < 0xf0) return Element(std::string_view{p + 2, size_t{b & 15u} << 8 | second()});
  switch (b) {
    case kInt16:
      return Element(int64_t{load<int16_t>(p + 1)});
    case kInt24:
      return Element(signed_of(uint64_t{load<uint16_t>(p + 1)} | uint64_t{static_cast<unsigned char>(p[3])} << 16, 24));
    case kInt32:
      return Element(int64_t{load<int32_t>(p + 1)});
    case kInt64:
      return Element(load<int64_t>(p + 1));
    default:
      return Element(std::string_view{p + 5, load<uint32_t>(p + 1)});
  }
}

uint32_t View::count() const noexcept {
  const uint32_t known = load<uint16_t>(p_ + 4);
  if (known != kUnknownCount) return known;
  uint32_t n = 0;
  for (const char* p = begin(); p != end(); p = next(p)) ++n;
  return n;
}

const char* View::at(int64_t index) const noexcept {
  const int64_t n = count();
  if (index < 0) index += n;
  if (index < 0 || index >= n) return nullptr;
  return index <= n / 2 ? advance(begin(), static_cast<uint64_t>(index))
                        : back(end(), static_cast<uint64_t>(n - index));
}

size_t checked_entry_size(std::string_view entries) noexcept {
  if (entries.empty()) return 0;
  const size_t body = checked_body_size(entries.data(), entries.size());
  if (body >= entries.size()) return 0;
  char expected[5];
  const auto size = static_cast<size_t>(write_backlen(expected, body) - expected);
  if (size > entries.size() - body || std::memcmp(expected, entries.data() + body, size) != 0) return 0;
  return body + size;
}

std::optional<uint64_t> count_checked(std::string_view entries) noexcept {
  uint64_t n = 0;
  for (; !entries.empty(); ++n) {
    const size_t size = checked_entry_size(entries);
    if (size == 0) return std::nullopt;
    entries.remove_prefix(size);
  }
  return n;
}

bool valid(std::string_view bytes) noexcept {
  if (bytes.size() < kEmpty || load<uint32_t>(bytes.data()) != bytes.size()) return false;
  if (static_cast<unsigned char>(bytes.back()) != kEnd) return false;
  const auto n = count_checked(bytes.substr(kHeader, bytes.size() - kEmpty));
  const uint32_t claimed = load<uint16_t>(bytes.data() + 4);
  return n && (claimed == kUnknownCount || claimed == *n);
}

void Encoded::encode(std::string_view text) noexcept {
  text_ = text;
  const size_t n = text.size();
  if (n < 64) {
    head_[0] = static_cast<char>(0x80 | n);
    head_size_ = 1;
  } else if (n < 4096) {
    head_[0] = static_cast<char>(0xe0 | n >> 8);
    head_[1] = static_cast<char>(n & 0xff);
    head_size_ = 2;
  } else {
    head_[0] = static_cast<char>(kText32);
    store(head_ + 1, static_cast<uint32_t>(n));
    head_size_ = 5;
  }
}

void Encoded::encode(int64_t number) noexcept {
  const auto raw = static_cast<uint64_t>(number);
  if (number >= 0 && number <= 127) {
    head_[0] = static_cast<char>(number);
    head_size_ = 1;
    return;
  }
  if (within(number, 13)) {
    head_[0] = static_cast<char>(0xc0 | (raw >> 8 & 31u));
    head_[1] = static_cast<char>(raw & 0xff);
    head_size_ = 2;
    return;
  }
  const unsigned bytes = within(number, 16) ? 2 : within(number, 24) ? 3 : within(number, 32) ? 4 : 8;
  head_[0] = static_cast<char>(bytes == 8 ? kInt64 : kInt16 + bytes - 2);
  std::memcpy(head_ + 1, &raw, bytes);
  head_size_ = static_cast<uint8_t>(1 + bytes);
}

char* splice_in_place(char* p, size_t old_bytes, const Splice& s) noexcept {
  const size_t behind = s.at + s.removed;
  std::memmove(p + s.at + s.inserted, p + behind, old_bytes - behind);
  // A count that is not known stays so until somebody counts: entries that go may leave fewer than it can tell.
  const uint32_t known = load<uint16_t>(p + 4);
  const uint32_t count = known == kUnknownCount ? kUnknownCount : known - s.elements_removed + s.elements_inserted;
  write_header(p, old_bytes - s.removed + s.inserted, count);
  return p + s.at;
}

}  // namespace types::listpack
