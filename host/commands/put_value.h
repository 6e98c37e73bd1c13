// host/commands/put_value.h - a value that has been loaded becomes that of a key.
#pragma once
#include "host/commands/lookup.h"
#include "host/rdb/value.h"

namespace keel::commands {

struct KeySpec {
  uint32_t key;            // indexes ctx->keys
  Entry* was;              // nullptr = the key is absent
  int64_t expire_ms = -1;  // Unix time; -1 = none
  uint32_t access = 0;     // of the access clock
};
// Tells those who watch the key or wait for it. False = out of memory, nothing has changed. [executor]
bool put_value(Ctx c, const KeySpec& at, rdb::LoadedValue& value);

}  // namespace keel::commands
