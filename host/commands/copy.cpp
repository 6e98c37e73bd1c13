// COPY and MOVE: keys that go to another database, or stay and get a twin.
#include "host/commands/database_index.h"
#include "host/commands/docs.h"
#include "host/commands/lookup.h"
#include "host/commands/rows.h"
#include "keel/cpp/args.hpp"

namespace keel::commands {
namespace {

constexpr Str kSameObject = "ERR source and destination objects are the same";

struct CopyOptions {
  uint32_t db;
  bool replace = false;
};

void parse(Args& args, const Executor& x, CopyOptions& options) {
  while (args.more()) {
    if (args.take("REPLACE")) {
      options.replace = true;
    } else if (args.take_with_value("DB")) {
      if (const Str error = parse_database(args.text(), x.keyspace.count(), options.db); !error.empty())
        args.fail(error);
    } else {
      args.unknown();
    }
  }
}

keel_status copy(Ctx c) {
  Executor& x = executor(c);
  CopyOptions options{x.db_index(x.db())};
  Args args(c, 3);
  parse(args, x, options);
  if (!args.ok()) return args.reply();
  Database& to = x.keyspace[options.db];
  if (&to == &x.db() && c.key(0) == c.key(1)) return c.error(kSameObject);

  const Ref source = c.read(0);
  if (!source) return c.integer(0);
  auto* from = static_cast<Entry*>(source.raw()->entry);
  Entry* target = find_to_change(c, 1, to);
  if (target != nullptr && !options.replace) return c.integer(0);
  if (from->rep() == KEEL_REP_OBJECT && x.keyspace.types()[from->type()]->copy == nullptr)
    return c.error("ERR not supported for this module key");

  Entry* made = x.keyspace.copy(from, c.key(1), true);
  if (made == nullptr) return c.out_of_memory();
  made->access(x.access_new());
  const uint64_t hash = hash_of(c, 1);
  if (target != nullptr ? !x.keyspace.replace(to, hash, target, made, false, x.settings.lazyfree_lazy_server_del)
                        : !x.keyspace.add(to, hash, made)) {
    x.keyspace.destroy(made, false);
    return c.out_of_memory();
  }
  changed(c);
  x.touch(to, hash, c.key(1), {.wakes = true});
  return c.integer(1);
}

keel_status move(Ctx c) {
  Executor& x = executor(c);
  uint32_t index = 0;
  if (const Str error = parse_database(c.arg(2), x.keyspace.count(), index); !error.empty()) return c.error(error);
  Database& from = x.db();
  Database& to = x.keyspace[index];
  if (&to == &from) return c.error(kSameObject);
  Entry* e = find_to_change(c, 0, from);
  if (e == nullptr || find_to_change(c, 0, to) != nullptr) return c.integer(0);
  if (!x.keyspace.add(to, hash_of(c, 0), e)) return c.out_of_memory();
  x.keyspace.take(from, hash_of(c, 0), e);
  changed(c);
  for (const Database* db : {&from, &to}) x.touch(*db, hash_of(c, 0), c.key(0), {.wakes = true});
  return c.integer(1);
}

constexpr keel_keyspec kCopies[] = {one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS), one_key(KEEL_KEY_OW | KEEL_KEY_UPDATE, 2)};
constexpr keel_keyspec kMoves[] = {one_key(KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_UPDATE)};
constexpr keel_command kRows[] = {
    command("COPY", handler<copy>, words(-3, kWriting | KEEL_CMD_DENYOOM), kCopies, &docs::copy),
    command("MOVE", handler<move>, words(3, kFastWriting), kMoves, &docs::move),
};

}  // namespace

Rows copy_rows() {
  return kRows;
}

}  // namespace keel::commands
