// plugins/types/common/prefetch_element.h - keel_command.prefetch of commands that look for one element.
#pragma once
#include "keel/command.h"
#include "keel/cpp/keel.hpp"

namespace types {

// The element is argument kAt, counted from the end when negative; Object is the one kind of OBJECT that values of the
// plugin's type may be.
template <class Plugin, class Object, int kAt>
uint32_t prefetch_element(keel_ahead* ahead) noexcept {
  const uint32_t at = kAt < 0 ? ahead->argc - static_cast<uint32_t>(-kAt) : static_cast<uint32_t>(kAt);
  if (at >= ahead->argc || ahead->value->type != static_cast<const Plugin*>(ahead->self)->type) return 0;
  return static_cast<const Object*>(ahead->value->v.object)->prefetch(keel::view(ahead->argv[at]), *ahead) ? 1 : 0;
}

}  // namespace types
