// host/keyspace/table.h - the hash table of entries: extendible hashing over segments of cache-line buckets.
//
// The top bits of a hash choose a segment through the directory; the next sixteen choose a bucket in it; the low byte
// is the tag that is compared eight at a time before any entry is touched.  A full segment is rebuilt a little bigger
// (79, 95, 111, 127 buckets) and then split in two, so the table never has a second copy of itself, no operation
// touches more than two segments (16 KiB), and its load stays between two thirds and seven eighths.
//
// Entries lie in the order of their hash, whatever the sizes of the segments are.  A scan cursor is therefore a
// position in that order, and stays right across any growth and shrinkage.  docs/keyspace.md tells more.
//
// Not thread-safe: [executor] only, or whoever owns a table that has been taken out of service.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "host/base/bits.h"
#include "host/keyspace/entry.h"
#include "keel/cpp/prefetch.hpp"

namespace keel::keyspace {

class Table {
 public:
  Table() noexcept = default;
  Table(Table&& other) noexcept;
  Table& operator=(Table&& other) noexcept;
  ~Table();

  size_t size() const noexcept { return size_; }
  // Bytes of buckets and directory.
  size_t footprint() const noexcept;
  size_t segments() const noexcept { return segments_; }
  size_t slots() const noexcept { return slots_; }

  // nullptr = absent.
  Entry* find(uint64_t hash, std::string_view key) const noexcept {
    if (hash == found_.hash && found_.entry != nullptr && keel::same_bytes(found_.entry->key(), key))
      return found_.entry;
    if (size_ == 0) return nullptr;
    const uint8_t tag = tag_of(hash);
    const Segment s = segment(hash);
    size_t b = s.home(hash);
    for (size_t probes = s.n; probes > 0; --probes) {
      const Bucket& bucket = s.buckets[b];
      for (uint64_t m = base::match_byte(bucket.meta, tag) & kTagFlags; m != 0; m &= m - 1) {
        Entry* e = bucket.slot[base::first_byte(m)];
        if (keel::same_bytes(e->key(), key)) {
          found_ = {hash, e};
          return e;
        }
      }
      if (bucket.overflow() == 0) break;
      if (++b == s.n) b = 0;
    }
    return nullptr;
  }

  // Two steps of bringing a look-up into the cache ahead of time: the bucket, then the entries that may be it.
  void prefetch_bucket(uint64_t hash) const noexcept {
    if (size_ == 0) return;
    const Segment s = segment(hash);
    keel::prefetch(&s.buckets[s.home(hash)]);
  }
  void prefetch_entry(uint64_t hash) const noexcept {
    if (size_ == 0) return;
    const Segment s = segment(hash);
    const Bucket& bucket = s.buckets[s.home(hash)];
    const uint64_t m = base::match_byte(bucket.meta, tag_of(hash)) & kTagFlags;
    if (m != 0) {
      const char* e = reinterpret_cast<const char*>(bucket.slot[base::first_byte(m)]);
      keel::prefetch(e);
      keel::prefetch(e + 64);
    }
  }

  // The key must be absent.  False = out of memory, nothing changed.
  bool insert(uint64_t hash, Entry*) noexcept;
  // `was` is in the table; `now` has the same key and takes its place.
  void replace(uint64_t hash, const Entry* was, Entry* now) noexcept;
  // The entry is in the table; it is not freed.
  void erase(uint64_t hash, const Entry*) noexcept;

  // Visits the entries of one bucket: cursor 0 begins, the cursor returned goes on, 0 = the end.  Every entry that is
  // in the table from the beginning to the end is visited; some may be visited twice. f(Entry*) must not change the
  // table.
  template <class F>
  uint64_t scan(uint64_t cursor, F&& f) const {
    if (size_ == 0) return 0;
    const uint64_t position = cursor << 16;
    const Segment s = segment(position);
    const size_t home = s.home(position);
    size_t b = home;
    for (size_t probes = s.n; probes > 0; --probes) {
      const Bucket& bucket = s.buckets[b];
      for (size_t i = 0; i < kSlots; ++i)
        if (Entry* e = bucket.slot[i]; bucket.tag(i) != 0 && s.home(hash_of(e)) == home) f(e);
      if (bucket.overflow() == 0) break;
      if (++b == s.n) b = 0;
    }
    return next_cursor(position, s, home);
  }
  // Visits all, in any order; f must not change the table.
  template <class F>
  void each(F&& f) const {
    for (size_t i = 0; i < directory_.size();) {
      const Segment s = unpack(directory_[i]);
      for (size_t b = 0; b < s.n; ++b)
        for (size_t j = 0; j < kSlots; ++j)
          if (s.buckets[b].tag(j) != 0) f(s.buckets[b].slot[j]);
      i += size_t{1} << (global_depth_ - s.depth);
    }
  }
  // An entry drawn at random, each about as likely; nullptr when empty.
  Entry* random() const noexcept;
  // The entries of some buckets drawn at random, at most n; returns how many.
  size_t sample(Entry** to, size_t n) const noexcept;

  // Histogram of probe lengths, for DEBUG HTSTATS: count[i] entries lie i buckets from home; the last counts the rest.
  void probe_lengths(uint64_t* count, size_t n) const;

  static uint64_t hash_of(const Entry*) noexcept;

 private:
  static constexpr size_t kSlots = 7;
  static constexpr uint64_t kTagFlags = 0x0080808080808080;
  static constexpr unsigned kMaxDepth = 32;

  struct Bucket {   // one cache line
    uint64_t meta;  // bytes 0..6: tags, 0 = free; byte 7: entries that wanted this bucket and lie further on
    Entry* slot[kSlots];
    uint8_t tag(size_t i) const noexcept { return static_cast<uint8_t>(meta >> (8 * i)); }
    void tag(size_t i, uint8_t t) noexcept {
      meta = (meta & ~(uint64_t{0xff} << (8 * i))) | (static_cast<uint64_t>(t) << (8 * i));
    }
    uint8_t overflow() const noexcept { return static_cast<uint8_t>(meta >> 56); }
    // Sticky at 255: a count that was lost can only cost probes.
    void more_overflow() noexcept {
      if (overflow() != 255) meta += uint64_t{1} << 56;
    }
    void less_overflow() noexcept {
      if (overflow() != 255) meta -= uint64_t{1} << 56;
    }
    uint64_t free_slots() const noexcept { return base::match_byte(meta, 0) & kTagFlags; }
  };
  static_assert(sizeof(Bucket) == 64);
  struct alignas(64) Header {  // before the buckets
    uint32_t count;
  };
  struct Segment {  // a directory word, unpacked
    Bucket* buckets;
    uint32_t n, depth, code;
    Header& header() const noexcept { return *reinterpret_cast<Header*>(buckets - 1); }
    size_t home(uint64_t hash) const noexcept {
      return (static_cast<size_t>(static_cast<uint16_t>((hash << depth) >> 48)) * n) >> 16;
    }
    size_t limit() const noexcept { return n * kSlots * 7 / 8; }
  };
  static constexpr uint32_t kCodes = 4;
  static constexpr size_t kAlignment = 256;  // frees the low byte of an address for size code and depth
  static constexpr uint32_t buckets_of(uint32_t code) noexcept { return 79 + 16 * code; }
  static constexpr size_t bytes_of(uint32_t code) noexcept { return (buckets_of(code) + 1) * sizeof(Bucket); }

  static uint8_t tag_of(uint64_t hash) noexcept {
    // Never 0 (free), and never 1: match_byte() may flag the tag that differs in the lowest bit, and that must not be
    // 0.
    const auto t = static_cast<uint8_t>(hash);
    return static_cast<uint8_t>(t < 2 ? t + 2 : t);
  }
  static Segment unpack(uintptr_t word) noexcept {
    const auto code = static_cast<uint32_t>(word >> 6) & 3;
    return {reinterpret_cast<Bucket*>(word & ~uintptr_t{kAlignment - 1}) + 1, buckets_of(code),
            static_cast<uint32_t>(word & 63), code};
  }
  size_t index(uint64_t hash) const noexcept { return static_cast<size_t>((hash >> 1) >> (63 - global_depth_)); }
  Segment segment(uint64_t hash) const noexcept { return unpack(directory_[index(hash)]); }

  // 0 = out of memory.
  uintptr_t make_segment(uint32_t code, uint32_t depth) noexcept;
  void free_segment(Segment) noexcept;
  void point(uint64_t hash, uint32_t depth, uintptr_t word) noexcept;
  static void place(Segment, uint64_t hash, Entry*) noexcept;
  // f(hash, Entry*) for each entry of a segment: what a segment is rebuilt or split with.
  template <class F>
  static void each_hashed(Segment from, F&& f) noexcept;
  static void move_all(Segment from, Segment to) noexcept;
  bool grow(uint64_t hash) noexcept;
  bool split(uint64_t hash, Segment) noexcept;
  bool double_directory() noexcept;
  void shrink(uint64_t hash) noexcept;
  void halve_directory() noexcept;
  void clear() noexcept;
  static uint64_t next_cursor(uint64_t position, const Segment&, size_t home) noexcept;

  // What find() found last: many commands in a row are for one key, as those are that fill a list or a stream.
  struct Found {
    uint64_t hash;
    Entry* entry;  // nullptr = nothing that is still in the table
  };

  mutable Found found_{};
  std::vector<uintptr_t> directory_;
  unsigned global_depth_ = 0;
  size_t size_ = 0, segments_ = 0, slots_ = 0;
  std::vector<uint32_t> segments_at_depth_;
};

}  // namespace keel::keyspace
