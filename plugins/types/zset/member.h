// plugins/types/zset/member.h - a member of a big sorted set: one block of memory that the index and the order point
// at.
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

#include "plugins/types/common/element.h"
#include "plugins/types/common/memory.h"

namespace zsets {

// The score, the length of the text (types::element writes it), the text.  The score is never NaN.
struct Member {
  double score;

  std::string_view text() const noexcept {
    size_t size = 0;
    const char* p = types::element::read_length(bytes(), size);
    return {p, size};
  }
  // Bytes of the block.
  size_t size() const noexcept { return size_for(text().size()); }

  // nullptr when out of memory.
  static Member* make(double score, std::string_view text) noexcept {
    auto* m = static_cast<Member*>(types::take_memory(size_for(text.size())));
    if (m == nullptr) return nullptr;
    m->score = score;
    char* to = types::element::write_length(reinterpret_cast<char*>(m + 1), text.size());
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    return m;
  }
  static void destroy(Member* m) noexcept {
    if (m != nullptr) types::give_memory(m, m->size());
  }

 private:
  const char* bytes() const noexcept { return reinterpret_cast<const char*>(this + 1); }
  static size_t size_for(size_t text) noexcept { return sizeof(Member) + types::element::length_size(text) + text; }
};

}  // namespace zsets
