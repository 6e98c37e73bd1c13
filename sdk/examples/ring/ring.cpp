#include "ring.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace ring {
namespace {

void* take(size_t n) noexcept {
  return g_core->alloc(n, KEEL_MEMORY_VALUE);
}
void give(void* p, size_t n) noexcept {
  g_core->free(p, n, KEEL_MEMORY_VALUE);
}

}  // namespace

Ring* Ring::make(uint32_t capacity) noexcept {
  void* memory = take(sizeof(Ring));
  if (memory == nullptr) return nullptr;
  auto* ring = ::new (memory) Ring{};
  ring->capacity_ = capacity;
  return ring;
}

void Ring::destroy(Ring* ring) noexcept {
  for (uint32_t i = 0; i < ring->size_; ++i) give(ring->slot(i).ptr, ring->slot(i).len);
  if (ring->items_ != nullptr) give(ring->items_, ring->room_ * sizeof(Item));
  give(ring, sizeof *ring);
}

bool Ring::grow() noexcept {
  const uint32_t room = std::min(capacity_, std::max(8u, room_ * 2));
  auto* items = static_cast<Item*>(take(room * sizeof(Item)));
  if (items == nullptr) return false;
  for (uint32_t i = 0; i < size_; ++i) items[i] = slot(i);
  if (items_ != nullptr) give(items_, room_ * sizeof(Item));
  items_ = items;
  room_ = room;
  head_ = 0;
  return true;
}

bool Ring::push(Str item) noexcept {
  char* copy = nullptr;
  if (!item.empty()) {
    copy = static_cast<char*>(take(item.size()));
    if (copy == nullptr) return false;
    std::memcpy(copy, item.data(), item.size());
  }
  if (size_ == room_ && size_ < capacity_ && !grow()) {
    if (copy != nullptr) give(copy, item.size());
    return false;
  }
  if (size_ == capacity_) pop();
  slot(size_++) = {copy, item.size()};
  bytes_ += item.size();
  return true;
}

void Ring::pop() noexcept {
  Item& oldest = slot(0);
  if (oldest.ptr != nullptr) give(oldest.ptr, oldest.len);
  bytes_ -= oldest.len;
  head_ = (head_ + 1) % room_;
  --size_;
}

Str Ring::at(uint32_t i) const noexcept {
  return {slot(i).ptr, slot(i).len};
}

const char* Ring::broken() const noexcept {
  if (size_ > room_ || room_ > capacity_ || capacity_ == 0) return "sizes do not fit each other";
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < size_; ++i) {
    if ((slot(i).ptr == nullptr) != (slot(i).len == 0)) return "a member without bytes";
    bytes += slot(i).len;
  }
  return bytes == bytes_ ? nullptr : "the count of bytes is wrong";
}

}  // namespace ring
