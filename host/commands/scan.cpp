// SCAN: a cursor is a position in the order of the table, see docs/keyspace.md.
#include <algorithm>
#include <vector>

#include "host/commands/docs.h"
#include "host/commands/lookup.h"
#include "host/commands/rows.h"
#include "keel/cpp/scan.hpp"

namespace keel::commands {
namespace {

struct ScanOptions : ScanWords {
  std::optional<Str> type;
};

void parse(Args& args, ScanOptions& options) {
  while (args.more()) {
    if (options.take(args)) continue;
    if (args.take_with_value("TYPE")) {
      options.type = args.text();
    } else {
      args.unknown();
    }
  }
}

// Takes in buckets until `count` entries were seen, or ten times as many buckets: work stays bounded where they are
// empty. A database with no more entries than that is seen to its end at once.
uint64_t collect(const Database& db, uint64_t cursor, uint64_t count, std::vector<Entry*>& seen) {
  constexpr uint64_t kBucketsPerEntry = 10;
  const bool whole = db.keys.size() <= count;
  uint64_t buckets = count > UINT64_MAX / kBucketsPerEntry ? UINT64_MAX : count * kBucketsPerEntry;
  do {
    cursor = db.keys.scan(cursor, [&](Entry* e) { seen.push_back(e); });
  } while (cursor != 0 && (whole || seen.size() < count) && --buckets > 0);
  return cursor;
}

// Whether the entry is to be shown; removes it when its time has come.  Asking for a type counts as looking at the key.
bool shows(Ctx c, Entry* e, const Glob& pattern, std::optional<Str> type) {
  Executor& x = executor(c);
  if (!pattern.matches(e->key())) return false;
  if (e->has_expiry() && e->expire_ms() <= c.now_ms()) {
    if (type) ++x.stats.misses;
    x.expire_now(x.db(), keyspace::Table::hash_of(e), e);
    return false;
  }
  if (!type) return true;
  ++x.stats.hits;
  return same_word(*type, x.keyspace.types()[e->type()]->name);
}

keel_status scan(Ctx c) {
  const auto from = parse_cursor(c.arg(1));
  if (!from) return c.error(kInvalidCursor);
  ScanOptions options;
  Args args(c, 2);
  parse(args, options);
  if (!args.ok()) return args.reply();

  std::vector<Entry*> found;
  const uint64_t cursor = collect(executor(c).db(), *from, options.count, found);
  const Glob pattern(options.pattern);
  std::erase_if(found, [&](Entry* e) { return !shows(c, e, pattern, options.type); });
  c.array(2);
  c.bulk(static_cast<int64_t>(cursor));  // below 2^48
  c.array(found.size());
  for (const Entry* e : found) c.bulk(e->key());
  return KEEL_OK;
}

constexpr keel_command kRows[] = {command("SCAN", handler<scan>, words(-2, kReading), &docs::scan)};

}  // namespace

Rows scan_rows() {
  return kRows;
}

}  // namespace keel::commands
