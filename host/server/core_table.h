// host/server/core_table.h - keel.core/1: what every plugin gets from the host.
#pragma once
#include "keel/host.h"

namespace keel::server {

const keel_core& core_table() noexcept;

}  // namespace keel::server
