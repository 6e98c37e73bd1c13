// KEYS, RANDOMKEY and DBSIZE.
#include "host/base/glob.h"
#include "host/base/hash.h"
#include "host/commands/docs.h"
#include "host/commands/lookup.h"
#include "host/commands/rows.h"

namespace keel::commands {
namespace {

bool is_past(Ctx c, const Entry* e) noexcept {
  return e->has_expiry() && e->expire_ms() <= c.now_ms();
}

// Keys past their time are skipped, not removed: a table that is walked over must not change.
keel_status keys(Ctx c) {
  const Database& db = executor(c).db();
  const base::Glob pattern(c.arg(1));
  if (pattern.is_literal()) {
    const Entry* e = db.keys.find(base::hash_bytes(c.arg(1)), c.arg(1));
    if (e == nullptr || is_past(c, e)) return c.array(0), KEEL_OK;
    c.array(1);
    return c.bulk(e->key());
  }
  OpenArray found(c);
  uint64_t n = 0;
  db.keys.each([&](const Entry* e) {
    if (!pattern.matches(e->key()) || is_past(c, e)) return;
    c.bulk(e->key());
    ++n;
  });
  found.close(n);
  return KEEL_OK;
}

keel_status random_key(Ctx c) {
  Executor& x = executor(c);
  Database& db = x.db();
  while (Entry* e = db.keys.random()) {
    if (!is_past(c, e)) return c.bulk(e->key());
    x.expire_now(db, keyspace::Table::hash_of(e), e);
  }
  return c.null();
}

// Counts those past their time too, until they are removed.
keel_status size(Ctx c) {
  return c.integer(static_cast<int64_t>(executor(c).db().keys.size()));
}

constexpr keel_command kRows[] = {
    command("KEYS", handler<keys>, words(2, kReading, KEEL_ACL_DANGEROUS), &docs::keys),
    command("RANDOMKEY", handler<random_key>, words(1, kReading), &docs::randomkey),
    command("DBSIZE", handler<size>, words(1, kFastReading), &docs::dbsize),
};

}  // namespace

Rows keys_rows() {
  return kRows;
}

}  // namespace keel::commands
