// plugins/types/list/pop.h - taking elements out at an end, which several commands do.
#pragma once
#include <optional>

#include "plugins/types/list/value.h"

namespace lists {

// All but take_out() leave the list as it is.  The order is: prepare, reply, take out; so that nothing fails any more
// once a reply is begun.

// False = out of memory.  1 <= n <= length.
bool ready_to_take_out(Ctx, Ref&, Side, uint64_t n) noexcept;
// Takes n elements out, and commits.
void take_out(Ctx, Ref&, Side, uint64_t n) noexcept;

// For the change log: what takes elements out, one or as many as `n` says.
void log_pop(Ctx, Str key, Side) noexcept;
void log_pop(Ctx, Str key, Side, uint64_t n) noexcept;

// LEFT or RIGHT in that word; without one, the error reply is written.
std::optional<Side> side_in(Ctx, uint32_t arg) noexcept;

}  // namespace lists
