// plugins/types/stream/group.h - consumer groups: how far each has read, and what its consumers have not acknowledged.
//
// A pending entry is one row of 40 bytes in the group, which names its consumer, and its ID once more with that
// consumer: both in the order of IDs, which every command that shows pending entries needs.
#pragma once
#include <functional>
#include <map>
#include <new>
#include <string>

#include "plugins/types/stream/id_map.h"

namespace streams {

// Memory of the host for the library's containers.
template <class T>
struct HostAllocator {
  using value_type = T;
  HostAllocator() noexcept = default;
  template <class U>
  HostAllocator(const HostAllocator<U>&) noexcept {}  // NOLINT(google-explicit-constructor): allocators convert
  T* allocate(size_t n) {
    if (n > SIZE_MAX / sizeof(T)) throw std::bad_alloc();
    void* p = types::take_memory(n * sizeof(T));
    if (p == nullptr) throw std::bad_alloc();
    return static_cast<T*>(p);
  }
  void deallocate(T* p, size_t n) noexcept { types::give_memory(p, n * sizeof(T)); }
  bool operator==(const HostAllocator&) const noexcept { return true; }
};

using Name = std::basic_string<char, std::char_traits<char>, HostAllocator<char>>;
template <class T>  // in the order of bytes, as Redis shows groups and consumers
using ByName = std::map<Name, T, std::less<>, HostAllocator<std::pair<const Name, T>>>;

struct PendingId {
  Id id;
};

struct Consumer {
  Str name;  // the key in its map
  int64_t seen_ms = 0;
  IdMap<PendingId> pending;
};

struct Pending {
  Id id;
  int64_t delivered_ms;  // Unix time
  uint64_t deliveries;
  Consumer* consumer;
};

inline constexpr int64_t kUnknownRead = -1;

struct Group {
  Str name;  // the key in its map
  Id last_id;
  int64_t entries_read = kUnknownRead;
  IdMap<Pending> pending;
  ByName<Consumer> consumers;

  Consumer* find(Str consumer) noexcept {
    const auto it = consumers.find(consumer);
    return it != consumers.end() ? &it->second : nullptr;
  }
  const Consumer* find(Str consumer) const noexcept { return const_cast<Group*>(this)->find(consumer); }
  // Precondition: there is none of that name.  nullptr = out of memory.
  Consumer* add(Str consumer, int64_t now_ms) noexcept;
  // With all that is pending with it.
  void remove(Consumer& c) noexcept;

  // Gives an entry to a consumer, whoever has it now.  nullptr = out of memory, and nothing has changed.
  Pending* assign(Id id, Consumer& to, int64_t delivered_ms, uint64_t deliveries) noexcept;
  // False = it is not pending.
  bool acknowledge(Id id) noexcept;

  bool copy(const Group& from) noexcept;
  uint64_t memory() const noexcept;
  uint64_t allocations() const noexcept;
  const char* broken() const noexcept;
};

}  // namespace streams
