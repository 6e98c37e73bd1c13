// plugins/types/common/scratch.h - memory for the bytes of a small value while they are put together.
#pragma once
#include "keel/cpp/text.hpp"
#include "plugins/types/common/memory.h"

namespace types {

// [any] On the stack up to a kilobyte.
class Scratch {
 public:
  explicit Scratch(size_t size) noexcept
      : size_(size), at_(size <= sizeof room_ ? room_ : static_cast<char*>(take_memory(size))) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    if (at_ != nullptr && at_ != room_) give_memory(at_, size_);
  }
  char* data() const noexcept { return at_; }  // nullptr = out of memory
  keel::Str all() const noexcept { return {at_, size_}; }

 private:
  char room_[1024];
  size_t size_;
  char* at_;
};

}  // namespace types
