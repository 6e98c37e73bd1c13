// plugins/types/common/element_table.h - the members of a big set, or fields and values of a big hash: extendible
// hashing over segments in which the elements lie inline.
//
// An element costs its bytes, a byte for each length, and three for tag and slot; no pointer, no allocation.  The first
// bits of a hash lead to the segment, eight more of its bits are compared sixteen elements at a time.  A full segment
// is built anew a size class bigger, and at Segment::kMaxBlock splits in two; one that has emptied is built smaller and
// joins its neighbour.  No operation moves more than a segment or two and a directory's array.  docs/types/set.md has
// reasons and measurements.
//
// Elements lie in the order of their hashes, segment by segment.  A scan cursor is a position in that order, and stays
// right whatever splits or joins.
//
// Views of elements are valid until the table changes.  Keys and values that are handed in must not lie in the table.
// Not thread-safe.  Memory: memory.h.
#pragma once
#include <algorithm>
#include <optional>
#include <vector>

#include "keel/command.h"
#include "keel/cpp/prefetch.hpp"
#include "plugins/types/common/directory.h"
#include "plugins/types/common/element_hash.h"
#include "plugins/types/common/random.h"
#include "plugins/types/common/segment.h"

namespace types {

enum class Added : uint8_t { kNoMemory, kNew, kThere };

class ElementTable {
 public:
  // Empty; nullptr when out of memory.
  static ElementTable* make(Form) noexcept;
  static void destroy(ElementTable*) noexcept;
  // nullptr when out of memory.
  ElementTable* copy() const noexcept;

  uint64_t size() const noexcept { return size_; }
  // Bytes in blocks of the allocator, this object included.
  uint64_t memory() const noexcept { return bytes_ + directory_.memory() + sizeof *this; }
  uint64_t allocations() const noexcept { return segments_ + outside_ + directory_.allocations() + 1; }
  uint64_t segments() const noexcept { return segments_; }

  std::optional<Element> find(std::string_view key) const noexcept;
  bool contains(std::string_view key) const noexcept;
  // In three steps, so that a caller with several keys can let the cache misses overlap: element_hash(key), prefetch(),
  // contains().
  void prefetch(uint64_t hash) const noexcept;
  bool contains(uint64_t hash, std::string_view key) const noexcept;
  // A step of keel_command.prefetch towards find(key); whether there is another.
  bool prefetch(std::string_view key, keel_ahead& ahead) const noexcept;

  // Adds an element; one that is there already stays as it is.
  Added add(const Element&) noexcept;
  // Adds an element, or replaces value and expiry.  kNoMemory: nothing has changed.
  Added put(const Element&) noexcept;
  // Sets the expiry of an element that is there; -1 removes it.  kNew: it is not there.
  Added set_expiry(std::string_view key, int64_t at_ms) noexcept;
  // How many elements have an expiry.
  uint64_t expiring() const noexcept { return expiring_; }
  // Unix ms: no element ends before it; -1 = none does.
  int64_t due() const noexcept { return expiring_ == 0 ? -1 : earliest_; }
  // Takes out elements that have ended at now_ms, each after a call of f(Element), until `budget` segments and elements
  // have been looked at; it goes on where it was when it is called again, until due() is later than now_ms.
  template <class F>
  void take_ended(int64_t now_ms, uint64_t budget, F f) noexcept;
  bool erase(std::string_view key) noexcept;

  // An element drawn at random; the table is not empty.  Each is about as likely as any other: exactly so in a table of
  // up to 16 segments; beyond that, only who shares a segment with twice as many as the average (four times, where
  // elements are long and few) is drawn less often than he should.
  Element random() const noexcept {
    const Place p = draw();
    return p.segment->element(p.index, form_);
  }
  // f(Element) for n different elements drawn at random, n at most size(), each choice as likely as any other; the
  // order is not random.  May throw std::bad_alloc before the first call of f.  f must not change the table.
  template <class F>
  void sample(uint64_t n, F f) const;
  // The same, and takes them out, each after its call of f.
  template <class F>
  void take_sample(uint64_t n, F f) noexcept;

  // Calls f(Element) for the elements of one segment: cursor 0 begins, the result goes on, 0 = the end.  What is in the
  // table from beginning to end is visited; some may be visited twice.  f must not change the table.
  template <class F>
  uint64_t scan(uint64_t cursor, F f) const {
    const uint64_t position = cursor << kCursorShift;
    const Segment* s = directory_.find(position);
    for (size_t i = 0; i < s->count; ++i) f(s->element(i, form_));
    return next(position, s) >> kCursorShift;
  }
  // Calls f(Element) for all of them, in no order that means anything; f must not change the table.  Goes on while f
  // returns true, when it returns a bool.
  template <class F>
  void each(F f) const {
    uint64_t position = 0;
    do {
      const Segment* s = directory_.find(position);
      position = next(position, s);
      prefetch_segment(directory_.find(position));
      for (size_t i = 0; i < s->count; ++i) {
        if constexpr (requires { static_cast<bool>(f(Element{})); }) {
          if (!f(s->element(i, form_))) return;
        } else {
          f(s->element(i, form_));
        }
      }
    } while (position != 0);
  }

  // Moves the allocations of some segments: f(p, bytes) returns the new place, or nullptr.  Cursor 0 begins, the result
  // goes on, 0 = the end.  The object itself is the caller's to move.
  template <class F>
  uint64_t move(uint64_t cursor, F f) noexcept;

  // Null, or what is broken inside.  Looks at everything.
  const char* broken() const noexcept;

 private:
  static constexpr uint64_t kNear = 128 * 1024;  // bytes that a cache near the processor holds anyway
  static constexpr unsigned kMaxDepth = 40;      // cursors have 48 bits
  static constexpr unsigned kCursorShift = 16;
  static constexpr uint64_t kWalked = 16;  // segments that are counted through for an exact draw

  explicit ElementTable(Form form) noexcept : form_(form) {}
  ~ElementTable();

  // How deep a segment may lie.  Hashes that are spread evenly never ask for more; elements that collide would double
  // the directory over and over, so their segment grows instead.
  unsigned most_depth() const noexcept {
    return std::min(kMaxDepth, static_cast<unsigned>(std::bit_width(segments_)) + 6);
  }

  static uint64_t next(uint64_t position, const Segment* s) noexcept {
    if (s->depth == 0) return 0;
    const uint64_t step = uint64_t{1} << (64 - s->depth);
    return (position & ~(step - 1)) + step;  // 0 after the last
  }
  static void prefetch_segment(const Segment* s) noexcept {
    const char* p = reinterpret_cast<const char*>(s);
    for (size_t line = 0; line < 8; ++line) keel::prefetch(p + 64 * line);
  }

  struct Place {
    Segment* segment;
    size_t index;
  };
  // A record for an element; false = out of memory.
  bool prepare(const Element&, Record&) noexcept;
  // Frees the block of an element that lies outside; block may be nullptr.
  void drop(char* block, size_t bytes) noexcept;
  void drop_outside(const Segment*, size_t index) noexcept;
  // The segment of `hash`, with room for the record; nullptr when out of memory.
  Segment* make_room(uint64_t hash, Segment*, const Record&) noexcept;
  Segment* rebuild(uint64_t hash, Segment*, const Segment::Layout&) noexcept;
  bool split(uint64_t hash, Segment*) noexcept;
  // Gives memory back when elements have left a segment.  kBefore: it does not join one that comes behind it.
  enum class Join : uint8_t { kAny, kBefore };
  void shrink(uint64_t hash, Segment*, Join) noexcept;
  Segment* join(uint64_t hash, Segment*, Join) noexcept;
  Added insert(uint64_t hash, Segment*, const Element&) noexcept;
  bool replace(uint64_t hash, Segment*, size_t index, const Element&) noexcept;
  void remove(Segment*, size_t index) noexcept;
  // There is one more element that ends then; -1 = it does not.
  void note_expiry(int64_t at) noexcept;
  Place draw() const noexcept;
  // Whether n elements are so many that going through all of them is cheaper than drawing one by one.
  bool worth_walking(uint64_t n) const noexcept { return n > size_ / 16 || segments_ <= kWalked; }

  Directory<Segment> directory_;
  uint64_t size_ = 0;
  uint64_t segments_ = 0;
  uint64_t outside_ = 0;  // blocks
  uint64_t bytes_ = 0;    // of segments and blocks outside
  uint64_t expiring_ = 0;
  int64_t earliest_ = Segment::kNever;       // none ends before it
  uint64_t pass_ = 0;                        // where take_ended() is, as a position
  int64_t pass_earliest_ = Segment::kNever;  // ... and what it has seen
  Form form_;
};

template <class F>
void ElementTable::take_ended(int64_t now_ms, uint64_t budget, F f) noexcept {
  do {
    Segment* s = directory_.find(pass_);
    const uint64_t here = pass_;
    pass_ = next(pass_, s);
    keel::prefetch(directory_.find(pass_));
    uint64_t looked = 1;
    if (s->earliest() <= now_ms) {
      int64_t earliest = Segment::kNever;
      looked += s->count;
      for (size_t i = s->count; i-- > 0;) {  // backwards: whoever fills the gap has been looked at
        if (!s->expires(i)) continue;
        const Element e = s->element(i, form_);
        if (e.expire_ms <= now_ms) {
          f(e);
          remove(s, i);
        } else {
          earliest = std::min(earliest, e.expire_ms);
        }
      }
      s->earliest(earliest);
    }
    pass_earliest_ = std::min(pass_earliest_, s->earliest());
    if (looked > 1) shrink(here, s, Join::kBefore);
    budget -= std::min(budget, looked);
  } while (pass_ != 0 && budget > 0);
  if (pass_ != 0) return;
  earliest_ = pass_earliest_;
  pass_earliest_ = Segment::kNever;
}

template <class F>
void ElementTable::sample(uint64_t n, F f) const {
  if (worth_walking(n)) {
    // Each element is taken with the probability that is left: Knuth, TAOCP 2, algorithm S.
    uint64_t left = size_;
    each([&](const Element& e) {
      if (fast_random_below(left--) < n) {
        f(e);
        --n;
      }
      return n > 0;
    });
    return;
  }
  // Which slots were drawn: an open table of twice their number.
  std::vector<const uint16_t*> seen(std::bit_ceil(2 * n + 1), nullptr);
  while (n > 0) {
    const Place p = draw();
    const uint16_t* slot = p.segment->slots() + p.index;
    size_t i = (reinterpret_cast<uintptr_t>(slot) * 0x9e3779b97f4a7c15) >> 32 & (seen.size() - 1);
    while (seen[i] != nullptr && seen[i] != slot) i = (i + 1) & (seen.size() - 1);
    if (seen[i] == slot) continue;
    seen[i] = slot;
    f(p.segment->element(p.index, form_));
    --n;
  }
}

template <class F>
void ElementTable::take_sample(uint64_t n, F f) noexcept {
  if (!worth_walking(n)) {
    for (; n > 0; --n) {
      const Place p = draw();
      const Element e = p.segment->element(p.index, form_);
      f(e);
      const uint64_t hash = element_hash(e.key);
      remove(p.segment, p.index);
      shrink(hash, p.segment, Join::kAny);
    }
    return;
  }
  uint64_t left = size_;
  uint64_t position = 0;
  do {
    Segment* s = directory_.find(position);
    const uint64_t here = position;
    position = next(position, s);
    for (size_t i = s->count; i-- > 0;) {  // backwards: whoever fills the gap has been looked at
      if (fast_random_below(left--) >= n) continue;
      f(s->element(i, form_));
      remove(s, i);
      --n;
    }
    shrink(here, s, Join::kBefore);
  } while (position != 0 && n > 0);
}

template <class F>
uint64_t ElementTable::move(uint64_t cursor, F f) noexcept {
  if (cursor == 0) directory_.move(f);
  const uint64_t position = cursor << kCursorShift;
  Segment* s = directory_.find(position);
  if (void* moved = f(s, s->size)) directory_.set(position, s = static_cast<Segment*>(moved));
  for (size_t i = 0; i < s->count; ++i) {
    char* block = s->outside(i);
    if (block == nullptr) continue;
    size_t bytes = 0;
    s->element(i, form_, bytes);
    if (void* moved = f(block, bytes)) s->outside(i, static_cast<char*>(moved));
  }
  return next(position, s) >> kCursorShift;
}

}  // namespace types
