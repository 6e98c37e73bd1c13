// ring.h - a ring of byte strings that forgets its oldest member when it is full. Memory comes from the server.
#pragma once
#include <cstdint>

#include "keel/cpp/text.hpp"
#include "keel/host.h"

namespace ring {

using keel::Str;

inline constexpr uint32_t kMaxCapacity = 1u << 24;
inline constexpr size_t kMaxItem = size_t{512} << 20;

// Set once by create(), before there is any value.
inline const keel_core* g_core = nullptr;

class Ring {
 public:
  // nullptr = out of memory. 1 <= capacity <= kMaxCapacity.
  static Ring* make(uint32_t capacity) noexcept;
  static void destroy(Ring* ring) noexcept;

  bool push(Str item) noexcept;       // false = out of memory, and nothing has changed
  Str at(uint32_t i) const noexcept;  // 0 = the oldest
  // Where at(i) reads which bytes it has.
  const void* place(uint32_t i) const noexcept { return &slot(i); }
  void pop() noexcept;  // the oldest; there is one
  uint32_t size() const noexcept { return size_; }
  uint32_t capacity() const noexcept { return capacity_; }
  uint64_t memory() const noexcept { return sizeof *this + room_ * sizeof(Item) + bytes_; }
  // Null, or what is broken inside.
  const char* broken() const noexcept;

 private:
  struct Item {
    char* ptr;
    size_t len;
  };
  bool grow() noexcept;
  Item& slot(uint32_t i) const noexcept { return items_[(head_ + i) % room_]; }

  Item* items_;
  uint32_t room_, head_, size_, capacity_;
  uint64_t bytes_;
};

}  // namespace ring
