#include "plugins/types/list/list.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace lists {
namespace {

using listpack::Encoded;

// Bytes of a new node beside one that is full: it will be, too.
constexpr uint32_t kFirstRoom = 2048;

}  // namespace

List* List::make(uint32_t depth) noexcept {
  void* memory = types::take_memory(sizeof(List));
  if (memory == nullptr) return nullptr;
  auto* list = ::new (memory) List;
  list->depth_ = depth;
  return list;
}

void List::destroy(List* list) noexcept {
  for (Node *n = list->first_, *next = nullptr; n != nullptr; n = next) {
    next = n->next;
    free_node(n);
  }
  list->~List();
  types::give_memory(list, sizeof *list);
}

List* List::copy(const List& from) noexcept {
  List* made = make(from.depth_);
  if (made == nullptr) return nullptr;
  for (const Node* n = from.first_; n != nullptr; n = n->next) {
    Node* twin = make_node(n->packed() ? std::string_view{n->data, n->room} : n->entries(), n->count);
    if (twin == nullptr) return destroy(made), nullptr;
    if (n->packed()) {
      twin->begin = Node::kPacked;
      twin->end = n->end;
    }
    if (made->append(twin)) continue;
    free_node(twin);
    return destroy(made), nullptr;
  }
  return made;
}

// -- the chain of nodes ----------------------------------------------------------------------------------------------

// Puts a node behind another, or first (nullptr).  False = out of memory, nothing changed.
bool List::link(Node* fresh, Node* behind) noexcept {
  Node* before = behind == nullptr ? first_ : behind->next;
  // Whoever is no end any more comes into the tree.
  if (before == nullptr && last_ != nullptr && last_ != first_) {
    if (!tree_.insert(last_, last_->previous == first_ ? nullptr : last_->previous)) return false;
  } else if (behind == nullptr && first_ != nullptr && first_ != last_) {
    if (!tree_.insert(first_, nullptr)) return false;
  } else if (behind != nullptr && before != nullptr) {
    if (!tree_.insert(fresh, behind == first_ ? nullptr : behind)) return false;
  }
  fresh->previous = behind;
  fresh->next = before;
  (behind == nullptr ? first_ : behind->next) = fresh;
  (before == nullptr ? last_ : before->previous) = fresh;
  ++nodes_;
  size_ += fresh->count;
  return true;
}

// Takes a node out, with the elements that it has; it is still there.
void List::unlink(Node* n) noexcept {
  if (!is_end(n)) tree_.erase(n);
  (n->previous == nullptr ? first_ : n->previous->next) = n->next;
  (n->next == nullptr ? last_ : n->next->previous) = n->previous;
  if (first_ != nullptr && first_->parent != nullptr) tree_.erase(first_);
  if (last_ != nullptr && last_->parent != nullptr) tree_.erase(last_);
  --nodes_;
  size_ -= n->count;
}

bool List::append(Node* fresh) noexcept {
  return link(fresh, last_);
}

// The number of elements of a node has changed, and its count knows it already.
void List::add(Node* n, int64_t difference) noexcept {
  size_ += static_cast<uint64_t>(difference);
  if (!is_end(n)) tree_.add(n, difference);
}

void List::drop(Node* n) noexcept {
  unlink(n);
  free_node(n);
}

// -- packing ---------------------------------------------------------------------------------------------------------

// Is it one of the nodes at the ends that are never packed?
bool List::outer(const Node* n) const noexcept {
  const Node* front = first_;
  const Node* back = last_;
  for (uint32_t i = 0; i < depth_ && front != nullptr; ++i, front = front->next, back = back->previous)
    if (n == front || n == back) return true;
  return false;
}

// After a change: nodes that have come next to an end are unpacked, those that have gone inside are packed, and so are
// the ones that may have been unpacked to be changed: `touched` (or nullptr) and its neighbours.  What cannot be had
// for lack of memory stays in the other form.
void List::settle(Node* touched) noexcept {
  if (depth_ == 0) return;
  Node* front = first_;
  Node* back = last_;
  for (uint32_t i = 0; i < depth_ && front != nullptr; ++i, front = front->next, back = back->previous) {
    unpack(*front);
    unpack(*back);
  }
  if (nodes_ <= 2 * uint64_t{depth_}) return;
  pack(*front);
  pack(*back);
  if (touched == nullptr) return;
  for (Node* n : {touched->previous, touched, touched->next})
    if (n != nullptr && !n->packed() && !outer(n)) pack(*n);
}

void List::pack_all() noexcept {
  if (depth_ == 0 || nodes_ <= 2 * uint64_t{depth_}) return;
  Node* n = first_;
  for (uint32_t i = 0; i < depth_; ++i) n = n->next;
  for (uint64_t i = nodes_ - 2 * uint64_t{depth_}; i > 0; --i, n = n->next) pack(*n);
}

// -- the ends --------------------------------------------------------------------------------------------------------

bool List::push(Side side, std::string_view text, const Limits& limits) noexcept {
  const uint64_t before = nodes_;
  if (!put_at_end(side, text, limits)) return false;
  if (nodes_ != before) settle(nullptr);
  return true;
}

// push() that packs nothing.
bool List::put_at_end(Side side, std::string_view text, const Limits& limits) noexcept {
  Node* n = side == Side::kFront ? first_ : last_;
  if (n == nullptr || !limits.allow(n->used(), n->count, text.size())) return push_node(side, text);
  const Encoded e(text);
  const auto size = static_cast<uint32_t>(e.size());
  if (!make_room(*n, side, size, first_ == last_)) return false;
  e.write(push_gap(*n, side, size));
  ++size_;
  return true;
}

bool List::push_node(Side side, std::string_view text) noexcept {
  Node* old = side == Side::kFront ? first_ : last_;
  const Encoded e(text);
  const auto size = static_cast<uint32_t>(e.size());
  Node* fresh = make_node(std::max(size, old == nullptr ? size : std::min(old->used(), kFirstRoom)));
  if (fresh == nullptr) return false;
  if (side == Side::kFront) fresh->begin = fresh->end = fresh->room;
  e.write(push_gap(*fresh, side, size));
  if (!link(fresh, side == Side::kFront ? nullptr : last_)) return free_node(fresh), false;
  if (old != nullptr) trim_room(*old, true);
  return true;
}

bool List::pop(Side side) noexcept {
  Node* n = side == Side::kFront ? first_ : last_;
  if (n->count == 1) return erase(side == Side::kFront ? 0 : size_ - 1, 1);
  const char* entry = peek(side);
  if (side == Side::kFront)
    n->begin = static_cast<uint32_t>(listpack::next(entry) - n->data);
  else
    n->end = static_cast<uint32_t>(entry - n->data);
  --n->count;
  --size_;
  trim_room(*n, false);
  return true;
}

bool List::rotate(Side from, std::string_view text, const Limits& limits) noexcept {
  if (!ready_to_erase(from == Side::kFront ? 0 : size_ - 1, 1)) return false;
  if (!put_at_end(from == Side::kFront ? Side::kBack : Side::kFront, text, limits)) return false;
  cut(from == Side::kFront ? 0 : size_ - 1, 1);
  settle(nullptr);
  return true;
}

// -- anywhere --------------------------------------------------------------------------------------------------------

Place List::find(uint64_t i) const noexcept {
  if (i < first_->count) return {first_, i};
  if (i >= size_ - last_->count) return {last_, i - (size_ - last_->count)};
  i -= first_->count;
  Node* n = tree_.find(i);
  return {n, i};
}

// Takes out elements.  Nodes that keep a part of theirs are not packed.
void List::cut(uint64_t from, uint64_t n) noexcept {
  if (n == 0) return;
  auto [node, i] = find(from);
  while (n > 0) {
    Node* following = node->next;
    const auto some = static_cast<uint32_t>(std::min<uint64_t>(n, node->count - i));
    if (some == node->count) {
      drop(node);
    } else {
      const char* begin = node->at(i);
      const char* end = i + some == node->count ? node->stop() : listpack::advance(begin, some);
      lists::erase(*node, begin, end, some);
      add(node, -int64_t{some});
      trim_room(*node, false);
    }
    n -= some;
    node = following;
    i = 0;
  }
}

bool List::ready_to_erase(uint64_t from, uint64_t n) noexcept {
  // What stays of the first and of the last node that lose something has to be readable, and so has a new end.
  const uint64_t to = from + n;
  Node* left = from > 0 ? find(from - 1).node : nullptr;
  Node* right = to < size_ ? find(to).node : nullptr;
  if (left != nullptr && (right == nullptr || left == find(from).node) && !unpack(*left)) return false;
  return right == nullptr || (left != nullptr && right != find(to - 1).node) || unpack(*right);
}

bool List::erase(uint64_t from, uint64_t n) noexcept {
  if (!ready_to_erase(from, n)) return false;
  cut(from, n);
  if (size_ > 0) settle(find(std::min(from, size_ - 1)).node);
  return true;
}

bool List::keep(uint64_t from, uint64_t n) noexcept {
  Node* left = find(from).node;
  Node* right = find(from + n - 1).node;
  if (!unpack(*left) || !unpack(*right)) return false;
  cut(from + n, size_ - from - n);
  cut(0, from);
  settle(nullptr);
  return true;
}

// One more entry in a node, before one of its own or at its end.
bool List::insert_in(Node* n, const char* entry, const Encoded& e) noexcept {
  char* gap = splice(*n, entry, 0, 0, static_cast<uint32_t>(e.size()));
  if (gap == nullptr) return false;
  e.write(gap);
  add(n, 1);
  return true;
}

// Moves the entries from i > 0 on, which are not all, into a node behind it.  nullptr = out of memory.
Node* List::cut_in_two(Node* n, uint64_t i) noexcept {
  const char* at = n->at(i);
  const auto count = n->count - static_cast<uint32_t>(i);
  Node* right = make_node({at, static_cast<size_t>(n->stop() - at)}, count);
  if (right == nullptr) return nullptr;
  // The tree asks the nodes for their counts: the old one gives its part away first.
  lists::erase(*n, at, n->stop(), count);
  add(n, -int64_t{count});
  if (link(right, n)) return trim_room(*n, false), right;
  n->end += right->end;  // where its entries still are
  n->count += count;
  add(n, int64_t{count});
  free_node(right);
  return nullptr;
}

bool List::insert(uint64_t i, std::string_view text, const Limits& limits) noexcept {
  if (!put_before(i, text, limits)) return false;
  settle(find(i).node);
  return true;
}

// insert() that leaves unpacked what it has unpacked.
bool List::put_before(uint64_t i, std::string_view text, const Limits& limits) noexcept {
  if (i == 0) return put_at_end(Side::kFront, text, limits);
  if (i == size_) return put_at_end(Side::kBack, text, limits);
  auto [n, k] = find(i);
  Node* before = n->previous;
  if (!unpack(*n) || (k == 0 && !unpack(*before))) return false;
  const Encoded e(text);
  const auto fits = [&](const Node* x) { return limits.allow(x->used(), x->count, text.size()); };
  Node* right = n;
  if (!fits(n) && k > 0) {
    right = cut_in_two(n, k);
    if (right == nullptr) return false;
    before = n;
    k = 0;
  }
  if (fits(right)) return insert_in(right, right->at(k), e);
  if (fits(before)) return insert_in(before, before->stop(), e);
  Node* fresh = make_node(static_cast<uint32_t>(e.size()));
  if (fresh == nullptr) return false;
  e.write(push_gap(*fresh, Side::kBack, static_cast<uint32_t>(e.size())));
  return link(fresh, before) || (free_node(fresh), false);
}

bool List::replace(uint64_t i, std::string_view text, const Limits& limits) noexcept {
  auto [n, k] = find(i);
  if (!unpack(*n)) return false;
  const char* entry = n->at(k);
  const auto old = static_cast<uint32_t>(listpack::next(entry) - entry);
  if (n->count == 1 || limits.allow(n->used() - old, n->count - 1, text.size())) {
    const Encoded e(text);
    char* gap = splice(*n, entry, old, 1, static_cast<uint32_t>(e.size()));
    if (gap == nullptr) return false;
    e.write(gap);
    trim_room(*n, false);
    settle(n);
    return true;
  }
  // The new one first: then there is something to fall back to, and taking the old one out needs no memory.
  if (!put_before(i, text, limits)) return false;
  cut(i + 1, 1);
  settle(find(i).node);
  return true;
}

// Two neighbours become one node, when they need half of one together.
void List::join(Node* n, Node* other, const Limits& limits) noexcept {
  if (n == nullptr || other == nullptr || n->packed() || other->packed()) return;
  const uint64_t both = uint64_t{n->used()} + other->used();
  if (both > limits.bytes / 2 || uint64_t{n->count} + other->count > limits.elements) return;
  if (!make_room(*n, Side::kBack, other->used(), false)) return;
  unlink(other);
  std::memcpy(n->data + n->end, other->first(), other->used());
  n->end += other->used();
  n->count += other->count;
  add(n, other->count);
  free_node(other);
}

namespace {

// Takes out those entries of a node that are equal to the needle, `most` at most, beginning at that side.
uint32_t remove_in_node(Node& n, const listpack::Needle& needle, Side side, uint64_t most) noexcept {
  uint32_t skip = 0;  // how many equal ones stay, counted from the front
  if (side == Side::kBack) {
    uint32_t all = 0;
    for (const char* p = n.first(); p != n.stop(); p = listpack::next(p)) all += needle.is(p) ? 1u : 0u;
    skip = all - static_cast<uint32_t>(std::min<uint64_t>(all, most));
  }
  const char* first = listpack::find(n.first(), n.stop(), needle);
  if (first == nullptr) return 0;
  char* to = n.data + (first - n.data);
  uint32_t removed = 0;
  for (const char *p = first, *stop = n.stop(), *after = nullptr; p != stop; p = after) {
    after = listpack::next(p);
    if (removed < most && needle.is(p)) {
      if (skip == 0) {
        ++removed;
        continue;
      }
      --skip;
    }
    const auto size = static_cast<size_t>(after - p);
    if (to != p) std::memmove(to, p, size);
    to += size;
  }
  n.end = static_cast<uint32_t>(to - n.data);
  return removed;
}

}  // namespace

bool List::remove(const listpack::Needle& needle, Side side, uint64_t most, const Limits& limits,
                  uint64_t& removed) noexcept {
  removed = 0;
  bool memory = true;
  for (Node* n = side == Side::kFront ? first_ : last_; n != nullptr && removed < most && memory;) {
    Node* following = side == Side::kFront ? n->next : n->previous;
    if (n->packed()) {
      const std::string_view entries = entries_of(*n);
      if (listpack::find(entries.data(), entries.data() + entries.size(), needle) == nullptr) {
        n = following;
        continue;
      }
    }
    // A node that is an end may go, and then its neighbour is one.
    memory = unpack(*n) && (n->previous != nullptr || n->next == nullptr || unpack(*n->next)) &&
             (n->next != nullptr || n->previous == nullptr || unpack(*n->previous));
    const uint32_t some = memory ? remove_in_node(*n, needle, side, most - removed) : 0;
    if (some > 0) {
      removed += some;
      n->count -= some;
      add(n, -int64_t{some});
      if (n->count == 0) {
        drop(n);
      } else {
        trim_room(*n, false);
        side == Side::kFront ? join(n->previous, n, limits) : join(n, n->next, limits);
      }
    }
    n = following;
  }
  pack_all();
  return memory;
}

// -- what others ask -------------------------------------------------------------------------------------------------

uint64_t List::memory(uint32_t samples) const noexcept {
  uint64_t bytes = 0;
  uint64_t seen = 0;
  for (const Node* n = first_; n != nullptr && (samples == 0 || seen < samples); n = n->next, ++seen)
    bytes += sizeof *n + n->room;
  if (seen > 0 && seen < nodes_) bytes = bytes / seen * nodes_;
  return bytes + sizeof *this + tree_.memory();
}

uint64_t List::listpack_bytes() const noexcept {
  uint64_t bytes = 0;
  for (const Node* n = first_; n != nullptr; n = n->next) bytes += listpack::kEmpty + n->used();
  return bytes;
}

const char* List::broken() const noexcept {
  uint64_t size = 0;
  uint64_t nodes = 0;
  const Node* before = nullptr;
  for (const Node* n = first_; n != nullptr; before = n, n = n->next) {
    if (n->previous != before) return "a node of a list does not know the one before it";
    if ((n->parent == nullptr) != is_end(n)) return "a node of a list is in the tree, or not, and should not be";
    if (is_end(n) && n->packed()) return "an end of a list is packed";
    if (n->packed() && depth_ == 0) return "a node is packed in a list that is not";
    if (n->parent != nullptr) {
      const Place p = find(size);
      if (p.node != n || p.i != 0) return "the tree of a list does not find a node";
    }
    if (const char* why = lists::broken(*n); why != nullptr) return why;
    size += n->count;
    ++nodes;
  }
  if (before != last_) return "the last node of a list is not the last";
  if (size != size_ || nodes != nodes_) return "the counts of a list are wrong";
  return tree_.broken();
}

}  // namespace lists
