// keel/cpp/memory.hpp - memory of the host with an owner.
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>

#include "keel/host.h"

namespace keel {

// Given back unless it is released.  False when there was no memory, and when it is empty.
class Block {
 public:
  Block() noexcept = default;
  Block(const keel_core& core, size_t size, uint32_t tag) noexcept
      : core_(&core), data_(static_cast<char*>(core.alloc(size, tag))), size_(data_ != nullptr ? size : 0), tag_(tag) {}
  Block(Block&& other) noexcept { swap(other); }
  Block& operator=(Block&& other) noexcept { return swap(other), *this; }
  ~Block() {
    if (data_ != nullptr) core_->free(data_, size_, tag_);
  }

  explicit operator bool() const noexcept { return data_ != nullptr; }
  char* data() const noexcept { return data_; }
  size_t size() const noexcept { return size_; }
  // The memory is the caller's from now on: size() bytes of the tag that it was made with.
  char* release() noexcept { return std::exchange(data_, nullptr); }

 private:
  void swap(Block& other) noexcept {
    std::swap(core_, other.core_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(tag_, other.tag_);
  }

  const keel_core* core_ = nullptr;
  char* data_ = nullptr;
  size_t size_ = 0;
  uint32_t tag_ = 0;
};

}  // namespace keel
