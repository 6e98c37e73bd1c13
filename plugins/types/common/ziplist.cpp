#include "plugins/types/common/ziplist.h"

namespace types {
namespace {

using listpack::Element;
using listpack::load;

constexpr size_t kFrame = 10;         // bytes before the first entry
constexpr size_t kNone = kFrame + 1;  // bytes of a ziplist without entries
constexpr uint32_t kUnknown = 65535;  // count
constexpr unsigned char kBigBefore = 254;

unsigned char byte(std::string_view s, size_t i) noexcept {
  return static_cast<unsigned char>(s[i]);
}

}  // namespace

ZiplistReader::ZiplistReader(std::string_view bytes) noexcept {
  if (bytes.size() < kNone || load<uint32_t>(bytes.data()) != bytes.size() ||
      static_cast<unsigned char>(bytes.back()) != listpack::kEnd)
    return;
  const size_t last = load<uint32_t>(bytes.data() + 4);
  if (last < kFrame || last >= bytes.size()) return;
  last_ = last - kFrame;
  count_ = load<uint16_t>(bytes.data() + 8);
  entries_ = bytes.substr(kFrame, bytes.size() - kNone);
  size_ = entries_.size();
  ok_ = true;
}

bool ZiplistReader::fail() noexcept {
  return ok_ = false;
}

// The element at the beginning of `from`; `size` receives the bytes of head and contents.
std::optional<Element> ZiplistReader::body(std::string_view from, size_t& size) const noexcept {
  if (from.empty()) return std::nullopt;
  const auto text = [&](size_t head, size_t n) -> std::optional<Element> {
    if (n > from.size() - head) return std::nullopt;
    size = head + n;
    return Element(from.substr(head, n));
  };
  const auto number = [&](size_t width) -> std::optional<Element> {
    if (width > from.size() - 1) return std::nullopt;
    size = 1 + width;
    uint64_t raw = 0;
    std::memcpy(&raw, from.data() + 1, width);
    const unsigned unused = 64 - 8 * static_cast<unsigned>(width);
    return Element(static_cast<int64_t>(raw << unused) >> unused);
  };
  const unsigned char head = byte(from, 0);
  switch (head >> 6) {
    case 0:
      return text(1, head);
    case 1:
      if (from.size() < 2) return std::nullopt;
      return text(2, size_t{head & 63u} << 8 | byte(from, 1));
    case 2:
      if (head != 0x80 || from.size() < 5) return std::nullopt;
      return text(
          5, size_t{byte(from, 1)} << 24 | size_t{byte(from, 2)} << 16 | size_t{byte(from, 3)} << 8 | byte(from, 4));
    default:
      break;
  }
  switch (head) {
    case 0xc0:
      return number(2);
    case 0xd0:
      return number(4);
    case 0xe0:
      return number(8);
    case 0xf0:
      return number(3);
    case 0xfe:
      return number(1);
    default:
      break;
  }
  if (head < 0xf1 || head > 0xfd) return std::nullopt;
  size = 1;
  return Element(int64_t{head} - 0xf1);
}

bool ZiplistReader::next(Element& element) noexcept {
  if (!ok_) return false;
  if (entries_.empty()) {
    if (seen_ == 0 ? last_ != 0 : size_ - before_ != last_) return fail();
    if (count_ != kUnknown && count_ != seen_) return fail();
    return false;
  }
  const bool big = byte(entries_, 0) == kBigBefore;
  const size_t head = big ? 5 : 1;
  if (head > entries_.size() || byte(entries_, 0) == listpack::kEnd) return fail();
  const size_t before = big ? load<uint32_t>(entries_.data() + 1) : byte(entries_, 0);
  size_t size = 0;
  const auto found = body(entries_.substr(head), size);
  if (before != before_ || !found) return fail();
  element = *found;
  before_ = head + size;
  entries_.remove_prefix(before_);
  ++seen_;
  return true;
}

std::optional<size_t> listpack_size_of_ziplist(std::string_view bytes) noexcept {
  size_t size = listpack::kEmpty;
  const bool fits = each_of_ziplist(bytes, [&](const Element& e) {
    size += listpack::Encoded(e).size();
    return size <= listpack::kMostBytes;
  });
  return fits ? std::optional{size} : std::nullopt;
}

void write_ziplist_as_listpack(std::string_view bytes, char* to) noexcept {
  char* at = to + listpack::kHeader;
  uint64_t n = 0;
  each_of_ziplist(bytes, [&](const Element& e) {
    at = listpack::Encoded(e).write(at);
    return ++n, true;
  });
  *at = static_cast<char>(listpack::kEnd);
  listpack::write_header(to, static_cast<size_t>(at + 1 - to), n);
}

}  // namespace types
