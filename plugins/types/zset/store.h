// plugins/types/zset/store.h - a sorted set that a command has made becomes the value of its first key.
#pragma once
#include "plugins/types/zset/edit.h"

namespace zsets {

// Replies how many members it has; an empty one removes the key.  The key has no expiry afterwards.
keel_status store(Ctx, OwnEdit& result, uint32_t event) noexcept;

}  // namespace zsets
