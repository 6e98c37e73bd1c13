// RENAME and RENAMENX.
#include "host/commands/docs.h"
#include "host/commands/lookup.h"
#include "host/commands/rows.h"

namespace keel::commands {
namespace {

template <bool kOnlyNew>
keel_status rename(Ctx c) {
  Executor& x = executor(c);
  Entry* from = find_to_change(c, 0, x.db());
  if (from == nullptr) return c.error("ERR no such key");
  if (c.key(0) == c.key(1)) return kOnlyNew ? c.integer(0) : c.ok();
  Entry* target = find_to_change(c, 1, x.db());
  if (target != nullptr && kOnlyNew) return c.integer(0);
  if (!x.keyspace.rename(x.db(), hash_of(c, 0), from, hash_of(c, 1), c.key(1), target,
                         x.settings.lazyfree_lazy_server_del))
    return c.out_of_memory();
  changed(c);
  for (uint32_t k = 0; k < 2; ++k) x.touch(x.db(), hash_of(c, k), c.key(k), {.wakes = true});
  return kOnlyNew ? c.integer(1) : c.ok();
}

constexpr uint32_t kTaken = KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_DELETE;
constexpr keel_keyspec kOverwrites[] = {one_key(kTaken), one_key(KEEL_KEY_OW | KEEL_KEY_UPDATE, 2)};
constexpr keel_keyspec kCreates[] = {one_key(kTaken), one_key(KEEL_KEY_OW | KEEL_KEY_INSERT, 2)};
constexpr keel_command kRows[] = {
    command("RENAME", handler<rename<false>>, words(3, kWriting), kOverwrites, &docs::rename),
    command("RENAMENX", handler<rename<true>>, words(3, kFastWriting), kCreates, &docs::renamenx),
};

}  // namespace

Rows rename_rows() {
  return kRows;
}

}  // namespace keel::commands
