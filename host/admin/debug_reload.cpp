// DEBUG RELOAD. No plugin writes files yet: what a file would hold of each value is held in memory for a moment.
#include "host/admin/debug.h"
#include "host/admin/server.h"
#include "host/base/log.h"
#include "host/rdb/reload.h"

namespace keel::admin {

// MERGE and NOFLUSH say what happens to keys that are there and not in the file: there are none.
keel_status debug_reload(Ctx c) {
  bool save = true, flush = true, merge = false;
  for (uint32_t i = 2; i < c.argc(); ++i) {
    if (c.word(i, "MERGE"))
      merge = true;
    else if (c.word(i, "NOFLUSH"))
      flush = false;
    else if (c.word(i, "NOSAVE"))
      save = false;
    else
      return c.error("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
  }
  if (!save) return c.error("ERR no plugin for persistence is loaded");
  if (!flush && !merge)
    return c.error("ERR DEBUG RELOAD NOFLUSH needs MERGE: every key that is loaded is there already");
  exec::Executor& executor = exec::Executor::of(c.raw());
  for (size_t i = 0; i < executor.keyspace.count(); ++i) {
    keyspace::Database& db = executor.keyspace[i];
    if (db.keys.size() == 0) continue;
    executor.touch_flushed(db);
    std::string why;
    if (rdb::reload(executor.keyspace, db, why)) continue;
    base::log(base::LogLevel::kWarning, "DEBUG RELOAD, database " + std::to_string(i) + ", " + why);
    return c.error("ERR Error trying to load the RDB dump, check server logs.");
  }
  return c.ok();
}

}  // namespace keel::admin
