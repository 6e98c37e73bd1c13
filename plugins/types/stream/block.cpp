#include "plugins/types/stream/block.h"

#include <algorithm>

#include "plugins/types/common/memory.h"

namespace streams {
namespace {

using listpack::Encoded;

constexpr size_t kCountRoom = 2 * listpack::kMostIntegerEntry;  // by which both counts can grow
constexpr size_t kStep = 4096;                                  // bytes; memory is doubled up to here

// Makes the memory at least `need` bytes long.
bool reserve(Block& b, size_t need) noexcept {
  if (need <= b.room) return true;
  if (need > listpack::kMostBytes + kStep) return false;
  const size_t room = types::size_class(std::max(need, std::min(size_t{b.room} * 2, kStep)));
  auto* bytes = static_cast<char*>(types::take_memory(room));
  if (bytes == nullptr) return false;
  if (b.bytes != nullptr) {
    std::memcpy(bytes, b.bytes, b.size());
    types::give_memory(b.bytes, b.room);
  }
  b.bytes = bytes;
  b.room = static_cast<uint32_t>(room);
  return true;
}

// Writes an integer in the place of the one at the offset `at`; there is room. Returns the offset behind it.
size_t set_number(Block& b, size_t at, uint64_t n) noexcept {
  const Encoded e(static_cast<int64_t>(n));
  const auto was = static_cast<size_t>(listpack::next(b.bytes + at) - (b.bytes + at));
  if (was != e.size()) listpack::splice_in_place(b.bytes, b.size(), {at, was, e.size(), 1, 1});
  e.write(b.bytes + at);
  return at + e.size();
}
void set_counts(Block& b, uint64_t count, uint64_t deleted) noexcept {
  set_number(b, set_number(b, listpack::kHeader, count), deleted);
}

// Counts the bytes of elements, or writes them: the same calls for both.
class Measure {
 public:
  void number(uint64_t n) noexcept { size_ += Encoded(static_cast<int64_t>(n)).size(); }
  void text(Str s) noexcept { size_ += Encoded(s).size(); }
  size_t size() const noexcept { return size_; }

 private:
  size_t size_ = 0;
};
class Write {
 public:
  explicit Write(char* to) noexcept : to_(to) {}
  void number(uint64_t n) noexcept { to_ = Encoded(static_cast<int64_t>(n)).write(to_); }
  void text(Str s) noexcept { to_ = Encoded(s).write(to_); }
  char* end() const noexcept { return to_; }

 private:
  char* to_;
};

template <class Out>
void put_master(Out& out, std::span<const keel_str> words) noexcept {
  out.number(1);
  out.number(0);
  out.number(words.size() / 2);
  for (size_t i = 0; i < words.size(); i += 2) out.text(keel::view(words[i]));
  out.number(0);
}

template <class Out>
void put_entry(Out& out, Id base, Id id, std::span<const keel_str> words, bool same) noexcept {
  const size_t n = words.size() / 2;
  out.number(same ? uint64_t{BlockReader::kSameNames} : 0);
  out.number(id.ms - base.ms);
  out.number(id.seq - base.seq);
  if (!same) out.number(n);
  for (size_t i = 0; i < words.size(); ++i)
    if (!same || i % 2 == 1) out.text(keel::view(words[i]));
  out.number(same ? n + 3 : 2 * n + 4);
}

bool same_names(const BlockReader& r, std::span<const keel_str> words) noexcept {
  if (r.names() != words.size() / 2) return false;
  const char* p = r.first_name();
  for (size_t i = 0; i < words.size(); i += 2, p = listpack::next(p))
    if (!listpack::Needle(keel::view(words[i])).is(p)) return false;
  return true;
}

}  // namespace

bool make(Block& b, Id id, std::span<const keel_str> words) noexcept {
  Measure size;
  put_master(size, words);
  put_entry(size, id, id, words, true);
  const size_t bytes = listpack::kEmpty + size.size();
  b = {id, nullptr, 0, 0};
  if (!reserve(b, bytes)) return false;
  Write out(b.bytes + listpack::kHeader);
  put_master(out, words);
  put_entry(out, id, id, words, true);
  *out.end() = static_cast<char>(listpack::kEnd);
  listpack::write_header(b.bytes, bytes, words.size() + 8);
  return true;
}

bool append(Block& b, Id id, std::span<const keel_str> words) noexcept {
  const BlockReader r(b);
  const bool same = same_names(r, words);
  Measure size;
  put_entry(size, b.id, id, words, same);
  const size_t was = b.size();
  if (was + size.size() > listpack::kMostBytes || !reserve(b, was + size.size() + kCountRoom)) return false;
  const auto elements = static_cast<uint32_t>(same ? words.size() / 2 + 4 : words.size() + 5);
  const uint64_t count = r.count() + 1;
  Write out(listpack::splice_in_place(b.bytes, was, {was - 1, 0, size.size(), 0, elements}));
  put_entry(out, b.id, id, words, same);
  set_number(b, listpack::kHeader, count);
  return true;
}

bool mark_deleted(Block& b, const char* at, uint64_t n) noexcept {
  const auto offset = static_cast<size_t>(at - b.bytes);
  if (!reserve(b, size_t{b.size()} + kCountRoom)) return false;
  const BlockReader r(b);
  char* p = b.bytes + offset;
  for (uint64_t left = n; left > 0;) {
    const Entry e = r.entry(p);
    if (!e.deleted) {
      *p = static_cast<char>(*p | BlockReader::kDeleted);
      --left;
    }
    p = b.bytes + (r.after(e) - b.bytes);
  }
  set_counts(b, r.count() - n, r.deleted() + n);
  return true;
}

void fit(Block& b) noexcept {
  const size_t room = types::size_class(b.size());
  if (room >= b.room) return;
  auto* bytes = static_cast<char*>(types::take_memory(room));
  if (bytes == nullptr) return;
  std::memcpy(bytes, b.bytes, b.size());
  types::give_memory(b.bytes, b.room);
  b.bytes = bytes;
  b.room = static_cast<uint32_t>(room);
}

void release(Block& b) noexcept {
  types::give_memory(b.bytes, b.room);
  b.bytes = nullptr;
}

bool copy(const Block& from, Block& to) noexcept {
  to = {from.id, nullptr, 0, 0};
  if (!reserve(to, from.size())) return false;
  std::memcpy(to.bytes, from.bytes, from.size());
  return true;
}

bool valid(Str bytes, Id id, Id& last) noexcept {
  if (!listpack::valid(bytes)) return false;
  const listpack::View view(bytes.data());
  const char* p = view.begin();
  const auto number = [&]() -> std::optional<int64_t> {
    if (p == view.end()) return std::nullopt;
    const listpack::Element e = listpack::element(p);
    p = listpack::next(p);
    return e.is_integer() ? std::optional{e.integer()} : std::nullopt;
  };
  // No count can be more than the listpack has bytes.
  const auto count_of = [&]() -> std::optional<uint64_t> {
    const auto n = number();
    return n && *n >= 0 && static_cast<uint64_t>(*n) <= bytes.size() ? std::optional{static_cast<uint64_t>(*n)}
                                                                     : std::nullopt;
  };
  const auto skip = [&](uint64_t n) {
    for (; n > 0 && p != view.end(); --n) p = listpack::next(p);
    return n == 0;
  };
  const auto count = count_of(), deleted = count_of(), names = count_of();
  if (!count || !deleted || !names || *names == 0 || !skip(*names) || number() != 0) return false;
  uint64_t there = 0, marked = 0;
  while (p != view.end()) {
    constexpr int64_t kAllFlags = BlockReader::kDeleted | BlockReader::kSameNames;
    const char* const begin = p;
    const auto flags = number(), ms = number(), seq = number();
    // A flag is changed in place: it takes one byte, as a small number is written.
    if (!flags || !ms || !seq || *flags < 0 || *flags > kAllFlags || static_cast<unsigned char>(*begin) > kAllFlags)
      return false;
    const Id now{id.ms + static_cast<uint64_t>(*ms), id.seq + static_cast<uint64_t>(*seq)};
    if (there + marked == 0 ? now < id : now <= last) return false;
    last = now;
    const bool same = (*flags & BlockReader::kSameNames) != 0;
    const auto n = same ? names : count_of();
    if (!n || *n == 0 || !skip(same ? *n : 2 * *n)) return false;
    const auto size = number();
    if (!size || static_cast<uint64_t>(*size) != (same ? *n + 3 : 2 * *n + 4)) return false;
    ++((*flags & BlockReader::kDeleted) != 0 ? marked : there);
  }
  return there == *count && marked == *deleted && there + marked > 0;
}

}  // namespace streams
