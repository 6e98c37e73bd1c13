// plugins/types/common/growing_bytes.h - the bytes of a small value that no key has yet: it is being loaded, or is the
// result of a command.
#pragma once
#include <cstring>

#include "keel/cpp/memory.hpp"
#include "keel/cpp/text.hpp"
#include "keel/type.h"

namespace types {

class GrowingBytes {
 public:
  explicit GrowingBytes(const keel_core& core) noexcept : core_(core) {}

  char* data() const noexcept { return block_.data(); }  // nullptr before the first bytes
  size_t size() const noexcept { return size_; }
  keel::Str all() const noexcept { return {data(), size_}; }
  // What is there stays.  Where it is now; nullptr = out of memory, and nothing has changed.
  char* resize(size_t size) noexcept {
    if (size > block_.size()) {
      keel::Block bigger(core_, size + size / 2, KEEL_MEMORY_VALUE);
      if (!bigger) return nullptr;
      if (size_ > 0) std::memcpy(bigger.data(), block_.data(), size_);
      block_ = std::move(bigger);
    }
    size_ = size;
    return block_.data();
  }
  // These bytes, which lie elsewhere.  False = out of memory.
  bool assign(keel::Str bytes) noexcept {
    if (resize(bytes.size()) == nullptr) return false;
    std::memcpy(block_.data(), bytes.data(), bytes.size());
    return true;
  }
  void clear() noexcept {
    block_ = keel::Block();
    size_ = 0;
  }
  // A value of these bytes, of which there are some, as load() fills it: its memory fits.  False = out of memory.
  bool give(keel_ref& out, uint8_t encoding) const noexcept {
    keel::Block exact(core_, size_, KEEL_MEMORY_VALUE);
    if (!exact) return false;
    std::memcpy(exact.data(), block_.data(), size_);
    out.rep = KEEL_REP_BYTES;
    out.enc = encoding;
    out.word = size_;
    out.v.bytes = exact.release();
    return true;
  }

 private:
  const keel_core& core_;
  keel::Block block_;
  size_t size_ = 0;
};

}  // namespace types
