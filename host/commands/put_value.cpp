#include "host/commands/put_value.h"

namespace keel::commands {

bool put_value(Ctx c, const KeySpec& at, rdb::LoadedValue& value) {
  Executor& x = executor(c);
  const uint64_t hash = hash_of(c, at.key);
  Entry* made = value.give(c.key(at.key), at.expire_ms, at.access);
  if (made == nullptr) return false;
  const bool done = at.was != nullptr
                        ? x.keyspace.replace(x.db(), hash, at.was, made, false, x.settings.lazyfree_lazy_server_del)
                        : x.keyspace.add(x.db(), hash, made);
  if (done) return x.touch(x.db(), hash, c.key(at.key), {.wakes = true}), true;
  x.keyspace.destroy(made, false);
  return false;
}

}  // namespace keel::commands
