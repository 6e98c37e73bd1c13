// SELECT, SWAPDB, FLUSHDB and FLUSHALL.
#include "host/base/memory.h"
#include "host/commands/database_index.h"
#include "host/commands/docs.h"
#include "host/commands/lookup.h"
#include "host/commands/rows.h"

namespace keel::commands {
namespace {

keel_status select(Ctx c) {
  Executor& x = executor(c);
  uint32_t index = 0;
  if (const Str error = parse_database(c.arg(1), x.keyspace.count(), index); !error.empty()) return c.error(error);
  x.select(index);
  return c.ok();
}

keel_status swap(Ctx c) {
  Executor& x = executor(c);
  uint32_t index[2] = {0, 0};
  Str errors[2];
  for (uint32_t i = 0; i < 2; ++i) errors[i] = parse_database(c.arg(i + 1), x.keyspace.count(), index[i]);
  // What is no number is told before what is out of range.
  if (!errors[0].empty() && errors[0] != kNoSuchDatabase) return c.error("ERR invalid first DB index");
  if (!errors[1].empty() && errors[1] != kNoSuchDatabase) return c.error("ERR invalid second DB index");
  if (!errors[0].empty() || !errors[1].empty()) return c.error(kNoSuchDatabase);
  x.touch_swapped(index[0], index[1]);
  x.keyspace.swap(index[0], index[1]);
  changed(c);
  return c.ok();
}

// Nothing = it replied with an error.
std::optional<bool> flush_is_lazy(Ctx c) {
  if (c.argc() == 1) return executor(c).settings.lazyfree_lazy_user_flush.get();
  if (c.argc() == 2 && c.word(1, "ASYNC")) return true;
  if (c.argc() == 2 && c.word(1, "SYNC")) return false;
  return c.error(kSyntax), std::nullopt;
}

size_t flush(Executor& x, Database& db, bool lazy) {
  x.touch_flushed(db);
  return x.keyspace.flush(db, lazy);
}

keel_status flushed(Ctx c, size_t keys, bool lazy) {
  changed(c, keys);
  // Logged even when there was nothing to remove here: whoever replays it may have keys that were past their time.
  if (c.logged()) c.raw()->exec->propagate(c.raw(), c.raw()->argv, c.argc());
  if (keys > 0 && !lazy) base::purge_allocator();
  return c.ok();
}

keel_status flush_one(Ctx c) {
  Executor& x = executor(c);
  const auto lazy = flush_is_lazy(c);
  if (!lazy) return KEEL_OK;
  return flushed(c, flush(x, x.db(), *lazy), *lazy);
}

keel_status flush_all(Ctx c) {
  Executor& x = executor(c);
  const auto lazy = flush_is_lazy(c);
  if (!lazy) return KEEL_OK;
  size_t keys = 0;
  for (size_t i = 0; i < x.keyspace.count(); ++i) keys += flush(x, x.keyspace[i], *lazy);
  return flushed(c, keys, *lazy);
}

constexpr Spec kSelect = {2, KEEL_CMD_LOADING | KEEL_CMD_STALE | KEEL_CMD_FAST, KEEL_ACL_CONNECTION};
constexpr keel_command kRows[] = {
    command("SELECT", handler<select>, kSelect, &docs::select),
    command("SWAPDB", handler<swap>, words(3, kFastWriting, KEEL_ACL_DANGEROUS), &docs::swapdb),
    command("FLUSHDB", handler<flush_one>, words(-1, kWriting, KEEL_ACL_DANGEROUS), &docs::flushdb),
    command("FLUSHALL", handler<flush_all>, words(-1, kWriting, KEEL_ACL_DANGEROUS), &docs::flushall),
};

}  // namespace

Rows database_rows() {
  return kRows;
}

}  // namespace keel::commands
