// plugins/types/zset/order.h - the members of a big sorted set by score, and by text where scores are equal: a B+-tree
// that counts.
//
// Leaves of kLeaf entries (score and member) are linked, so a range runs along them; inner nodes keep for each child
// its first entry and how many entries lie below it, so the rank of an entry, and the entry of a rank, take one way
// down.  Scores are compared where they lie; a member is looked at only when scores are equal.
//
// A full leaf is cut in half; at both ends of the order it stays full and a new one begins, so what comes in order
// (loading, times as scores) fills its leaves.  A node that has emptied joins its neighbour when both fit into one.
//
// The members are somebody else's, and every one is in the order once.  Not thread-safe.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "keel/cpp/prefetch.hpp"
#include "plugins/types/zset/member.h"

namespace zsets {

struct Entry {
  double score;
  Member* member;
};

// Something to be compared with entries: a score and a text.
struct Key {
  double score;
  std::string_view text;
};
inline bool before(const Entry& e, const Key& k) noexcept {
  return e.score < k.score || (e.score == k.score && e.member->text() < k.text);
}
inline bool before(const Entry& a, const Entry& b) noexcept {
  return a.score < b.score || (a.score == b.score && a.member->text() < b.member->text());
}
inline bool after(const Entry& e, const Key& k) noexcept {
  return e.score > k.score || (e.score == k.score && e.member->text() > k.text);
}

struct Leaf {
  static constexpr size_t kMost = 62;

  size_t count;
  Leaf *previous, *next;
  Entry entries[kMost];
};
static_assert(sizeof(Leaf) <= 1024);

class Order {
 public:
  // Where an entry lies; valid until the order changes.
  class Place {
   public:
    Place(const Leaf* leaf, size_t index) noexcept : leaf_(leaf), index_(index) {}
    const Entry& operator*() const noexcept { return leaf_->entries[index_]; }
    const Entry* operator->() const noexcept { return &leaf_->entries[index_]; }
    // Moves on, within the order; the members that follow are asked for ahead.
    void forward() noexcept {
      if (++index_ == leaf_->count && leaf_->next != nullptr) {
        leaf_ = leaf_->next;
        index_ = 0;
        keel::prefetch(leaf_->next);
      }
      const size_t ahead = index_ + kAhead;
      if (ahead < leaf_->count)
        keel::prefetch(leaf_->entries[ahead].member);
      else if (leaf_->next != nullptr && ahead - leaf_->count < leaf_->next->count)
        keel::prefetch(leaf_->next->entries[ahead - leaf_->count].member);
    }
    void back() noexcept {
      if (index_ == 0) {
        if (leaf_->previous == nullptr) return;
        leaf_ = leaf_->previous;
        index_ = leaf_->count;
        keel::prefetch(leaf_->previous);
      }
      --index_;
      if (index_ >= kAhead)
        keel::prefetch(leaf_->entries[index_ - kAhead].member);
      else if (const Leaf* p = leaf_->previous; p != nullptr && p->count > kAhead)
        keel::prefetch(p->entries[p->count - kAhead + index_].member);
    }

   private:
    static constexpr size_t kAhead = 12;  // entries; Leaf has more
    const Leaf* leaf_;
    size_t index_;
  };

  Order() noexcept = default;
  Order(const Order&) = delete;
  Order& operator=(const Order&) = delete;
  ~Order();  // of the nodes

  uint64_t size() const noexcept { return size_; }
  uint64_t memory() const noexcept { return bytes_; }
  uint64_t allocations() const noexcept { return nodes_; }

  // Adds a member with this score, which may be another than its own; false = out of memory.
  bool insert(double score, Member*) noexcept;
  // Takes out the member that is here with this score.
  void remove(double score, const Member*) noexcept;
  // The same member with another score; false = out of memory, and nothing has changed.
  bool move(double from, double to, Member*) noexcept;
  // The block of a member has moved; `was` is not looked at.
  void replace(const Member* was, Member* moved) noexcept;

  // Entries before this one, which is here.
  uint64_t rank(const Member&) const noexcept;
  // The entry of a rank, below size().
  Place at(uint64_t rank) const noexcept;
  // How many entries at the beginning fulfil holds(const Entry&), which no entry does behind one that does not.
  template <class P>
  uint64_t count_while(P holds) const noexcept;
  // Takes out the entries of ranks from .. from+n-1, which exist: f(Member*) for each, in order, when it is out of the
  // order.
  template <class F>
  void remove_range(uint64_t from, uint64_t n, F f) noexcept;
  // f(Member*) for each, in order.
  template <class F>
  void each(F f) const noexcept {
    for (const Leaf* leaf = first_; leaf != nullptr; leaf = leaf->next) {
      if (leaf->next != nullptr) keel::prefetch(leaf->next);
      for (size_t i = 0; i < leaf->count; ++i) {
        if (i + 8 < leaf->count) keel::prefetch(leaf->entries[i + 8].member);
        f(leaf->entries[i].member);
      }
    }
  }

  // Null, or what is broken inside.
  const char* broken() const noexcept;

 private:
  struct Inner {
    static constexpr size_t kMost = 63;

    size_t count;
    Entry first[kMost];  // of what is below each child
    void* child[kMost];
    uint64_t below[kMost];  // entries
  };
  static_assert(sizeof(Inner) <= 2048);

  // Inner nodes and the children taken, from the root down; then the leaf.
  static constexpr size_t kMostHeight = 16;
  struct Step {
    Inner* node;
    size_t index;
  };
  struct Path {
    Step steps[kMostHeight];
    Leaf* leaf;
    size_t index;  // in the leaf
  };
  // A node that has come to the right of another.
  struct Right {
    void* node;
    Entry first;
    uint64_t below;
  };

  template <class P>
  static size_t partition(const Entry* entries, size_t n, P holds) noexcept {
    return static_cast<size_t>(std::partition_point(entries, entries + n, holds) - entries);
  }
  // The way to where `holds` ends (an index that may be behind the last of the leaf); how many entries it holds for.
  template <class P>
  uint64_t find_end(P holds, Path&) const noexcept;
  void find_rank(uint64_t rank, Path&) const noexcept;
  // The way to an entry that is here.
  void find(double score, std::string_view text, Path&) const noexcept;

  const Entry& first_of(const void* node, size_t level) const noexcept;
  uint64_t below(const void* node, size_t level) const noexcept;
  // The entries below the last step of the path have changed by so many: what inner nodes know of them.
  void refresh(const Path&, int64_t change) noexcept;
  Right split_leaf(Path&, const Entry&, void* room) noexcept;
  Right split_inner(Step&, const Right&, bool at_end, void* room) noexcept;
  static void put_leaf(Leaf*, size_t at, const Entry&) noexcept;
  static void put_inner(Inner*, size_t at, const Right&) noexcept;
  // Takes n entries out of the leaf.
  void cut(Path&, size_t n) noexcept;
  void mend_leaf(Path&) noexcept;
  void mend_inner(const Path&, size_t level) noexcept;
  static void drop_child(Inner*, size_t index) noexcept;
  void unlink(Leaf*) noexcept;
  template <class Node>
  Node* take() noexcept;
  template <class Node>
  void give(Node*) noexcept;
  const char* broken(const void* node, size_t level, uint64_t& seen) const noexcept;
  void destroy(void* node, size_t level) noexcept;

  void* root_ = nullptr;  // a leaf when height_ is 0; nullptr = empty
  size_t height_ = 0;     // levels of inner nodes
  Leaf *first_ = nullptr, *last_ = nullptr;
  uint64_t size_ = 0, nodes_ = 0, bytes_ = 0;
};

template <class P>
uint64_t Order::find_end(P holds, Path& path) const noexcept {
  uint64_t passed = 0;
  void* node = root_;
  for (size_t level = 0; level < height_; ++level) {
    auto* inner = static_cast<Inner*>(node);
    size_t i = partition(inner->first, inner->count, holds);
    if (i > 0) --i;
    for (size_t j = 0; j < i; ++j) passed += inner->below[j];
    path.steps[level] = {inner, i};
    node = inner->child[i];
    keel::prefetch(static_cast<char*>(node) + sizeof(Leaf) / 2);
  }
  path.leaf = static_cast<Leaf*>(node);
  path.index = partition(path.leaf->entries, path.leaf->count, holds);
  return passed + path.index;
}

template <class P>
uint64_t Order::count_while(P holds) const noexcept {
  if (root_ == nullptr) return 0;
  Path path;
  return find_end(holds, path);
}

template <class F>
void Order::remove_range(uint64_t from, uint64_t n, F f) noexcept {
  while (n > 0) {
    Path path;
    find_rank(from, path);
    const size_t here =
        std::min(static_cast<size_t>(std::min<uint64_t>(n, Leaf::kMost)), path.leaf->count - path.index);
    Member* members[Leaf::kMost];
    for (size_t i = 0; i < here; ++i) {
      members[i] = path.leaf->entries[path.index + i].member;
      keel::prefetch(members[i]);
    }
    cut(path, here);
    for (size_t i = 0; i < here; ++i) f(members[i]);
    n -= here;
  }
}

}  // namespace zsets
