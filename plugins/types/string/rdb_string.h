// plugins/types/string/rdb_string.h - a string as RDB writes it: plain, packed with LZF, or as a small integer.
#pragma once
#include <cstddef>
#include <optional>
#include <utility>

#include "keel/cpp/stream.hpp"
#include "keel/host.h"

namespace strings {

// Memory of the host, given back unless it is released.
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

// What was loaded: the number when the text is the canonical form of an integer, else bytes (no memory when empty).
struct LoadedString {
  std::optional<int64_t> number;
  Block bytes;
};

void save_integer(keel::Writer&, int64_t) noexcept;
// Packs what is longer than 20 bytes and gets shorter by it; `core` lends the memory for that.
void save_text(keel::Writer&, keel::Str, const keel_core& core) noexcept;

// Reads untrusted bytes.  Never allocates more than four times what the source has really given, packed text aside,
// which is bounded by the growth that LZF allows.  KEEL_E_DATA or KEEL_E_MEMORY leave `out` empty.
keel_status load_string(keel_source&, const keel_core&, LoadedString& out) noexcept;

}  // namespace strings
