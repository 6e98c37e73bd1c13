// plugins/types/list/options.h - the directives of this plugin.
#pragma once
#include <span>

#include "keel/option.h"

namespace lists {

std::span<const keel_option> options() noexcept;

}  // namespace lists
