#include "plugins/types/common/segment.h"

#include <algorithm>

namespace types {
namespace {

constexpr size_t round_up(size_t n, size_t to) noexcept {
  return (n + to - 1) / to * to;
}

uint16_t flags_of(const Record& r) noexcept {
  return static_cast<uint16_t>((r.outside != nullptr ? Segment::kOutside : 0) |
                               (r.element->expire_ms >= 0 ? Segment::kExpires : 0));
}

void write_at(char* to, const Record& r, Form form) noexcept {
  if (r.outside != nullptr)
    std::memcpy(to, &r.outside, sizeof r.outside);
  else
    element::write(to, *r.element, form);
}

}  // namespace

Segment::Layout Segment::layout(size_t count, size_t live, bool timed) noexcept {
  const size_t slots = round_up(std::max<size_t>(count, 1), kGroup);
  const auto least = [&](size_t heap) { return head(timed) + 3 * slots + heap; };
  if (slots > kMostRoom) return {};
  size_t size = least(live);
  // A sixteenth to spare, so that the next element does not have it built anew.
  size = size <= kMaxBlock ? std::min(size_class(size + size / 16), kMaxBlock) : size_class(size + size / 2);
  unsigned shift = 0;
  if (size > kMaxBlock || slots > kMaxRoom) {
    // Each element takes up to a unit more.
    while ((size >> shift) > kOffset) {
      if (++shift > kMostShift) return {};
      size = size_class(least(live + (count << shift)) * 3 / 2);
    }
  }
  const size_t each = 3 + std::max<size_t>(live / std::max<size_t>(count, 1), 1);
  const size_t most = slots > kMaxRoom || size > kMaxBlock ? kMostRoom : kMaxRoom;
  const size_t wish = std::clamp((size - head(timed)) / each / kGroup * kGroup, slots, most);
  // What the slots take must be left over by the heap.
  const size_t heap = live + (shift > 0 ? count << shift : 0);
  const size_t possible = (size - head(timed) - heap) / 3 / kGroup * kGroup;
  return {size, std::clamp(wish, slots, std::max(slots, possible)), shift, timed};
}

Segment* Segment::make(const Layout& l, unsigned depth) noexcept {
  auto* s = static_cast<Segment*>(take_memory(l.size));
  if (s == nullptr) return nullptr;
  s->count = s->garbage = 0;
  s->room = static_cast<uint16_t>(l.room);
  s->used = 0;
  s->size = static_cast<uint32_t>(l.size);
  s->depth = static_cast<uint8_t>(depth);
  s->shift = static_cast<uint8_t>(l.shift & 0x7f);
  s->timed = l.timed;
  if (l.timed) s->earliest(kNever);
  return s;
}

Segment* Segment::rebuild(Segment* from, const Layout& l, Form form) noexcept {
  Segment* to = make(l, from->depth);
  if (to == nullptr) return nullptr;
  if (from->garbage == 0 && from->shift == to->shift) {
    to->count = from->count;
    std::memcpy(to->tags(), from->tags(), from->count);
    std::memcpy(to->slots(), from->slots(), 2 * size_t{from->count});
    std::memcpy(to->heap(), from->heap(), from->used);
    to->used = from->used;
    to->note_expiry(from->timed ? from->earliest() : -1);
  } else {
    for (size_t i = 0; i < from->count; ++i) to->adopt(*from, i, form);
  }
  destroy(from);
  return to;
}

uint16_t Segment::write(const Record& r, Form form) noexcept {
  write_at(heap() + used, r, form);
  const auto slot = static_cast<uint16_t>(flags_of(r) | (used >> shift));
  used += static_cast<uint32_t>(units(r.size) << shift);
  return slot;
}

void Segment::adopt(const Segment& from, size_t i, Form form) noexcept {
  const uint16_t slot = from.slots()[i];
  const size_t bytes = from.heap_bytes(i, form);
  std::memcpy(heap() + used, from.at(slot), bytes);
  tags()[count] = from.tags()[i];
  slots()[count] = static_cast<uint16_t>((slot & ~unsigned{kOffset}) | (used >> shift));
  used += static_cast<uint32_t>(units(bytes) << shift);
  ++count;
  if ((slot & kExpires) != 0) note_expiry(from.element(i, form).expire_ms);
}

void Segment::append(uint64_t hash, const Record& r, Form form) noexcept {
  tags()[count] = tag_of(hash);
  slots()[count] = static_cast<uint16_t>(write(r, form) | bits_of(hash));
  ++count;
  note_expiry(r.element->expire_ms);
}

void Segment::replace(size_t i, const Record& r, Form form) noexcept {
  uint16_t& slot = slots()[i];
  const auto old = units(heap_bytes(i, form));
  const auto now = units(r.size);
  if (now <= old) {
    write_at(heap() + (at(slot) - heap()), r, form);
    garbage = static_cast<uint16_t>(garbage + (old - now));
    slot = static_cast<uint16_t>((slot & (kHashBits | kOffset)) | flags_of(r));
  } else {
    garbage = static_cast<uint16_t>(garbage + old);
    slot = static_cast<uint16_t>((slot & kHashBits) | write(r, form));
  }
  note_expiry(r.element->expire_ms);
}

void Segment::remove(size_t i, Form form) noexcept {
  const size_t bytes = units(heap_bytes(i, form)) << shift;
  const auto offset = static_cast<size_t>(slots()[i] & kOffset) << shift;
  if (offset + bytes == used)
    used -= static_cast<uint32_t>(bytes);
  else
    garbage = static_cast<uint16_t>(garbage + (bytes >> shift));
  --count;
  tags()[i] = tags()[count];
  slots()[i] = slots()[count];
  if (count == 0) used = garbage = 0;
}

}  // namespace types
