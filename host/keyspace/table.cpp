#include "host/keyspace/table.h"

#include <utility>

#include "host/base/hash.h"
#include "host/base/memory.h"
#include "host/base/random.h"

namespace keel::keyspace {

using base::MemoryTag;

uint64_t Table::hash_of(const Entry* e) noexcept {
  return base::hash_bytes(e->key());
}

Table::Table(Table&& other) noexcept {
  *this = std::move(other);
}
Table& Table::operator=(Table&& other) noexcept {
  if (this != &other) {
    clear();
    other.found_ = {};
    directory_ = std::exchange(other.directory_, {});
    segments_at_depth_ = std::exchange(other.segments_at_depth_, {});
    global_depth_ = std::exchange(other.global_depth_, 0);
    size_ = std::exchange(other.size_, 0);
    segments_ = std::exchange(other.segments_, 0);
    slots_ = std::exchange(other.slots_, 0);
  }
  return *this;
}
Table::~Table() {
  clear();
}

void Table::clear() noexcept {
  for (size_t i = 0; i < directory_.size();) {
    const Segment s = unpack(directory_[i]);
    i += size_t{1} << (global_depth_ - s.depth);
    free_segment(s);
  }
  directory_.clear();
  found_ = {};
  size_ = 0;
}

size_t Table::footprint() const noexcept {
  return slots_ / kSlots * sizeof(Bucket) + segments_ * sizeof(Header) + directory_.capacity() * sizeof(uintptr_t);
}

uintptr_t Table::make_segment(uint32_t code, uint32_t depth) noexcept {
  void* block = base::allocate_aligned(bytes_of(code), kAlignment, MemoryTag::kTable);
  if (block == nullptr) return 0;
  ++segments_;
  slots_ += buckets_of(code) * kSlots;
  ++segments_at_depth_[depth];
  return reinterpret_cast<uintptr_t>(block) | (static_cast<uintptr_t>(code) << 6) | depth;
}

void Table::free_segment(Segment s) noexcept {
  --segments_;
  slots_ -= s.n * kSlots;
  --segments_at_depth_[s.depth];
  base::release_aligned(&s.header(), bytes_of(s.code), kAlignment, MemoryTag::kTable);
}

// Lets every directory word of the hash range that begins with the first `depth` bits of hash be `word`.
void Table::point(uint64_t hash, uint32_t depth, uintptr_t word) noexcept {
  const size_t span = size_t{1} << (global_depth_ - depth);
  const size_t first = index(hash) & ~(span - 1);
  for (size_t i = 0; i < span; ++i) directory_[first + i] = word;
}

void Table::place(Segment s, uint64_t hash, Entry* e) noexcept {
  size_t b = s.home(hash);
  while (true) {
    Bucket& bucket = s.buckets[b];
    if (const uint64_t free = bucket.free_slots(); free != 0) {
      const unsigned i = base::first_byte(free);
      bucket.slot[i] = e;
      bucket.tag(i, tag_of(hash));
      ++s.header().count;
      return;
    }
    bucket.more_overflow();
    if (++b == s.n) b = 0;
  }
}

template <class F>
void Table::each_hashed(Segment from, F&& f) noexcept {
  for (size_t b = 0; b < from.n; ++b) {
    const Bucket& bucket = from.buckets[b];
    if (b + 1 < from.n)  // the keys of the next bucket are hashed next
      for (Entry* e : from.buckets[b + 1].slot)
        if (e != nullptr) keel::prefetch(e);
    for (size_t i = 0; i < kSlots; ++i)
      if (bucket.tag(i) != 0) f(hash_of(bucket.slot[i]), bucket.slot[i]);
  }
}

void Table::move_all(Segment from, Segment to) noexcept {
  each_hashed(from, [&](uint64_t hash, Entry* e) { place(to, hash, e); });
}

bool Table::insert(uint64_t hash, Entry* e) noexcept {
  if (directory_.empty()) {
    segments_at_depth_.assign(kMaxDepth + 1, 0);
    global_depth_ = 0;
    const uintptr_t word = make_segment(0, 0);
    if (word == 0) return false;
    directory_.assign(1, word);
  }
  while (true) {
    const Segment s = segment(hash);
    if (s.header().count < s.limit()) break;
    if (grow(hash)) continue;
    if (s.header().count < s.n * kSlots) break;  // no memory to grow, but there is room
    return false;
  }
  place(segment(hash), hash, e);
  ++size_;
  return true;
}

bool Table::grow(uint64_t hash) noexcept {
  const Segment s = segment(hash);
  if (s.code + 1 == kCodes) return split(hash, s);
  const uintptr_t word = make_segment(s.code + 1, s.depth);
  if (word == 0) return false;
  move_all(s, unpack(word));
  point(hash, s.depth, word);
  free_segment(s);
  return true;
}

bool Table::split(uint64_t hash, Segment s) noexcept {
  if (s.depth == kMaxDepth) return false;
  if (s.depth == global_depth_ && !double_directory()) return false;
  const uintptr_t low = make_segment(0, s.depth + 1), high = low == 0 ? 0 : make_segment(0, s.depth + 1);
  if (high == 0) {
    if (low != 0) free_segment(unpack(low));
    return false;
  }
  const uint64_t bit = uint64_t{1} << (63 - s.depth);
  each_hashed(s, [&](uint64_t h, Entry* e) { place(unpack((h & bit) != 0 ? high : low), h, e); });
  point(hash & ~bit, s.depth + 1, low);
  point(hash | bit, s.depth + 1, high);
  free_segment(s);
  return true;
}

bool Table::double_directory() noexcept {
  if (global_depth_ == kMaxDepth) return false;
  std::vector<uintptr_t> bigger;
  try {
    bigger.resize(directory_.size() * 2);
  } catch (...) {
    return false;
  }
  for (size_t i = 0; i < directory_.size(); ++i) bigger[2 * i] = bigger[2 * i + 1] = directory_[i];
  directory_.swap(bigger);
  ++global_depth_;
  return true;
}

void Table::replace(uint64_t hash, const Entry* was, Entry* now) noexcept {
  const Segment s = segment(hash);
  size_t b = s.home(hash);
  for (size_t probes = s.n; probes > 0; --probes) {
    Bucket& bucket = s.buckets[b];
    for (size_t i = 0; i < kSlots; ++i)
      if (bucket.slot[i] == was && bucket.tag(i) != 0) {
        bucket.slot[i] = now;
        found_ = {hash, now};
        return;
      }
    if (++b == s.n) b = 0;
  }
}

void Table::erase(uint64_t hash, const Entry* e) noexcept {
  const Segment s = segment(hash);
  const size_t home = s.home(hash);
  size_t b = home;
  for (size_t probes = s.n; probes > 0; --probes) {
    Bucket& bucket = s.buckets[b];
    for (size_t i = 0; i < kSlots; ++i) {
      if (bucket.slot[i] != e || bucket.tag(i) == 0) continue;
      bucket.tag(i, 0);
      bucket.slot[i] = nullptr;
      if (found_.entry == e) found_ = {};
      for (size_t passed = home; passed != b; passed = passed + 1 == s.n ? 0 : passed + 1)
        s.buckets[passed].less_overflow();
      --s.header().count;
      --size_;
      shrink(hash);
      return;
    }
    if (++b == s.n) b = 0;
  }
}

// A segment that has become sparse joins its sparse buddy, or is rebuilt in the smallest size.
void Table::shrink(uint64_t hash) noexcept {
  const Segment s = segment(hash);
  const size_t small = buckets_of(0) * kSlots;
  if (s.header().count > small / 4) return;
  if (s.depth > 0) {
    const uint64_t bit = uint64_t{1} << (64 - s.depth);
    const Segment buddy = segment(hash ^ bit);
    if (buddy.depth == s.depth && s.header().count + buddy.header().count <= small / 2) {
      const uintptr_t word = make_segment(0, s.depth - 1);
      if (word == 0) return;
      move_all(s, unpack(word));
      move_all(buddy, unpack(word));
      point(hash, s.depth - 1, word);
      free_segment(s);
      free_segment(buddy);
      halve_directory();
      return;
    }
  }
  if (s.code == 0) return;
  const uintptr_t word = make_segment(0, s.depth);
  if (word == 0) return;
  move_all(s, unpack(word));
  point(hash, s.depth, word);
  free_segment(s);
}

void Table::halve_directory() noexcept {
  if (global_depth_ == 0 || segments_at_depth_[global_depth_] != 0) return;
  for (size_t i = 0; i < directory_.size() / 2; ++i) directory_[i] = directory_[2 * i];
  directory_.resize(directory_.size() / 2);
  if (directory_.capacity() > 4 * directory_.size()) {
    try {
      directory_.shrink_to_fit();
    } catch (...) {  // keeping the room is no fault
    }
  }
  --global_depth_;
}

uint64_t Table::next_cursor(uint64_t position, const Segment& s, size_t home) noexcept {
  const uint64_t prefix = s.depth == 0 ? 0 : position >> (64 - s.depth);
  if (home + 1 < s.n) {
    const uint64_t next = ((home + 1) * 65536 + s.n - 1) / s.n;
    const uint64_t start = s.depth == 0 ? 0 : prefix << (64 - s.depth);
    return (start | (next << (48 - s.depth))) >> 16;
  }
  if (s.depth == 0 || prefix + 1 == uint64_t{1} << s.depth) return 0;
  return ((prefix + 1) << (64 - s.depth)) >> 16;
}

Entry* Table::random() const noexcept {
  if (size_ == 0) return nullptr;
  for (int tries = 0; tries < 4096; ++tries) {
    const Segment s = segment(base::fast_random());
    const uint64_t at = base::fast_random_below(s.n * kSlots);
    const Bucket& bucket = s.buckets[at / kSlots];
    if (bucket.tag(at % kSlots) != 0) return bucket.slot[at % kSlots];
  }
  Entry* found = nullptr;  // nearly empty: the first one after a position drawn at random
  uint64_t cursor = base::fast_random() >> 16;
  for (int laps = 0; found == nullptr && laps < 2;) {
    cursor = scan(cursor, [&](Entry* e) { found = e; });
    if (cursor == 0) ++laps;
  }
  return found;
}

size_t Table::sample(Entry** to, size_t n) const noexcept {
  if (size_ == 0) return 0;
  size_t got = 0;
  for (size_t tries = 0; got < n && tries < 16 * n; ++tries) {
    const Segment s = segment(base::fast_random());
    const Bucket& bucket = s.buckets[base::fast_random_below(s.n)];
    for (size_t i = 0; i < kSlots && got < n; ++i)
      if (bucket.tag(i) != 0) to[got++] = bucket.slot[i];
  }
  if (got == 0) {
    if (Entry* e = random(); e != nullptr) to[got++] = e;
  }
  return got;
}

void Table::probe_lengths(uint64_t* count, size_t n) const {
  for (size_t i = 0; i < n; ++i) count[i] = 0;
  for (size_t i = 0; i < directory_.size();) {
    const Segment s = unpack(directory_[i]);
    for (size_t b = 0; b < s.n; ++b)
      for (size_t j = 0; j < kSlots; ++j) {
        if (s.buckets[b].tag(j) == 0) continue;
        const size_t distance = (b + s.n - s.home(hash_of(s.buckets[b].slot[j]))) % s.n;
        ++count[distance < n ? distance : n - 1];
      }
    i += size_t{1} << (global_depth_ - s.depth);
  }
}

}  // namespace keel::keyspace
