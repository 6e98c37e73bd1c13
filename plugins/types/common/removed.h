// plugins/types/common/removed.h - taking out the elements that a command names: HDEL, SREM, ZREM.
#pragma once
#include "keel/cpp/keel.hpp"

namespace types {

enum class Removed : uint8_t { kNoMemory, kGone, kAbsent };

// The whole command: KEY element [element ...], with Removed KeyEdit::remove(Str) on a value of that type.
template <class KeyEdit>
keel_status remove_named(keel::Ctx c, uint16_t type, uint32_t event) {
  keel::Ref r = c.write();
  if (!r) return c.integer(0);
  if (!r.is(type)) return c.wrong_type();
  KeyEdit value(c, r);
  uint32_t gone = 0;
  bool memory = true;
  for (uint32_t i = 2; memory && i < c.argc(); ++i) {
    const Removed one = value.remove(c.arg(i));
    gone += one == Removed::kGone;
    memory = one != Removed::kNoMemory;
  }
  if (gone > 0) c.commit(r, event, 0, KEEL_CHANGE_ERASE_IF_EMPTY, gone);
  return memory ? c.integer(gone) : c.out_of_memory();
}

}  // namespace types
