// plugins/types/list/node.h - a stretch of a long list: entries of a listpack, without its header and end mark, in a
// block with room ahead at the ends where the list grows.
//
//   data:  [ room | entries | room ]         begin and end are offsets in it
//
// An inner node may be packed (LZF); then nothing but unpack() and its counts may be used.
#pragma once
#include <cstddef>
#include <cstdint>

#include "plugins/types/common/listpack.h"
#include "plugins/types/common/memory.h"

namespace lists {

namespace listpack = types::listpack;

struct Branch;

// Bytes of entries beyond which a block is made as long as they are: no limit of the configuration lets several
// elements take more.
inline constexpr uint32_t kMostEntries = 65536;
// The longest element, in bytes, as in Redis.
inline constexpr uint64_t kLongestElement = (uint64_t{1} << 32) - 1024;

struct Node {
  Node *previous, *next;
  Branch* parent;  // nullptr: one of the ends of the list, which are no part of the tree
  char* data;
  uint32_t room;  // bytes of data
  uint32_t begin, end;
  uint32_t count;  // entries

  static constexpr uint32_t kPacked = UINT32_MAX;  // in begin; then `end` is the length of the entries when unpacked

  bool packed() const noexcept { return begin == kPacked; }
  const char* first() const noexcept { return data + begin; }
  const char* stop() const noexcept { return data + end; }
  std::string_view entries() const noexcept { return {first(), used()}; }
  uint32_t used() const noexcept { return packed() ? end : end - begin; }  // bytes of the entries
  // Entry i, from the nearer end.
  const char* at(uint64_t i) const noexcept {
    return i <= count / 2 ? listpack::advance(first(), i) : listpack::back(stop(), count - i);
  }
};
static_assert(sizeof(Node) == 48);

enum class Side : uint8_t { kFront, kBack };

// An empty node, not linked; nullptr = out of memory.
Node* make_node(uint32_t room) noexcept;
void free_node(Node*) noexcept;

// Room for `size` bytes at that side, moving entries or taking a bigger block.  False = out of memory, nothing changed.
// Both ends grow: some of what is free stays at the other side.
bool make_room(Node&, Side, uint32_t size, bool both_ends_grow) noexcept;

// Where `size` bytes of one more entry are to be written, at an end (see make_room()) or before `entry`.
inline char* push_gap(Node& n, Side side, uint32_t size) noexcept {  // there is room
  ++n.count;
  if (side == Side::kFront) return n.data + (n.begin -= size);
  n.end += size;
  return n.data + n.end - size;
}
// nullptr = out of memory, nothing changed.  `removed` bytes at `entry`, which are `elements` entries, give way.
char* splice(Node&, const char* entry, uint32_t removed, uint32_t elements, uint32_t inserted) noexcept;
// Takes out entries; never fails.
void erase(Node&, const char* from, const char* to, uint32_t n) noexcept;

// A node around a block that has entries from `begin` to `end`; takes the block, unless it is out of memory (nullptr).
Node* adopt_node(char* data, uint32_t room, uint32_t begin, uint32_t end, uint32_t count) noexcept;
// A new node with copies of these entries; nullptr = out of memory.
Node* make_node(std::string_view entries, uint32_t count) noexcept;

// Gives back room that is much more than the entries need; `all` = even a little.
void trim_room(Node&, bool all) noexcept;

// Packs when that saves something; false = it stays as it is.  Sees to it that entries_of() has room.
bool pack(Node&) noexcept;
// False = out of memory, nothing changed.
bool unpack(Node&) noexcept;
// The entries of a packed node into used() bytes.
void unpack_to(const Node&, char* to) noexcept;
// [executor] The entries to be read: of a packed node until the next call.  Never fails.
std::string_view entries_of(const Node&) noexcept;
// When there are no lists any more: gives back the room that entries_of() has.
void free_scratch() noexcept;

// Null, or what is broken inside.
const char* broken(const Node&) noexcept;

}  // namespace lists
