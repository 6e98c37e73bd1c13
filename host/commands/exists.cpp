// EXISTS, TOUCH and TYPE.
#include "host/commands/docs.h"
#include "host/commands/lookup.h"
#include "host/commands/rows.h"

namespace keel::commands {
namespace {

// A key that is named twice counts twice.
keel_status exists(Ctx c) {
  int64_t present = 0;
  for (uint32_t k = 0; k < c.keys(); ++k)
    if (look_at(c, k) != nullptr) ++present;
  return c.integer(present);
}

// Sets the access clock whatever CLIENT NO-TOUCH says: that is what it is for.
keel_status touch(Ctx c) {
  Executor& x = executor(c);
  int64_t present = 0;
  for (uint32_t k = 0; k < c.keys(); ++k) {
    Entry* e = look_at(c, k);
    if (e == nullptr) continue;
    e->access(x.access_now(e));
    ++present;
  }
  return c.integer(present);
}

keel_status type(Ctx c) {
  const Entry* e = look_at(c, 0);
  return c.simple(e == nullptr ? "none" : executor(c).keyspace.types()[e->type()]->name);
}

constexpr keel_keyspec kLooksAtAll[] = {keys_at(KEEL_KEY_RO, 1, -1)};
constexpr keel_keyspec kLooksAt[] = {one_key(KEEL_KEY_RO)};
constexpr keel_command kRows[] = {
    command("EXISTS", handler<exists>, words(-2, kFastReading), kLooksAtAll, &docs::exists),
    command("TOUCH", handler<touch>, words(-2, kFastReading), kLooksAtAll, &docs::touch),
    command("TYPE", handler<type>, words(2, kFastReading), kLooksAt, &docs::type),
};

}  // namespace

Rows exists_rows() {
  return kRows;
}

}  // namespace keel::commands
