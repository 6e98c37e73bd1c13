// plugins/types/common/directory.h - finds the segment of a hash: extendible hashing, in two levels when it is big.
//
// A segment is responsible for all hashes that begin with its bits (Segment::depth many).  A directory is an array with
// an entry for each value of the first n bits; segments that share less have several entries, next to each other.  It
// doubles when a segment of n bits splits.  Before the array would pass kWholeLimit entries, the first kRootBits choose
// one of several directories, which grow on their own: so no step copies more than 16 KiB below 500,000 segments (sixty
// million elements), nor more than 256 KiB below 8 million.
#pragma once
#include <cstdint>

#include "keel/cpp/prefetch.hpp"
#include "plugins/types/common/memory.h"

namespace types {

// Of segments of any kind; Directory below knows which.
class AnyDirectory {
 public:
  AnyDirectory() noexcept = default;
  AnyDirectory(const AnyDirectory&) = delete;
  AnyDirectory& operator=(const AnyDirectory&) = delete;
  ~AnyDirectory();  // of the arrays; the segments are somebody else's

  // nullptr only before the first set().
  void* find(uint64_t hash) const noexcept {
    const Child& c = child(hash);
    return c.depth == 0 ? c.one : c.many[index(c, hash)];
  }
  void prefetch(uint64_t hash) const noexcept {
    const Child& c = child(hash);
    if (c.depth != 0) keel::prefetch(&c.many[index(c, hash)]);
  }
  // Segments of this depth can be set; false = out of memory.
  bool reserve(uint64_t hash, unsigned depth) noexcept;
  // The segment is the one for hashes that begin as `hash` does, with `depth` bits.
  void set(uint64_t hash, void*, unsigned depth) noexcept;
  // After segments have been joined, `segments` are left: gives back what is not needed any more.
  void trim(uint64_t hash, uint64_t segments) noexcept;
  // The shape of another one, with no segment.  False = out of memory.
  bool shape_as(const AnyDirectory&) noexcept;

  // Calls f(void*) for each segment, in the order of their hashes; those that were never set are left out.
  template <class F>
  void each(F f) const {
    const void* last = nullptr;
    for (size_t k = 0; k < children(); ++k) {
      const Child& c = children_ != nullptr ? children_[k] : first_;
      for (size_t i = 0; i < c.size(); ++i) {
        void* s = c.depth == 0 ? c.one : c.many[i];
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
      if (void* moved = f(c.many, c.size() * sizeof(void*))) c.many = static_cast<void**>(moved);
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
      void* one;  // depth 0
      void** many;
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

// Of segments that have a member `depth`.
template <class S>
class Directory : private AnyDirectory {
 public:
  S* find(uint64_t hash) const noexcept { return static_cast<S*>(AnyDirectory::find(hash)); }
  void set(uint64_t hash, S* s) noexcept { AnyDirectory::set(hash, s, s->depth); }
  bool shape_as(const Directory& other) noexcept { return AnyDirectory::shape_as(other); }
  template <class F>
  void each(F f) const {
    AnyDirectory::each([&f](void* s) { f(static_cast<S*>(s)); });
  }
  using AnyDirectory::allocations;
  using AnyDirectory::memory;
  using AnyDirectory::move;
  using AnyDirectory::prefetch;
  using AnyDirectory::reserve;
  using AnyDirectory::trim;
};

}  // namespace types
