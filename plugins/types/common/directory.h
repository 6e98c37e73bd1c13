// plugins/types/common/directory.h - finds the segment of a hash: extendible hashing, in two levels when it is big.
//
// A segment is responsible for all hashes that begin with its bits (Segment::depth many).  A directory is an array with
// an entry for each value of the first n bits; segments that share less have several entries, next to each other.  It
// doubles when a segment of n bits splits.  Before the array would pass kWholeLimit entries, the first kRootBits choose
// one of several directories, which grow on their own: so no step copies more than 16 KiB below 500,000 segments (sixty
// million elements), nor more than 256 KiB below 8 million.
#pragma once
#include <cstdint>

#include "plugins/types/common/segment.h"

namespace types {

class Directory {
 public:
  Directory() noexcept = default;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();  // of the arrays; the segments are somebody else's

  // nullptr only before the first set().
  Segment* find(uint64_t hash) const noexcept {
    const Child& c = child(hash);
    return c.depth == 0 ? c.one : c.many[index(c, hash)];
  }
  void prefetch(uint64_t hash) const noexcept {
    const Child& c = child(hash);
    if (c.depth != 0) __builtin_prefetch(&c.many[index(c, hash)]);
  }
  // Segments of this depth can be set; false = out of memory.
  bool reserve(uint64_t hash, unsigned depth) noexcept;
  // The segment is the one for hashes that begin as `hash` does.
  void set(uint64_t hash, Segment*) noexcept;
  // After segments have been joined, `segments` are left: gives back what is not needed any more.
  void trim(uint64_t hash, uint64_t segments) noexcept;
  // The shape of another one, with no segment.  False = out of memory.
  bool shape_as(const Directory&) noexcept;

  // Calls f(Segment*) for each segment, in the order of their hashes; those that were never set are left out.
  template <class F>
  void each(F f) const {
    const Segment* last = nullptr;
    for (size_t k = 0; k < children(); ++k) {
      const Child& c = children_ != nullptr ? children_[k] : first_;
      for (size_t i = 0; i < c.size(); ++i) {
        Segment* s = c.depth == 0 ? c.one : c.many[i];
        if (s != nullptr && s != last) f(s);
        last = s;
      }
    }
  }
  // Calls f(array, bytes) for each allocation; f returns its new place, or nullptr.
  template <class F>
  void move(F f) noexcept {
    for (size_t k = 0; k < children(); ++k) {
      Child& c = children_ != nullptr ? children_[k] : first_;
      if (c.depth == 0) continue;
      if (void* moved = f(c.many, c.size() * sizeof(Segment*))) c.many = static_cast<Segment**>(moved);
    }
    if (children_ == nullptr) return;
    if (void* moved = f(children_, kChildren * sizeof(Child))) children_ = static_cast<Child*>(moved);
  }
  uint64_t memory() const noexcept;
  uint64_t allocations() const noexcept;

 private:
  static constexpr unsigned kRootBits = 8;
  static constexpr size_t kChildren = size_t{1} << kRootBits;
  static constexpr unsigned kWholeLimit = 11;  // bits; then it is cut into children
  static constexpr uint64_t kCollapse = 128;   // segments; then the children become one again
  static constexpr unsigned kMostBits = 32;

  struct Child {
    union {
      Segment* one;  // depth 0
      Segment** many;
    };
    uint32_t depth;
    uint32_t reserved;
    size_t size() const noexcept { return size_t{1} << depth; }
  };

  unsigned bits() const noexcept { return children_ != nullptr ? kRootBits : 0; }
  size_t children() const noexcept { return children_ != nullptr ? kChildren : 1; }
  const Child& child(uint64_t hash) const noexcept { return children_ != nullptr ? children_[hash >> 56] : first_; }
  Child& child(uint64_t hash) noexcept { return children_ != nullptr ? children_[hash >> 56] : first_; }
  size_t index(const Child& c, uint64_t hash) const noexcept {
    return static_cast<size_t>(((hash << bits()) >> 1) >> (63 - c.depth));
  }
  static bool deepen(Child&) noexcept;
  static void halve(Child&) noexcept;
  bool cut() noexcept;
  void collapse() noexcept;

  Child first_{{nullptr}, 0, 0};
  Child* children_ = nullptr;
};

}  // namespace types
