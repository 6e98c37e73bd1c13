// plugins/types/list/tree.h - which node of a long list holds element i: a B+ tree over the nodes between the two ends
// of the list, with the number of elements below each branch.
//
// All leaves (nodes) have the same depth.  With 31 children a branch is 512 bytes, and thirty thousand nodes are three
// levels deep.  No operation moves more than a branch a level.
#pragma once
#include "plugins/types/list/node.h"

namespace lists {

class Tree {
 public:
  Tree() noexcept = default;
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree();  // its branches; the nodes are the list's

  bool empty() const noexcept { return root_ == nullptr; }
  // Puts a node behind another, or first (nullptr).  False = out of memory, nothing changed.
  bool insert(Node* fresh, Node* behind) noexcept;
  void erase(Node*) noexcept;
  // The number of elements of a node has changed.
  void add(const Node*, int64_t difference) noexcept;
  // The node with element `index` of those in the tree; index becomes the one within the node.
  Node* find(uint64_t& index) const noexcept;
  // Bytes of the branches.
  uint64_t memory() const noexcept;
  uint64_t branches() const noexcept { return branches_; }
  // Null, or what is broken inside.
  const char* broken() const noexcept;

 private:
  Branch* make_branch() noexcept;
  void free_branch(Branch*) noexcept;
  void free_below(Branch*) noexcept;
  void put(Branch*, uint32_t slot, void* child, uint64_t weight, Branch*& spare) noexcept;
  void take_out(Branch*, uint32_t slot) noexcept;
  void join(Branch*) noexcept;

  Branch* root_ = nullptr;
  uint64_t branches_ = 0;
};

}  // namespace lists
