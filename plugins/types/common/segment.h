// plugins/types/common/segment.h - up to some two hundred elements of a set or hash in one block of memory.
//
//   header | [earliest expiry: 8 bytes, 8 unused] | tags: a byte each | slots: two bytes each | heap
//
// The tags are eight bits of the elements' hashes and are compared sixteen at a time.  A slot says where in the heap
// its element lies, and holds two more bits of the hash.  Tags and slots are dense: whoever leaves, the last one takes
// his place.  The heap is filled from its beginning; what is erased or replaced remains as garbage until the segment is
// built anew.
//
// A segment is "timed" from its first element with an expiry on: it knows a moment before which none of them ends, so
// that whoever looks for what has ended need not look at its elements.
//
// A block has a size of the allocator's classes and at most kMaxBlock bytes; who needs more splits it.  Only a segment
// that cannot be split, as its elements collide in all bits that tell segments apart, is bigger: it counts the places
// in its heap in units of 2^shift bytes.
#pragma once
#include <bit>
#include <cstdint>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "plugins/types/common/element.h"
#include "plugins/types/common/memory.h"

namespace types {

// An element on its way into a segment.
struct Record {
  const Element* element;
  char* outside;  // the block in which it lies, or nullptr
  size_t size;    // bytes in the heap
};

struct Segment {
  static constexpr size_t kMaxBlock = 4096;
  static constexpr size_t kGroup = 16;  // tags compared at a time; there is room for a multiple of it
  static constexpr size_t kMaxRoom = 192;
  static constexpr size_t kMostRoom = 65520;  // of a segment that cannot be split
  static constexpr unsigned kMostShift = 12;
  static constexpr uint16_t kOutside = 0x8000, kExpires = 0x4000, kHashBits = 0x3000, kOffset = 0x0fff;

  static constexpr int64_t kNever = INT64_MAX;

  struct Layout {
    size_t size, room;
    unsigned shift;
    bool timed;
    bool whole() const noexcept { return size <= kMaxBlock && room <= kMaxRoom; }
  };
  // Of a segment for `count` elements that take `live` bytes of heap, with some room for more.  size 0: nothing is that
  // big.
  static Layout layout(size_t count, size_t live, bool timed) noexcept;
  // An empty segment; nullptr when out of memory.
  static Segment* make(const Layout&, unsigned depth) noexcept;
  // The elements outside are somebody else's by now.
  static void destroy(Segment* s) noexcept { give_memory(s, s->size); }
  // The same elements in another layout, which has room for them; nullptr when out of memory, else `from` is destroyed.
  static Segment* rebuild(Segment* from, const Layout&, Form) noexcept;

  static constexpr size_t head(bool timed) noexcept { return sizeof(Segment) + (timed ? 16 : 0); }
  static constexpr size_t kTagsEnd = 16 + 16 + kMaxRoom;  // bytes, at most; see static_assert below
  uint8_t* tags() noexcept { return reinterpret_cast<uint8_t*>(this) + head(timed); }
  const uint8_t* tags() const noexcept { return reinterpret_cast<const uint8_t*>(this) + head(timed); }
  uint16_t* slots() noexcept { return reinterpret_cast<uint16_t*>(tags() + room); }
  const uint16_t* slots() const noexcept { return reinterpret_cast<const uint16_t*>(tags() + room); }
  char* heap() noexcept { return reinterpret_cast<char*>(slots() + room); }
  const char* heap() const noexcept { return reinterpret_cast<const char*>(slots() + room); }
  size_t heap_size() const noexcept { return size - head(timed) - 3 * size_t{room}; }
  size_t units(size_t bytes) const noexcept { return (bytes + (size_t{1} << shift) - 1) >> shift; }
  size_t live() const noexcept { return used - (size_t{garbage} << shift); }  // bytes of heap

  const char* at(uint16_t slot) const noexcept { return heap() + (static_cast<size_t>(slot & kOffset) << shift); }
  static char* outside_of(const char* place) noexcept {
    char* p = nullptr;
    std::memcpy(&p, place, sizeof p);
    return p;
  }
  // The block of element i when it lies outside, else nullptr.
  char* outside(size_t i) const noexcept {
    const uint16_t slot = slots()[i];
    return (slot & kOutside) != 0 ? outside_of(at(slot)) : nullptr;
  }
  void outside(size_t i, char* moved) noexcept {
    std::memcpy(heap() + (at(slots()[i]) - heap()), &moved, sizeof moved);
  }

  // No element ends before it (Unix ms).
  int64_t earliest() const noexcept {
    int64_t at = kNever;
    if (timed) std::memcpy(&at, this + 1, sizeof at);
    return at;
  }
  void earliest(int64_t at) noexcept { std::memcpy(static_cast<void*>(this + 1), &at, sizeof at); }  // of a timed one
  // An element that ends then is among them from now on; -1 = it does not end.
  void note_expiry(int64_t at) noexcept {
    if (at >= 0 && at < earliest()) earliest(at);
  }
  bool expires(size_t i) const noexcept { return (slots()[i] & kExpires) != 0; }

  // Element i, and the bytes that it takes where it lies: in the heap, or outside.
  Element element(size_t i, Form form, size_t& bytes) const noexcept {
    const uint16_t slot = slots()[i];
    const char* from = at(slot);
    if ((slot & kOutside) != 0) from = outside_of(from);
    const char* end = nullptr;
    const Element e = element::read(from, form, (slot & kExpires) != 0, end);
    bytes = static_cast<size_t>(end - from);
    return e;
  }
  Element element(size_t i, Form form) const noexcept {
    size_t bytes = 0;
    return element(i, form, bytes);
  }
  // Bytes of heap that it takes.
  size_t heap_bytes(size_t i, Form form) const noexcept {
    size_t bytes = sizeof(char*);
    if ((slots()[i] & kOutside) == 0) element(i, form, bytes);
    return bytes;
  }

  // The place of a key among tags and slots; -1 = absent.
  int find(uint64_t hash, std::string_view key, Form form) const noexcept {
    const uint8_t tag = tag_of(hash);
    const uint16_t bits = bits_of(hash);
    for (size_t base = 0; base < count; base += kGroup)
      for (uint32_t m = match(base, tag); m != 0; m &= m - 1) {
        const size_t i = base + static_cast<size_t>(std::countr_zero(m));
        const uint16_t slot = slots()[i];
        if ((slot & kHashBits) == bits && holds(slot, key, form)) return static_cast<int>(i);
      }
    return -1;
  }

  // In steps that each read what the one before has returned: the slot that the tags allow, and the first byte of its
  // element. Another element may have that tag. nullptr = absent.
  const uint16_t* likely_place(uint64_t hash) const noexcept {
    for (size_t base = 0; base < count; base += kGroup)
      if (const uint32_t m = match(base, tag_of(hash)); m != 0)
        return slots() + base + static_cast<size_t>(std::countr_zero(m));
    return nullptr;
  }
  const char* likely_element(const uint16_t* slot) const noexcept { return at(*slot); }

  bool has_room(size_t bytes) const noexcept { return count < room && has_heap(bytes); }
  bool has_heap(size_t bytes) const noexcept {
    return (units(bytes) << shift) <= heap_size() - used && (used >> shift) <= kOffset;
  }
  // Adds an element; there is room for it.
  void append(uint64_t hash, const Record&, Form) noexcept;
  // Adds element i of another one, as it is; there is room for it.
  void adopt(const Segment& from, size_t i, Form) noexcept;
  // Writes another element with the same key in the place of element i; there is heap for it, unless it is no longer
  // than the old one, whose block outside is somebody else's by now.
  void replace(size_t i, const Record&, Form) noexcept;
  bool fits_in_place(size_t i, size_t bytes, Form form) const noexcept {
    return units(bytes) <= units(heap_bytes(i, form));
  }
  // Takes element i out; its block outside is somebody else's by now.
  void remove(size_t i, Form) noexcept;

  uint16_t count;    // of elements
  uint16_t room;     // for tags and slots
  uint32_t used;     // bytes of heap, up to the last
  uint32_t size;     // bytes of the block
  uint16_t garbage;  // units of heap that no slot points at
  uint8_t depth;     // bits of hash that all elements share
  uint8_t shift : 7;
  bool timed : 1;

 private:
  static uint8_t tag_of(uint64_t hash) noexcept { return static_cast<uint8_t>(hash); }
  static uint16_t bits_of(uint64_t hash) noexcept { return static_cast<uint16_t>((hash << 4) & kHashBits); }

  // A bit for each of the sixteen tags from `base` on that is this one.
  uint32_t match(size_t base, uint8_t tag) const noexcept {
#if defined(__SSE2__)
    const __m128i group = _mm_load_si128(reinterpret_cast<const __m128i*>(tags() + base));
    auto m = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(group, _mm_set1_epi8(static_cast<char>(tag)))));
#else
    uint32_t m = 0;
    for (size_t i = 0; i < kGroup; ++i) m |= static_cast<uint32_t>(tags()[base + i] == tag) << i;
#endif
    const size_t left = count - base;
    return left < kGroup ? m & ((1u << left) - 1) : m;
  }
  bool holds(uint16_t slot, std::string_view key, Form form) const noexcept {
    const char* p = at(slot);
    if ((slot & kOutside) != 0) p = outside_of(p);
    size_t n = 0;
    p = element::read_length(p, n);
    if (n != key.size()) return false;
    size_t value = 0;
    if (form == Form::kPairs) p = element::read_length(p, value);
    if ((slot & kExpires) != 0) p += element::kExpiry;
    return n == 0 || std::memcmp(p, key.data(), n) == 0;
  }
  // Writes the record at the end of the heap; the slot without bits of the hash.
  uint16_t write(const Record&, Form) noexcept;
};
static_assert(sizeof(Segment) == 16);
static_assert(Segment::head(true) + Segment::kMaxRoom == Segment::kTagsEnd);

}  // namespace types
