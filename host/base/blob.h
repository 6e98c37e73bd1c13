// host/base/blob.h - a block of bytes with a count of its users, so that a big value can be sent from where it lies,
// and a big argument can become a value, without a copy.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "host/base/memory.h"

namespace keel::base {

class Blob {
 public:
  // One user; capacity bytes, not initialised; nullptr when out of memory. [any]
  static Blob* make(size_t capacity) noexcept {
    const size_t whole = block_size(sizeof(Blob) + capacity);
    auto* b = static_cast<Blob*>(allocate(whole, MemoryTag::kValue));
    if (b == nullptr) return nullptr;
    b->users_.store(1, std::memory_order_relaxed);
    b->capacity_ = whole - sizeof(Blob);
    return b;
  }
  char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
  size_t capacity() const noexcept { return capacity_; }
  // Bytes of the whole block.
  size_t footprint() const noexcept { return capacity_ + sizeof(Blob); }
  bool shared() const noexcept { return users_.load(std::memory_order_acquire) > 1; }

  void add_user() noexcept { users_.fetch_add(1, std::memory_order_relaxed); }
  // The last user frees it. [any]
  void drop() noexcept {
    if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) release(this, capacity_ + sizeof(Blob), MemoryTag::kValue);
  }

 private:
  std::atomic<uint32_t> users_;
  [[maybe_unused]] uint32_t reserved_;
  size_t capacity_;
};
static_assert(sizeof(Blob) == 16);

// One use of a blob.
class BlobUse {
 public:
  BlobUse() noexcept = default;
  // Takes over a use that the caller has.
  explicit BlobUse(Blob* taken) noexcept : blob_(taken) {}
  BlobUse(BlobUse&& other) noexcept : blob_(std::exchange(other.blob_, nullptr)) {}
  BlobUse& operator=(BlobUse&& other) noexcept {
    if (this != &other) {
      reset();
      blob_ = std::exchange(other.blob_, nullptr);
    }
    return *this;
  }
  BlobUse(const BlobUse&) = delete;
  BlobUse& operator=(const BlobUse&) = delete;
  ~BlobUse() { reset(); }

  void reset() noexcept {
    if (blob_ != nullptr) std::exchange(blob_, nullptr)->drop();
  }
  Blob* get() const noexcept { return blob_; }
  Blob* operator->() const noexcept { return blob_; }
  explicit operator bool() const noexcept { return blob_ != nullptr; }
  Blob* give() noexcept { return std::exchange(blob_, nullptr); }

 private:
  Blob* blob_ = nullptr;
};

}  // namespace keel::base
