// plugins/types/string/grow.h - a string as bytes of its own that can be written over; the service keel.string/1.
#pragma once
#include "keel/string_value.h"

namespace strings {

// As keel_string.grow(); `type` is the number of strings.
keel_status grow(keel_ctx*, keel_ref*, uint16_t type, size_t length) noexcept;

// The service; its type is known from now on. [control]
const keel_string& service(uint16_t type) noexcept;

}  // namespace strings
