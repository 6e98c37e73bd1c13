// OBJECT: what the server knows of a value beside its content.
#include "host/commands/docs.h"
#include "host/commands/lookup.h"
#include "host/commands/rows.h"

namespace keel::commands {
namespace {

using base::EvictionPolicy;

keel_status encoding(Ctx c) {
  Entry* e = look_at(c, 0);
  if (e == nullptr) return c.null();
  const keel_type* type = executor(c).keyspace.types()[e->type()];
  const Ref r = ref_to(e, 0);
  return c.bulk(type->encoding == nullptr ? "unknown" : type->encoding(r.raw()));
}

keel_status frequency(Ctx c) {
  const Entry* e = look_at(c, 0);
  if (e == nullptr) return c.null();
  if (!base::evicts_by_lfu(executor(c).settings.maxmemory_policy))
    return c.error(
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching "
        "between policies at runtime LRU and LFU data will take some time to adjust.");
  return c.integer(executor(c).frequency(e));
}

keel_status idle_time(Ctx c) {
  const Entry* e = look_at(c, 0);
  if (e == nullptr) return c.null();
  if (base::evicts_by_lfu(executor(c).settings.maxmemory_policy))
    return c.error(
        "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between "
        "policies at runtime LRU and LFU data will take some time to adjust.");
  return c.integer(executor(c).idle_ms(e) / 1000);
}

// Nothing is shared here: an integer lies in its entry.  Scripts and clients know the number that Redis shows for its
// shared small integers, which it has unless eviction looks at the access clock of each.
bool redis_would_share(const Executor& x, const Entry* e) noexcept {
  constexpr int64_t kShared = 10000;
  if (e->rep() != KEEL_REP_INT || e->number() < 0 || e->number() >= kShared) return false;
  const EvictionPolicy policy = x.settings.maxmemory_policy;
  const bool by_access =
      base::evicts_by_lfu(policy) || policy == EvictionPolicy::kAllkeysLru || policy == EvictionPolicy::kVolatileLru;
  return x.settings.maxmemory == 0 || !by_access;
}

keel_status reference_count(Ctx c) {
  const Entry* e = look_at(c, 0);
  if (e == nullptr) return c.null();
  return c.integer(redis_would_share(executor(c), e) ? INT32_MAX : 1);
}

keel_status help(Ctx c) {
  constexpr Str kLines[] = {
      "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "ENCODING <key>",
      "    Return the kind of internal representation used in order to store the value",
      "    associated with a <key>.",
      "FREQ <key>",
      "    Return the access frequency index of the <key>. The returned integer is",
      "    proportional to the logarithm of the recent access frequency of the key.",
      "IDLETIME <key>",
      "    Return the idle time of the <key>, that is the approximated number of",
      "    seconds elapsed since the last access to the key.",
      "REFCOUNT <key>",
      "    Return the number of references of the value associated with the specified",
      "    <key>.",
      "HELP",
      "    Prints this help.",
  };
  c.array(std::size(kLines));
  for (const Str line : kLines) c.simple(line);
  return KEEL_OK;
}

constexpr keel_keyspec kLooksAt[] = {one_key(KEEL_KEY_RO, 2)};
constexpr Spec kContainer = {-2, 0};
constexpr Spec kOfKey = words(3, kReading);
constexpr keel_command kRows[] = {
    command("OBJECT", nullptr, kContainer, &docs::object),
    command("OBJECT|ENCODING", handler<encoding>, kOfKey, kLooksAt, &docs::object_encoding),
    command("OBJECT|FREQ", handler<frequency>, kOfKey, kLooksAt, &docs::object_freq),
    command("OBJECT|HELP", handler<help>, words(2, KEEL_CMD_LOADING | KEEL_CMD_STALE), &docs::object_help),
    command("OBJECT|IDLETIME", handler<idle_time>, kOfKey, kLooksAt, &docs::object_idletime),
    command("OBJECT|REFCOUNT", handler<reference_count>, kOfKey, kLooksAt, &docs::object_refcount),
};

}  // namespace

Rows object_rows() {
  return kRows;
}

}  // namespace keel::commands
