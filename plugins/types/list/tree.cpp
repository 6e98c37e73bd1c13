#include "plugins/types/list/tree.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace lists {

constexpr uint32_t kChildren = 31;

struct Branch {
  Branch* parent;
  uint32_t size;   // children
  uint32_t level;  // 0: the children are nodes
  uint64_t weight[kChildren];
  void* child[kChildren];

  uint32_t slot_of(const void* c) const noexcept {
    uint32_t i = 0;
    while (child[i] != c) ++i;
    return i;
  }
  void adopt(void* c) noexcept {
    (level == 0 ? static_cast<Node*>(c)->parent : static_cast<Branch*>(c)->parent) = this;
  }
  Branch* branch(uint32_t i) const noexcept { return static_cast<Branch*>(child[i]); }
  uint64_t total() const noexcept {
    uint64_t n = 0;
    for (uint32_t i = 0; i < size; ++i) n += weight[i];
    return n;
  }
  void open(uint32_t slot) noexcept {
    std::memmove(weight + slot + 1, weight + slot, (size - slot) * sizeof weight[0]);
    std::memmove(child + slot + 1, child + slot, (size - slot) * sizeof child[0]);
    ++size;
  }
  void close(uint32_t slot) noexcept {
    --size;
    std::memmove(weight + slot, weight + slot + 1, (size - slot) * sizeof weight[0]);
    std::memmove(child + slot, child + slot + 1, (size - slot) * sizeof child[0]);
  }
  void set(uint32_t slot, void* c, uint64_t w) noexcept {
    child[slot] = c;
    weight[slot] = w;
    adopt(c);
  }
  // Moves the children from `from` on to the end of another.
  void move_to(Branch& to, uint32_t from) noexcept {
    for (uint32_t i = from; i < size; ++i) to.set(to.size++, child[i], weight[i]);
    size = from;
  }
};
static_assert(sizeof(Branch) == 512);

Branch* Tree::make_branch() noexcept {
  void* memory = types::take_memory(sizeof(Branch));
  if (memory == nullptr) return nullptr;
  ++branches_;
  auto* b = static_cast<Branch*>(memory);
  b->parent = nullptr;
  b->size = b->level = 0;
  return b;
}

void Tree::free_branch(Branch* b) noexcept {
  --branches_;
  types::give_memory(b, sizeof *b);
}

void Tree::free_below(Branch* b) noexcept {
  if (b->level > 0)
    for (uint32_t i = 0; i < b->size; ++i) free_below(b->branch(i));
  free_branch(b);
}

Tree::~Tree() {
  if (root_ != nullptr) free_below(root_);
}

uint64_t Tree::memory() const noexcept {
  return branches_ * sizeof(Branch);
}

Node* Tree::find(uint64_t& index) const noexcept {
  for (const Branch* b = root_;;) {
    uint32_t i = 0;
    while (index >= b->weight[i]) index -= b->weight[i++];
    if (b->level == 0) return static_cast<Node*>(b->child[i]);
    b = b->branch(i);
  }
}

void Tree::add(const Node* node, int64_t difference) noexcept {
  const void* child = node;
  for (Branch* b = node->parent; b != nullptr; child = b, b = b->parent)
    b->weight[b->slot_of(child)] += static_cast<uint64_t>(difference);
}

// Puts a child into a branch; the ones that are full split into those of `spare`, which are linked by their parents.
void Tree::put(Branch* b, uint32_t slot, void* child, uint64_t weight, Branch*& spare) noexcept {
  const auto next_spare = [&spare] {
    Branch* taken = spare;
    spare = spare->parent;
    return taken;
  };
  if (b->size < kChildren) {
    b->open(slot);
    b->set(slot, child, weight);
    return;
  }
  if (b->parent == nullptr) {
    Branch* root = next_spare();
    root->parent = nullptr;
    root->level = b->level + 1;
    root->set(root->size++, b, b->total());
    root_ = root;
  }
  // Where elements are appended at an end, the branch stays full; in the middle it is halved.
  const uint32_t keep = slot == kChildren ? kChildren : slot == 0 ? 0 : kChildren / 2;
  Branch* right = next_spare();
  right->parent = nullptr;
  right->level = b->level;
  b->move_to(*right, keep);
  Branch* into = slot > keep || keep == kChildren ? right : b;
  const uint32_t at = into == right ? slot - keep : slot;
  into->open(at);
  into->set(at, child, weight);

  // The parent knows the sum of both, less the new child, as that of the left one.
  Branch* parent = b->parent;
  const uint32_t left_slot = parent->slot_of(b);
  parent->weight[left_slot] = b->total();
  put(parent, left_slot + 1, right, right->total(), spare);
}

bool Tree::insert(Node* fresh, Node* behind) noexcept {
  if (root_ == nullptr) {
    root_ = make_branch();
    if (root_ == nullptr) return false;
    root_->size = 1;
    root_->set(0, fresh, fresh->count);
    return true;
  }
  Branch* b = root_;
  uint32_t slot = 0;
  if (behind != nullptr) {
    b = behind->parent;
    slot = b->slot_of(behind) + 1;
  } else {
    while (b->level > 0) b = b->branch(0);
  }
  // All memory first: a branch for each full one on the way up, and a root above a full root.
  Branch* spare = nullptr;
  for (Branch* up = b; up != nullptr && up->size == kChildren; up = up->parent) {
    for (int needed = up->parent == nullptr ? 2 : 1; needed > 0; --needed) {
      Branch* made = make_branch();
      if (made == nullptr) {
        while (spare != nullptr) {
          Branch* rest = spare->parent;
          free_branch(spare);
          spare = rest;
        }
        return false;
      }
      made->parent = spare;
      spare = made;
    }
  }
  put(b, slot, fresh, 0, spare);
  add(fresh, fresh->count);
  return true;
}

void Tree::erase(Node* node) noexcept {
  add(node, -static_cast<int64_t>(node->count));
  Branch* b = node->parent;
  node->parent = nullptr;
  take_out(b, b->slot_of(node));
}

void Tree::take_out(Branch* b, uint32_t slot) noexcept {
  b->close(slot);
  if (b->size == 0) {
    Branch* parent = b->parent;
    if (parent != nullptr)
      take_out(parent, parent->slot_of(b));
    else
      root_ = nullptr;
    free_branch(b);
    return;
  }
  if (b->parent != nullptr) {
    if (b->size < kChildren / 4) join(b);
    return;
  }
  while (root_->level > 0 && root_->size == 1) {
    Branch* old = root_;
    root_ = old->branch(0);
    root_->parent = nullptr;
    free_branch(old);
  }
}

// A branch that has become small goes into its neighbour, or takes it in, when there is room for some more.
void Tree::join(Branch* b) noexcept {
  Branch* parent = b->parent;
  const uint32_t slot = parent->slot_of(b);
  if (parent->size < 2) return;
  const uint32_t left = slot > 0 ? slot - 1 : slot;
  Branch* to = parent->branch(left);
  Branch* from = parent->branch(left + 1);
  if (to->size + from->size > kChildren * 3 / 4) return;
  from->move_to(*to, 0);
  parent->weight[left] += parent->weight[left + 1];
  take_out(parent, left + 1);
  free_branch(from);
}

namespace {

const char* broken_below(const Branch& b, uint64_t& branches) noexcept {
  ++branches;
  if (b.size == 0 || b.size > kChildren) return "a branch of a list has no children, or too many";
  for (uint32_t i = 0; i < b.size; ++i) {
    if (b.level == 0) {
      const auto* node = static_cast<const Node*>(b.child[i]);
      if (node->parent != &b || node->count != b.weight[i]) return "a branch of a list does not know its node";
      continue;
    }
    const Branch* below = b.branch(i);
    if (below->parent != &b || below->level + 1 != b.level || below->total() != b.weight[i])
      return "a branch of a list does not know the one below";
    if (const char* why = broken_below(*below, branches); why != nullptr) return why;
  }
  return nullptr;
}

}  // namespace

const char* Tree::broken() const noexcept {
  uint64_t branches = 0;
  if (root_ != nullptr) {
    if (root_->parent != nullptr) return "the root of a list has a parent";
    if (const char* why = broken_below(*root_, branches); why != nullptr) return why;
  }
  return branches == branches_ ? nullptr : "a list has lost a branch";
}

}  // namespace lists
