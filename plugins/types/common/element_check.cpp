// The invariants of an element table, for tests, fuzzers and DEBUG.
#include "plugins/types/common/element_table.h"

namespace types {
namespace {

const char* broken(const Segment& s, Form form, uint64_t position) noexcept {
  if (s.room % Segment::kGroup != 0 || s.count > s.room) return "the slots of a segment make no sense";
  if (Segment::head(s.timed) + 3 * size_t{s.room} > s.size || s.used > s.heap_size() || s.live() > s.used)
    return "the heap of a segment makes no sense";
  if (s.count == 0 && s.used != 0) return "an empty segment has a heap";
  size_t live = 0;
  for (size_t i = 0; i < s.count; ++i) {
    const auto offset = static_cast<size_t>(s.at(s.slots()[i]) - s.heap());
    const size_t bytes = s.heap_bytes(i, form);
    if (offset > s.used || bytes > s.used - offset) return "an element reaches beyond its heap";
    live += s.units(bytes) << s.shift;
    const Element e = s.element(i, form);
    if (e.expire_ms >= 0 && e.expire_ms < s.earliest()) return "an element ends before its segment expects it";
    const uint64_t hash = element_hash(e.key);
    if (s.depth > 0 && (hash ^ position) >> (64 - s.depth) != 0) return "an element lies in a foreign segment";
    if (s.find(hash, e.key, form) != static_cast<int>(i))
      return "an element is not found where it is, or is there twice";
  }
  return live == s.live() ? nullptr : "the garbage of a segment is miscounted";
}

}  // namespace

const char* ElementTable::broken() const noexcept {
  uint64_t size = 0, segments = 0, bytes = 0, outside = 0, expiring = 0;
  int64_t earliest = Segment::kNever;
  uint64_t position = 0;
  do {
    const Segment* s = directory_.find(position);
    if (s == nullptr || s->depth > kMaxDepth) return "a segment is missing, or too deep";
    if (const char* why = types::broken(*s, form_, position)) return why;
    size += s->count;
    bytes += s->size;
    ++segments;
    for (size_t i = 0; i < s->count; ++i) {
      if (s->expires(i)) earliest = std::min(earliest, s->element(i, form_).expire_ms);
      expiring += s->expires(i);
      if (s->outside(i) == nullptr) continue;
      size_t n = 0;
      s->element(i, form_, n);
      bytes += size_class(n);
      ++outside;
    }
    const uint64_t last = position;
    position = next(position, s);
    if (directory_.find(position - 1) != s || directory_.find(last) != s) return "the directory is not in order";
  } while (position != 0);
  uint64_t listed = 0;
  directory_.each([&listed](const Segment*) { ++listed; });
  if (listed != segments) return "the directory lists a segment twice";
  if (expiring != expiring_) return "the elements that expire are miscounted";
  if (earliest < earliest_) return "an element ends before the table expects it";
  if (size != size_ || segments != segments_ || outside != outside_) return "the counts of the table are wrong";
  return bytes == bytes_ ? nullptr : "the bytes of the table are miscounted";
}

}  // namespace types
