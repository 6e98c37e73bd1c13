// DEL and UNLINK.
#include "host/commands/docs.h"
#include "host/commands/lookup.h"
#include "host/commands/rows.h"

namespace keel::commands {
namespace {

keel_status remove_keys(Ctx c, bool lazy) {
  Executor& x = executor(c);
  int64_t removed = 0;
  for (uint32_t k = 0; k < c.keys(); ++k) {
    Entry* e = find(c, k, x.db());
    if (e == nullptr) continue;
    x.keyspace.remove(x.db(), hash_of(c, k), e, lazy);
    Ref gone = ref_to(nullptr, k);
    c.commit(gone, 0);
    ++removed;
  }
  return c.integer(removed);
}

keel_status del(Ctx c) {
  return remove_keys(c, executor(c).settings.lazyfree_lazy_user_del);
}
keel_status unlink(Ctx c) {
  return remove_keys(c, true);
}

constexpr keel_keyspec kRemoves[] = {keys_at(KEEL_KEY_RM | KEEL_KEY_DELETE, 1, -1)};
constexpr keel_command kRows[] = {
    command("DEL", handler<del>, words(-2, kWriting), kRemoves, &docs::del),
    command("UNLINK", handler<unlink>, words(-2, kFastWriting), kRemoves, &docs::unlink),
};

}  // namespace

Rows delete_rows() {
  return kRows;
}

}  // namespace keel::commands
