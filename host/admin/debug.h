// host/admin/debug.h - the subcommands of DEBUG; debug.cpp finds them by name.
#pragma once
#include "host/admin/words.h"

namespace keel::admin {

struct DebugRow {
  Str name;
  uint32_t least, most;  // words of the whole command
  keel_status (*run)(Ctx);
};

// debug_data.cpp
keel_status debug_object(Ctx);
keel_status debug_digest(Ctx);
keel_status debug_digest_value(Ctx);
keel_status debug_htstats(Ctx);
keel_status debug_populate(Ctx);
// debug_form.cpp
keel_status debug_htstats_key(Ctx);
keel_status debug_listpack(Ctx);
keel_status debug_quicklist(Ctx);
keel_status debug_sdslen(Ctx);
// debug_memory.cpp
keel_status debug_client_eviction(Ctx);
keel_status debug_mallctl(Ctx);
keel_status debug_mallctl_str(Ctx);
// debug_protocol.cpp
keel_status debug_protocol(Ctx);
// debug_reload.cpp
keel_status debug_reload(Ctx);
// debug_crash.cpp
keel_status debug_segfault(Ctx);
keel_status debug_panic(Ctx);
keel_status debug_assert(Ctx);
keel_status debug_oom(Ctx);

}  // namespace keel::admin
