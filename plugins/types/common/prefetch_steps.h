// plugins/types/common/prefetch_steps.h - the steps of keel_command.prefetch towards what lies in a block of a
// Directory that begins with tags: types::Segment, zsets::Bucket.
#pragma once
#include <string_view>

#include "keel/command.h"
#include "keel/cpp/prefetch.hpp"
#include "plugins/types/common/directory.h"
#include "plugins/types/common/element_hash.h"

namespace types {

// Tags, the place that they allow, what lies there; whether there is another step. A Block has kTagsEnd, in bytes,
// likely_place(hash), nullptr = absent, and likely_element(place).
template <class Block>
bool prefetch_step(const Directory<Block>& directory, std::string_view text, keel_ahead& ahead) noexcept {
  auto& [hash, place] = ahead.memo;
  if (ahead.step == 0) hash = element_hash(text);
  const Block* block = directory.find(hash);
  if (ahead.step == 0) {
    for (size_t line = 0; line < Block::kTagsEnd; line += 64)
      keel::prefetch(reinterpret_cast<const char*>(block) + line);
    return true;
  }
  using Place = decltype(block->likely_place(hash));
  if (ahead.step > 1) return keel::prefetch(block->likely_element(reinterpret_cast<Place>(place))), false;
  const Place likely = block->likely_place(hash);
  if (likely == nullptr) return false;
  keel::prefetch(likely);
  place = reinterpret_cast<uintptr_t>(likely);
  return true;
}

}  // namespace types
