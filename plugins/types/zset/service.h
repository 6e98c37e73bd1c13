// plugins/types/zset/service.h - what other plugins can do with sorted sets: the service keel.zset/1.
#pragma once
#include "keel/sorted_set.h"
#include "plugins/types/zset/value.h"

namespace zsets {

// Of this plugin, whose type is registered.
const keel_sorted_set& service(const Plugin&) noexcept;

}  // namespace zsets
