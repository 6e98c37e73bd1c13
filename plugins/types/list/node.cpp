#include "plugins/types/list/node.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

#include "keel/cpp/lzf.hpp"
#include "keel/cpp/memory.hpp"

namespace lists {
namespace {

constexpr uint32_t kLeastRoom = 64;
constexpr uint32_t kWorthGivingBack = 1024;          // bytes of room below which a node keeps what it has
constexpr uint32_t kLeastPacked = 48;                // bytes of entries below which packing is not tried, as in Redis
constexpr uint32_t kLeastSaved = 8;                  // bytes that packing has to save, as in Redis
constexpr uint32_t kMostPacked = uint32_t{1} << 20;  // bytes: more would hold up other clients

// The block for `need` bytes: doubled while it holds many elements, so that most pushes write nothing but an entry.
uint32_t room_for(uint64_t need) noexcept {
  const auto n = static_cast<uint32_t>(need);
  return n > kMostEntries ? n : std::max(kLeastRoom, std::bit_ceil(n));
}

// Entries into a new block, which begin at `begin` of it.
bool move_to_block(Node& n, uint32_t room, uint32_t begin) noexcept {
  auto* data = static_cast<char*>(types::take_memory(room));
  if (data == nullptr) return false;
  const uint32_t used = n.used();
  if (used > 0) std::memcpy(data + begin, n.first(), used);
  types::give_memory(n.data, n.room);
  n.data = data;
  n.room = room;
  n.begin = begin;
  n.end = begin + used;
  return true;
}

// Where packed nodes are read.  It is as long as the longest that was ever packed: reading needs no memory, so it
// cannot fail.
keel::Block g_scratch;

bool reserve_scratch(uint32_t size) noexcept {
  if (g_scratch.size() >= size) return true;
  keel::Block bigger(*types::memory_core, std::bit_ceil(size), KEEL_MEMORY_PLUGIN);
  if (!bigger) return false;
  g_scratch = std::move(bigger);
  return true;
}

}  // namespace

Node* adopt_node(char* data, uint32_t room, uint32_t begin, uint32_t end, uint32_t count) noexcept {
  void* memory = types::take_memory(sizeof(Node));
  if (memory == nullptr) return nullptr;
  return ::new (memory) Node{nullptr, nullptr, nullptr, data, room, begin, end, count};
}

Node* make_node(uint32_t room) noexcept {
  auto* data = static_cast<char*>(types::take_memory(room));
  if (data == nullptr) return nullptr;
  Node* node = adopt_node(data, room, 0, 0, 0);
  if (node == nullptr) types::give_memory(data, room);
  return node;
}

void free_node(Node* node) noexcept {
  types::give_memory(node->data, node->room);
  types::give_memory(node, sizeof *node);
}

bool make_room(Node& n, Side side, uint32_t size, bool both_ends_grow) noexcept {
  if (side == Side::kFront ? n.begin >= size : n.room - n.end >= size) return true;
  const uint32_t used = n.used();
  const uint64_t need = uint64_t{used} + size;
  if (need > UINT32_MAX) return false;
  // Where the free room goes to: ahead of the side that grows.
  const auto begin_in = [&](uint32_t room) {
    const uint32_t spare = room - static_cast<uint32_t>(need);
    const uint32_t other = both_ends_grow ? spare / 4 : 0;
    return side == Side::kFront ? spare - other + size : other;
  };
  // Moving pays when it frees room for a quarter of what it moves.
  const uint32_t free = n.room - used;
  const uint32_t room = room_for(need);
  if (free >= size && (free >= used / 4 || room <= n.room)) {
    const uint32_t begin = begin_in(n.room);
    if (used > 0) std::memmove(n.data + begin, n.first(), used);
    n.begin = begin;
    n.end = begin + used;
    return true;
  }
  return move_to_block(n, room, begin_in(room));
}

char* splice(Node& n, const char* entry, uint32_t removed, uint32_t elements, uint32_t inserted) noexcept {
  const auto at = static_cast<uint32_t>(entry - n.first());  // of the entries
  const uint32_t behind = n.used() - at - removed;
  if (inserted > removed) {
    const uint32_t more = inserted - removed;
    const Side nearer = at < behind && n.begin >= more ? Side::kFront : Side::kBack;
    if (!make_room(n, nearer, more, false)) return nullptr;
    if (nearer == Side::kFront) {
      std::memmove(n.data + n.begin - more, n.first(), at);
      n.begin -= more;
    } else {
      char* old = n.data + n.begin + at + removed;
      std::memmove(old + more, old, behind);
      n.end += more;
    }
  } else if (const uint32_t less = removed - inserted; less > 0 && at < behind) {
    std::memmove(n.data + n.begin + less, n.first(), at);
    n.begin += less;
  } else if (less > 0) {
    char* old = n.data + n.begin + at + removed;
    std::memmove(old - less, old, behind);
    n.end -= less;
  }
  n.count = n.count - elements + (inserted > 0 ? 1 : 0);
  return n.data + n.begin + at;
}

void erase(Node& n, const char* from, const char* to, uint32_t count) noexcept {
  splice(n, from, static_cast<uint32_t>(to - from), count, 0);
}

Node* make_node(std::string_view entries, uint32_t count) noexcept {
  const auto size = static_cast<uint32_t>(entries.size());
  Node* node = make_node(size);
  if (node == nullptr) return nullptr;
  std::memcpy(node->data, entries.data(), size);
  node->end = size;
  node->count = count;
  return node;
}

void trim_room(Node& n, bool all) noexcept {
  if (n.packed()) return;
  const uint32_t used = n.used();
  const bool much = all ? n.room - used > used / 8 + 16 : n.room > kWorthGivingBack && used < n.room / 4;
  if (much && used > 0) move_to_block(n, all ? used : room_for(uint64_t{used} * 2), 0);
}

bool pack(Node& n) noexcept {
  const uint32_t used = n.used();
  if (n.packed() || used < kLeastPacked || used > kMostPacked) return false;
  const keel::Block packed(*types::memory_core, used - kLeastSaved, KEEL_MEMORY_PLUGIN);
  if (!packed) return false;
  const size_t size = keel::lzf_pack({n.first(), used}, {packed.data(), packed.size()});
  if (size == 0 || !reserve_scratch(used)) return false;
  auto* data = static_cast<char*>(types::take_memory(size));
  if (data == nullptr) return false;
  std::memcpy(data, packed.data(), size);
  types::give_memory(n.data, n.room);
  n.data = data;
  n.room = static_cast<uint32_t>(size);
  n.begin = Node::kPacked;
  n.end = used;
  return true;
}

void unpack_to(const Node& n, char* to) noexcept {
  keel::lzf_unpack({n.data, n.room}, {to, n.end});
}

bool unpack(Node& n) noexcept {
  if (!n.packed()) return true;
  auto* data = static_cast<char*>(types::take_memory(n.end));
  if (data == nullptr) return false;
  unpack_to(n, data);
  types::give_memory(n.data, n.room);
  n.data = data;
  n.room = n.end;
  n.begin = 0;
  return true;
}

std::string_view entries_of(const Node& n) noexcept {
  if (!n.packed()) return n.entries();
  unpack_to(n, g_scratch.data());
  return {g_scratch.data(), n.end};
}

void free_scratch() noexcept {
  g_scratch = keel::Block();
}

const char* broken(const Node& n) noexcept {
  if (n.data == nullptr || n.count == 0) return "a node of a list is empty";
  if (n.packed()) {
    const keel::Block entries(*types::memory_core, n.end, KEEL_MEMORY_PLUGIN);
    if (!entries) return nullptr;  // cannot be told now
    if (!keel::lzf_unpack({n.data, n.room}, {entries.data(), entries.size()}))
      return "a packed node of a list is damaged";
    const auto count = listpack::count_checked({entries.data(), entries.size()});
    return count && *count == n.count ? nullptr : "the entries of a packed node do not fit its count";
  }
  if (n.begin > n.end || n.end > n.room) return "the bounds of a node of a list make no sense";
  const auto count = listpack::count_checked(n.entries());
  return count && *count == n.count ? nullptr : "the entries of a node do not fit its count";
}

}  // namespace lists
