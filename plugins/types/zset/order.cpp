#include "plugins/types/zset/order.h"

namespace zsets {
namespace {

template <class T>
void open_gap(T* row, size_t count, size_t at) noexcept {
  std::copy_backward(row + at, row + count, row + count + 1);
}
template <class T>
void close_gap(T* row, size_t count, size_t at, size_t n) noexcept {
  std::copy(row + at + n, row + count, row + at);
}

}  // namespace

template <class Node>
Node* Order::take() noexcept {
  auto* node = static_cast<Node*>(types::take_memory(sizeof(Node)));
  if (node == nullptr) return nullptr;
  node->count = 0;
  ++nodes_;
  bytes_ += types::size_class(sizeof(Node));
  return node;
}
template <class Node>
void Order::give(Node* node) noexcept {
  --nodes_;
  bytes_ -= types::size_class(sizeof(Node));
  types::give_memory(node, sizeof(Node));
}

Order::~Order() {
  if (root_ != nullptr) destroy(root_, 0);
}

void Order::destroy(void* node, size_t level) noexcept {
  if (level == height_) return give(static_cast<Leaf*>(node));
  auto* inner = static_cast<Inner*>(node);
  for (size_t i = 0; i < inner->count; ++i) destroy(inner->child[i], level + 1);
  give(inner);
}

// -- finding ---------------------------------------------------------------------------------------------------------

void Order::find(double score, std::string_view text, Path& path) const noexcept {
  const Key key{score, text};
  // The last entry that is not behind it is itself.
  find_end([&key](const Entry& e) { return !after(e, key); }, path);
  --path.index;
}

void Order::find_rank(uint64_t rank, Path& path) const noexcept {
  void* node = root_;
  for (size_t level = 0; level < height_; ++level) {
    auto* inner = static_cast<Inner*>(node);
    size_t i = 0;
    while (rank >= inner->below[i]) rank -= inner->below[i++];
    path.steps[level] = {inner, i};
    node = inner->child[i];
  }
  path.leaf = static_cast<Leaf*>(node);
  path.index = static_cast<size_t>(rank);
}

uint64_t Order::rank(const Member& m) const noexcept {
  const Key key{m.score, m.text()};
  Path path;
  return find_end([&key](const Entry& e) { return before(e, key); }, path);
}

Order::Place Order::at(uint64_t rank) const noexcept {
  Path path;
  find_rank(rank, path);
  return {path.leaf, path.index};
}

// -- what inner nodes know -------------------------------------------------------------------------------------------

const Entry& Order::first_of(const void* node, size_t level) const noexcept {
  return level == height_ ? static_cast<const Leaf*>(node)->entries[0] : static_cast<const Inner*>(node)->first[0];
}

uint64_t Order::below(const void* node, size_t level) const noexcept {
  if (level == height_) return static_cast<const Leaf*>(node)->count;
  const auto* inner = static_cast<const Inner*>(node);
  uint64_t n = 0;
  for (size_t i = 0; i < inner->count; ++i) n += inner->below[i];
  return n;
}

void Order::refresh(const Path& path, int64_t change) noexcept {
  for (size_t level = height_; level-- > 0;) {
    const Step& s = path.steps[level];
    s.node->below[s.index] += static_cast<uint64_t>(change);
    s.node->first[s.index] = first_of(s.node->child[s.index], level + 1);
  }
}

void Order::replace(const Member* was, Member* moved) noexcept {
  Path path;
  // The comparison may meet the old address, which is gone: the new block has the same text.
  const Key key{moved->score, moved->text()};
  find_end([&](const Entry& e) { return e.member == was || !after(e, key); }, path);
  path.leaf->entries[path.index - 1].member = moved;
  refresh(path, 0);
}

// -- adding ----------------------------------------------------------------------------------------------------------

void Order::put_leaf(Leaf* leaf, size_t at, const Entry& e) noexcept {
  open_gap(leaf->entries, leaf->count++, at);
  leaf->entries[at] = e;
}

void Order::put_inner(Inner* inner, size_t at, const Right& right) noexcept {
  open_gap(inner->first, inner->count, at);
  open_gap(inner->child, inner->count, at);
  open_gap(inner->below, inner->count, at);
  ++inner->count;
  inner->first[at] = right.first;
  inner->child[at] = right.node;
  inner->below[at] = right.below;
}

Order::Right Order::split_leaf(Path& path, const Entry& e, void* room) noexcept {
  Leaf* left = path.leaf;
  auto* right = static_cast<Leaf*>(room);
  size_t keep = left->count / 2;
  if (path.index == left->count && left->next == nullptr) keep = left->count;
  if (path.index == 0 && left->previous == nullptr) keep = 0;
  std::copy(left->entries + keep, left->entries + left->count, right->entries);
  right->count = left->count - keep;
  left->count = keep;
  right->previous = left;
  right->next = left->next;
  (left->next != nullptr ? left->next->previous : last_) = right;
  left->next = right;
  if (path.index < keep || keep == 0 || (path.index == keep && right->count > 0))
    put_leaf(left, path.index, e);
  else
    put_leaf(right, path.index - keep, e);
  return {right, right->entries[0], right->count};
}

// `step` leads to the child that has got a neighbour.
Order::Right Order::split_inner(Step& step, const Right& come, bool at_end, void* room) noexcept {
  Inner* left = step.node;
  auto* right = static_cast<Inner*>(room);
  const size_t at = step.index + 1;
  const size_t keep = at_end ? left->count : left->count / 2;
  std::copy(left->first + keep, left->first + left->count, right->first);
  std::copy(left->child + keep, left->child + left->count, right->child);
  std::copy(left->below + keep, left->below + left->count, right->below);
  right->count = left->count - keep;
  left->count = keep;
  if (at <= keep && right->count > 0)
    put_inner(left, at, come);
  else
    put_inner(right, at - keep, come);
  uint64_t n = 0;
  for (size_t i = 0; i < right->count; ++i) n += right->below[i];
  return {right, right->first[0], n};
}

bool Order::insert(double score, Member* m) noexcept {
  const Entry e{score, m};
  if (root_ == nullptr) {
    Leaf* leaf = take<Leaf>();
    if (leaf == nullptr) return false;
    leaf->previous = leaf->next = nullptr;
    put_leaf(leaf, 0, e);
    root_ = first_ = last_ = leaf;
    size_ = 1;
    return true;
  }
  const Key key{score, m->text()};
  Path path;
  find_end([&key](const Entry& other) { return before(other, key); }, path);
  if (path.leaf->count < Leaf::kMost) {
    put_leaf(path.leaf, path.index, e);
    refresh(path, 1);
    ++size_;
    return true;
  }

  // All the nodes that it takes, before anything changes: one more on each level up to one with room, or a new root.
  size_t full = height_;  // the highest level whose node is full
  while (full > 0 && path.steps[full - 1].node->count == Inner::kMost) --full;
  const bool grows = full == 0;
  if (grows && height_ + 1 == kMostHeight) return false;
  Leaf* leaf = take<Leaf>();
  Inner* inners[kMostHeight] = {};
  bool whole = leaf != nullptr;
  for (size_t level = full; whole && level < height_; ++level) whole = (inners[level] = take<Inner>()) != nullptr;
  Inner* root = grows && whole ? take<Inner>() : nullptr;
  if (!whole || (grows && root == nullptr)) {
    if (leaf != nullptr) give(leaf);
    for (Inner* inner : inners)
      if (inner != nullptr) give(inner);
    return false;
  }

  const bool at_end = path.index == path.leaf->count && path.leaf->next == nullptr;
  Right come = split_leaf(path, e, leaf);
  ++size_;
  for (size_t level = height_; level-- > 0;) {
    Step& s = path.steps[level];
    s.node->first[s.index] = first_of(s.node->child[s.index], level + 1);
    s.node->below[s.index] += 1;
    if (come.node == nullptr) continue;
    s.node->below[s.index] -= come.below;
    if (level >= full) {
      come = split_inner(s, come, at_end, inners[level]);
    } else {
      put_inner(s.node, s.index + 1, come);
      come.node = nullptr;
    }
  }
  if (!grows) return true;
  put_inner(root, 0, {root_, first_of(root_, 0), below(root_, 0)});
  put_inner(root, 1, come);
  root_ = root;
  ++height_;
  return true;
}

bool Order::move(double from, double to, Member* m) noexcept {
  const std::string_view text = m->text();
  Path path;
  find(from, text, path);
  // Between the neighbours of its leaf, it moves there.
  Leaf* leaf = path.leaf;
  Entry* row = leaf->entries;
  const Key key{to, text};
  size_t at = path.index;
  if (to > from)
    at += partition(row + at + 1, leaf->count - at - 1, [&key](const Entry& e) { return before(e, key); });
  else
    at = partition(row, at, [&key](const Entry& e) { return before(e, key); });
  const bool begins =
      at > 0 || leaf->previous == nullptr || before(leaf->previous->entries[leaf->previous->count - 1], key);
  const bool ends = at + 1 < leaf->count || leaf->next == nullptr || after(leaf->next->entries[0], key);
  if (begins && ends) {
    if (at > path.index)
      std::copy(row + path.index + 1, row + at + 1, row + path.index);
    else
      std::copy_backward(row + at, row + path.index, row + path.index + 1);
    row[at] = {to, m};
    if (at == 0 || path.index == 0) refresh(path, 0);
    return true;
  }
  if (!insert(to, m)) return false;
  remove(from, m);
  return true;
}

// -- taking out ------------------------------------------------------------------------------------------------------

void Order::remove(double score, const Member* m) noexcept {
  Path path;
  find(score, m->text(), path);
  cut(path, 1);
}

void Order::unlink(Leaf* leaf) noexcept {
  (leaf->previous != nullptr ? leaf->previous->next : first_) = leaf->next;
  (leaf->next != nullptr ? leaf->next->previous : last_) = leaf->previous;
}

void Order::drop_child(Inner* inner, size_t index) noexcept {
  close_gap(inner->first, inner->count, index, 1);
  close_gap(inner->child, inner->count, index, 1);
  close_gap(inner->below, inner->count, index, 1);
  --inner->count;
}

void Order::cut(Path& path, size_t n) noexcept {
  Leaf* leaf = path.leaf;
  close_gap(leaf->entries, leaf->count, path.index, n);
  leaf->count -= n;
  size_ -= n;
  if (leaf->count > 0) {
    refresh(path, -static_cast<int64_t>(n));
  } else {
    for (size_t level = 0; level < height_; ++level) path.steps[level].node->below[path.steps[level].index] -= n;
  }
  mend_leaf(path);
}

// Takes an empty leaf out, or joins one with few entries and a neighbour.
void Order::mend_leaf(Path& path) noexcept {
  constexpr size_t kFew = Leaf::kMost / 2, kFit = Leaf::kMost * 7 / 8;
  Leaf* leaf = path.leaf;
  if (height_ == 0) {
    if (leaf->count > 0) return;
    give(leaf);
    root_ = first_ = last_ = nullptr;
    return;
  }
  if (leaf->count >= kFew) return;
  const Step& s = path.steps[height_ - 1];
  const auto child = [&s](size_t i) { return static_cast<Leaf*>(s.node->child[i]); };
  size_t gone = s.index;
  if (leaf->count > 0) {
    const bool right = s.index + 1 < s.node->count && child(s.index + 1)->count + leaf->count <= kFit;
    const bool left = s.index > 0 && child(s.index - 1)->count + leaf->count <= kFit;
    if (!left && !right) return;
    gone = left ? s.index : s.index + 1;
    Leaf *to = child(gone - 1), *from = child(gone);
    std::copy(from->entries, from->entries + from->count, to->entries + to->count);
    to->count += from->count;
    s.node->below[gone - 1] = to->count;
  }
  Leaf* empty = child(gone);
  unlink(empty);
  give(empty);
  drop_child(s.node, gone);
  mend_inner(path, height_ - 1);
}

// The same for the inner node on this level of the path, and for those above it.
void Order::mend_inner(const Path& path, size_t level) noexcept {
  constexpr size_t kFew = Inner::kMost / 2, kFit = Inner::kMost * 7 / 8;
  for (; level > 0; --level) {
    Inner* node = path.steps[level].node;
    const Step& up = path.steps[level - 1];
    const auto child = [&up](size_t i) { return static_cast<Inner*>(up.node->child[i]); };
    // What is first may be another one by now, here and above.
    if (node->count > 0) {
      for (size_t above = level; above-- > 0;) {
        const Step& s = path.steps[above];
        s.node->first[s.index] = first_of(s.node->child[s.index], above + 1);
      }
    }
    if (node->count >= kFew) return;
    size_t gone = up.index;
    if (node->count > 0) {
      const bool right = up.index + 1 < up.node->count && child(up.index + 1)->count + node->count <= kFit;
      const bool left = up.index > 0 && child(up.index - 1)->count + node->count <= kFit;
      if (!left && !right) return;
      gone = left ? up.index : up.index + 1;
      Inner *to = child(gone - 1), *from = child(gone);
      std::copy(from->first, from->first + from->count, to->first + to->count);
      std::copy(from->child, from->child + from->count, to->child + to->count);
      std::copy(from->below, from->below + from->count, to->below + to->count);
      to->count += from->count;
      up.node->below[gone - 1] += up.node->below[gone];
    }
    give(child(gone));
    drop_child(up.node, gone);
  }
  // A root with one child is none.
  while (height_ > 0) {
    auto* root = static_cast<Inner*>(root_);
    if (root->count > 1) return;
    root_ = root->count == 1 ? root->child[0] : nullptr;
    give(root);
    --height_;
    if (root_ == nullptr) height_ = 0;
  }
}

// -- checking --------------------------------------------------------------------------------------------------------

const char* Order::broken(const void* node, size_t level, uint64_t& seen) const noexcept {
  if (level == height_) {
    const auto* leaf = static_cast<const Leaf*>(node);
    if (leaf->count == 0 || leaf->count > Leaf::kMost) return "a leaf has no entries, or too many";
    seen += leaf->count;
    return nullptr;
  }
  const auto* inner = static_cast<const Inner*>(node);
  if (inner->count == 0 || inner->count > Inner::kMost) return "an inner node has no children, or too many";
  for (size_t i = 0; i < inner->count; ++i) {
    uint64_t here = 0;
    if (const char* why = broken(inner->child[i], level + 1, here)) return why;
    if (here != inner->below[i]) return "an inner node has miscounted";
    const Entry& first = first_of(inner->child[i], level + 1);
    if (first.member != inner->first[i].member || first.score != inner->first[i].score)
      return "an inner node knows another first entry than its child";
    seen += here;
  }
  return nullptr;
}

const char* Order::broken() const noexcept {
  uint64_t seen = 0, walked = 0;
  if (root_ != nullptr)
    if (const char* why = broken(root_, 0, seen)) return why;
  if (seen != size_) return "the order has another number of entries than it says";
  const Leaf* last = nullptr;
  const Entry* entry = nullptr;
  for (const Leaf* leaf = first_; leaf != nullptr; last = leaf, leaf = leaf->next) {
    if (leaf->previous != last) return "the leaves are not linked in both directions";
    for (size_t i = 0; i < leaf->count; ++i, ++walked) {
      const Entry& e = leaf->entries[i];
      if (e.score != e.member->score) return "a member has another score than its entry";
      if (entry != nullptr && !before(*entry, {e.score, e.member->text()})) return "entries are not in order";
      entry = &e;
    }
  }
  if (last != last_ || walked != size_) return "the leaves are not all linked";
  return nullptr;
}

}  // namespace zsets
