// plugins/types/list/list.h - a long list: nodes in order, each linked with its neighbours; those between the two ends
// are leaves of a tree that finds element i.
//
// Pushes and pops touch the end node alone, which has room ahead.  Everything else costs the way through the tree and
// the work in one node.  Functions that take memory say what becomes of it; none of them throws.
#pragma once
#include <cstdint>

#include "plugins/types/list/limits.h"
#include "plugins/types/list/tree.h"

namespace lists {

// An element of a list: entry number i of a node.
struct Place {
  Node* node = nullptr;
  uint64_t i = 0;
};

class List {
 public:
  // Empty; nullptr = out of memory.  `depth`: nodes at each end that are never packed; 0 = no node is.
  static List* make(uint32_t depth) noexcept;
  static void destroy(List*) noexcept;
  static List* copy(const List&) noexcept;  // nullptr = out of memory

  uint64_t size() const noexcept { return size_; }
  uint64_t nodes() const noexcept { return nodes_; }
  const Node* first() const noexcept { return first_; }
  const Node* last() const noexcept { return last_; }

  // What changes a list returns false when there is no memory; then nothing has changed that a client could see.

  bool push(Side, std::string_view text, const Limits&) noexcept;
  // The entry at an end of a list that is not empty.
  const char* peek(Side side) const noexcept {
    return side == Side::kFront ? first_->first() : listpack::previous(last_->stop());
  }
  // Takes it out.
  bool pop(Side) noexcept;
  // Takes it out and puts `text`, which is a copy of it, in at the other end.
  bool rotate(Side from, std::string_view text, const Limits&) noexcept;
  // Once this is true, erase() of these does not fail.
  bool ready_to_erase(uint64_t from, uint64_t n) noexcept;
  // Takes out n > 0 elements from `from` on, which are there.
  bool erase(uint64_t from, uint64_t n) noexcept;
  // Takes out all but n > 0 elements from `from` on, which are there.
  bool keep(uint64_t from, uint64_t n) noexcept;
  // Before element i <= size().
  bool insert(uint64_t i, std::string_view text, const Limits&) noexcept;
  bool replace(uint64_t i, std::string_view text, const Limits&) noexcept;
  // Takes out those that are equal to the needle, `most` at most, beginning at that side, and says how many.  Without
  // memory for all of it, it ends with the first ones gone.
  bool remove(const listpack::Needle&, Side, uint64_t most, const Limits&, uint64_t& removed) noexcept;

  // Where element i < size() lies; entries_of() gives the entries of its node.
  Place find(uint64_t i) const noexcept;

  // A node behind the last one; takes it.  For load().  False = out of memory, the node is still the caller's.
  bool append(Node*) noexcept;
  // After the last append(): packs what may be packed.
  void pack_all() noexcept;

  // Bytes; estimated from that many nodes, 0 = all are looked at.
  uint64_t memory(uint32_t samples) const noexcept;
  // Allocations.
  uint64_t blocks() const noexcept { return 1 + 2 * nodes_ + tree_.branches(); }
  // The bytes of its nodes as listpacks, none of them packed.
  uint64_t listpack_bytes() const noexcept;
  // Null, or what is broken inside.
  const char* broken() const noexcept;

 private:
  bool put_at_end(Side, std::string_view text, const Limits&) noexcept;
  bool push_node(Side, std::string_view text) noexcept;
  bool link(Node* fresh, Node* behind) noexcept;
  void unlink(Node*) noexcept;
  void drop(Node*) noexcept;
  void add(Node* n, int64_t difference) noexcept;
  bool is_end(const Node* n) const noexcept { return n == first_ || n == last_; }
  void settle(Node* touched) noexcept;
  bool outer(const Node*) const noexcept;
  void cut(uint64_t from, uint64_t n) noexcept;
  bool put_before(uint64_t i, std::string_view text, const Limits&) noexcept;
  bool insert_in(Node*, const char* before, const listpack::Encoded&) noexcept;
  Node* cut_in_two(Node*, uint64_t i) noexcept;
  void join(Node*, Node* other, const Limits&) noexcept;

  Node *first_ = nullptr, *last_ = nullptr;
  Tree tree_;
  uint64_t size_ = 0, nodes_ = 0;
  uint32_t depth_ = 0;
};

}  // namespace lists
