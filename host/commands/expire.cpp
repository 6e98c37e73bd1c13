// EXPIRE, PEXPIRE, EXPIREAT, PEXPIREAT and PERSIST.
#include <algorithm>
#include <string>

#include "host/commands/docs.h"
#include "host/commands/expire_time.h"
#include "host/commands/lookup.h"
#include "host/commands/rows.h"

namespace keel::commands {
namespace {

// Reads the options. False = it replied with an error.
bool parse_condition(Ctx c, ExpireCondition& when) {
  struct Option {
    Str word;
    bool ExpireCondition::*flag;
  };
  constexpr Option kOptions[] = {{"NX", &ExpireCondition::nx},
                                 {"XX", &ExpireCondition::xx},
                                 {"GT", &ExpireCondition::gt},
                                 {"LT", &ExpireCondition::lt}};
  for (uint32_t i = 3; i < c.argc(); ++i) {
    const auto* found = std::find_if(std::begin(kOptions), std::end(kOptions),
                                     [&](const Option& option) { return c.word(i, option.word); });
    if (found == std::end(kOptions)) {
      // Redis cuts an error of any length at a NUL byte.
      const Str shown = c.arg(i).substr(0, c.arg(i).find('\0'));
      return c.error("ERR Unsupported option " + std::string{shown}), false;
    }
    when.*found->flag = true;
  }
  if (when.nx && (when.xx || when.gt || when.lt))
    return c.error("ERR NX and XX, GT or LT options at the same time are not compatible"), false;
  if (when.gt && when.lt) return c.error("ERR GT and LT options at the same time are not compatible"), false;
  return true;
}

void remove_now(Ctx c, Entry* e) {
  Executor& x = executor(c);
  const bool lazy = x.settings.lazyfree_lazy_expire;
  x.keyspace.remove(x.db(), hash_of(c, 0), e, lazy);
  Ref gone = ref_to(nullptr, 0);
  c.commit(gone, 0);
  if (c.logged()) c.propagate(lazy ? Str{"UNLINK"} : Str{"DEL"}, c.key(0));
}

// The log gets the moment itself: a span would begin anew wherever it is replayed.
bool set(Ctx c, Entry* e, int64_t at_ms) {
  Ref r = ref_to(e, 0);
  if (c.expire(r, std::max<int64_t>(at_ms, 0)) != KEEL_OK) return false;
  c.commit(r, 0);
  if (c.logged()) c.propagate(Str{"PEXPIREAT"}, c.key(0), Str{NumberText(at_ms)});
  return true;
}

template <TimeUnit kUnit, bool kAbsolute>
keel_status expire(Ctx c) {
  ExpireCondition when;
  if (!parse_condition(c, when)) return KEEL_OK;
  const auto number = parse_integer(c.arg(2));
  if (!number) return c.error(kNotInteger);
  const auto at = moment_ms(*number, kUnit, kAbsolute ? 0 : c.now_ms());
  if (!at) {
    const Str name = executor(c).running().name;
    return c.error("ERR invalid expire time in '" + std::string{name} + "' command");
  }
  Entry* e = find_to_change(c, 0, executor(c).db());
  if (e == nullptr || !when.holds(e->expire_ms(), *at)) return c.integer(0);
  if (is_past(c, *at))
    remove_now(c, e);
  else if (!set(c, e, *at))
    return c.out_of_memory();
  return c.integer(1);
}

keel_status persist(Ctx c) {
  Entry* e = find_to_change(c, 0, executor(c).db());
  if (e == nullptr || !e->has_expiry()) return c.integer(0);
  Ref r = ref_to(e, 0);
  if (c.expire(r, -1) != KEEL_OK) return c.out_of_memory();
  c.commit(r, 0);
  return c.integer(1);
}

constexpr auto kSeconds = TimeUnit::kSeconds;
constexpr auto kMilliseconds = TimeUnit::kMilliseconds;

constexpr keel_keyspec kUpdates[] = {one_key(KEEL_KEY_RW | KEEL_KEY_UPDATE)};
constexpr keel_command kRows[] = {
    command("EXPIRE", handler<expire<kSeconds, false>>, words(-3, kFastWriting), kUpdates, &docs::expire),
    command("PEXPIRE", handler<expire<kMilliseconds, false>>, words(-3, kFastWriting), kUpdates, &docs::pexpire),
    command("EXPIREAT", handler<expire<kSeconds, true>>, words(-3, kFastWriting), kUpdates, &docs::expireat),
    command("PEXPIREAT", handler<expire<kMilliseconds, true>>, words(-3, kFastWriting), kUpdates, &docs::pexpireat),
    command("PERSIST", handler<persist>, words(2, kFastWriting), kUpdates, &docs::persist),
};

}  // namespace

Rows expire_rows() {
  return kRows;
}

}  // namespace keel::commands
