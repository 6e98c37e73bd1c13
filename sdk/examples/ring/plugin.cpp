// RING.PUSH key item [CAP n]   RING.LEN key   RING.RANGE key start count   RING.POP key
// RING.BPOP key [key ...] timeout   RING.BMOVE source destination timeout
#include <string>

#include "keel/cpp/keel.hpp"
#include "keel/cpp/prefetch.hpp"
#include "packed.h"
#include "ring.h"
#include "type.h"

KEEL_MANIFEST(
    "name: ring\n"
    "version: 1.0.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1, keel.exec/1]\n"
    "provides: [type:ring, commands:ring]\n"
    "commands: [ring.push, ring.len, ring.pop, ring.bpop, ring.bmove, ring.range]\n");

namespace ring {
namespace {

using keel::Ctx;
using keel::Ref;

struct Plugin {
  uint16_t type = 0;
  uint32_t pushed = 0, popped = 0;  // events
  int64_t default_capacity = 100;   // the option ring-capacity
};
Plugin g_plugin;

// The value as an object, made from the packed form.
Ring* unpacked(const Ref& ref) noexcept {
  Ring* made = Ring::make(read32(ref.bytes().data()));
  bool whole = made != nullptr;
  if (whole) each_packed(ref.bytes(), [&](Str item) { whole = whole && made->push(item); });
  if (whole) return made;
  if (made != nullptr) Ring::destroy(made);
  return nullptr;
}

// Appends to the packed form where it lies. Precondition: there is room for it.
keel_status push_packed(Ctx c, Ref& ref, Str item) noexcept {
  const size_t old = ref.bytes().size();
  if (c.resize(ref, old + 4 + item.size()) != KEEL_OK) return KEEL_E_MEMORY;
  write32(ref.data() + old, static_cast<uint32_t>(item.size()));
  memcpy(ref.data() + old + 4, item.data(), item.size());
  return KEEL_OK;
}

keel_status push_object(Ctx c, Ref& ref, Str item) noexcept {
  if (ref.rep() == KEEL_REP_OBJECT) return ref.object<Ring>().push(item) ? KEEL_OK : KEEL_E_MEMORY;
  Ring* made = unpacked(ref);
  if (made == nullptr) return KEEL_E_MEMORY;
  if (!made->push(item) || c.put_object(ref, c.self<Plugin>().type, kObject, made, 0) != KEEL_OK) {
    Ring::destroy(made);
    return KEEL_E_MEMORY;
  }
  return KEEL_OK;
}

// Puts an item into a ring, which is made when it is not there. KEEL_OK or KEEL_E_MEMORY.
keel_status append(Ctx c, Ref& ref, Str item, int64_t capacity) noexcept {
  const Plugin& self = c.self<Plugin>();
  if (!ref) {
    char head[kPackedHead];
    write32(head, static_cast<uint32_t>(capacity));
    if (c.put(ref, self.type, kPacked, Str{head, sizeof head}) != KEEL_OK) return KEEL_E_MEMORY;
  }
  // A full ring forgets, which bytes cannot do cheaply: from then on it is an object.
  const bool small = ref.rep() == KEEL_REP_BYTES && ref.bytes().size() + 4 + item.size() <= kMaxPacked &&
                     kType.length(ref.raw()) < ring::capacity(*ref.raw());
  const keel_status status = small ? push_packed(c, ref, item) : push_object(c, ref, item);
  // Also when it failed: an empty ring may have been made, and a value that changed is committed.
  c.commit(ref, self.pushed, 0, KEEL_CHANGE_SIGNAL | KEEL_CHANGE_ERASE_IF_EMPTY);
  return status;
}

keel_status push(Ctx c) {
  const Plugin& self = c.self<Plugin>();
  keel::Args args{c, 3};
  int64_t capacity = self.default_capacity;
  while (args.more()) {
    if (args.take_with_value("CAP")) {
      capacity = args.integer_between(1, kMaxCapacity, "ERR CAP is out of range");
    } else {
      args.unknown();
    }
  }
  if (!args.ok()) return args.reply();
  Ref ref = c.write();
  if (ref && !ref.is(self.type)) return c.wrong_type();
  if (append(c, ref, c.arg(2), capacity) != KEEL_OK) return c.out_of_memory();
  return c.integer(static_cast<int64_t>(kType.length(ref.raw())));
}

keel_status len(Ctx c) {
  Ref ref = c.read();
  if (!ref) return c.integer(0);
  if (!ref.is(c.self<Plugin>().type)) return c.wrong_type();
  return c.integer(static_cast<int64_t>(kType.length(ref.raw())));
}

keel_status range(Ctx c) {
  keel::Args args{c, 2};
  const int64_t start = args.integer_between(0, INT64_MAX, keel::kNotInteger);
  const int64_t count = args.integer_between(0, INT64_MAX, keel::kNotInteger);
  if (!args.ok()) return args.reply();
  Ref ref = c.read();
  if (ref && !ref.is(c.self<Plugin>().type)) return c.wrong_type();
  const int64_t size = ref ? static_cast<int64_t>(kType.length(ref.raw())) : 0;
  const int64_t from = std::min(start, size), n = std::min(count, size - from);
  c.array(static_cast<uint64_t>(n));
  int64_t at = 0;
  if (n > 0)
    each(*ref.raw(), [&](Str item) {
      if (at >= from && at < from + n) c.bulk(item);
      ++at;
    });
  return KEEL_OK;
}

// Before a member is taken: bytes that a reply under way still sends from are not moved.
bool own(Ctx c, Ref& ref) noexcept {
  return ref.rep() != KEEL_REP_BYTES || c.resize(ref, ref.bytes().size()) == KEEL_OK;
}

Str oldest(const Ref& ref) noexcept {
  if (ref.rep() == KEEL_REP_OBJECT) return ref.object<Ring>().at(0);
  return ref.bytes().substr(kPackedHead + 4, read32(ref.bytes().data() + kPackedHead));
}

// Takes the oldest member out of a ring, which is not empty.
void drop_oldest(Ctx c, Ref& ref) noexcept {
  if (ref.rep() == KEEL_REP_OBJECT) {
    ref.object<Ring>().pop();
  } else {
    const size_t n = 4 + oldest(ref).size(), rest = ref.bytes().size() - kPackedHead - n;
    memmove(ref.data() + kPackedHead, ref.data() + kPackedHead + n, rest);
    c.resize(ref, kPackedHead + rest);
  }
  c.commit(ref, c.self<Plugin>().popped, 0, KEEL_CHANGE_ERASE_IF_EMPTY);
}

keel_status pop(Ctx c) {
  Ref ref = c.write();
  if (!ref) return c.null();
  if (!ref.is(c.self<Plugin>().type)) return c.wrong_type();
  if (!own(c, ref)) return c.out_of_memory();
  c.bulk(oldest(ref));
  drop_oldest(c, ref);
  return KEEL_OK;
}

// The first of the keys that has a ring; while there is none, the client waits. Run again, it looks at the key that is
// ready alone: whoever waits for several keys is served by the one that was pushed to.
keel_status bpop(Ctx c) {
  const Plugin& self = c.self<Plugin>();
  const auto woken = keel::woken_by(c);
  const auto until = woken ? std::optional<int64_t>{0} : keel::deadline(c, c.argc() - 1);
  if (!until) return KEEL_OK;
  for (uint32_t k = woken.value_or(0); k < (woken ? *woken + 1 : c.keys()); ++k) {
    Ref ref = c.write(k);
    if (!ref) continue;
    if (!ref.is(self.type)) return c.wrong_type();
    if (!own(c, ref)) return c.out_of_memory();
    // The change log does not wait: it gets what was done.
    if (c.logged()) c.propagate(Str{"RING.POP"}, c.key(k));
    c.array(2);
    c.bulk(c.key(k));
    c.bulk(oldest(ref));
    drop_oldest(c, ref);
    return KEEL_OK;
  }
  return keel::block(c, {.type = self.type, .deadline_ms = *until});
}

// From one ring to another, which may be the one that somebody else waits for.
keel_status bmove(Ctx c) {
  const Plugin& self = c.self<Plugin>();
  const auto until = keel::woken_by(c) ? std::optional<int64_t>{0} : keel::deadline(c, 3);
  if (!until) return KEEL_OK;
  Ref from = c.write(0);
  if (!from) {
    constexpr uint32_t kSource[] = {0};
    return keel::block(c, {.type = self.type, .deadline_ms = *until, .null_array = false, .keys = kSource});
  }
  Ref to = c.write(1);
  if (!from.is(self.type) || (to && !to.is(self.type))) return c.wrong_type();
  const std::string item{oldest(from)};  // the two may be the same ring
  if (append(c, to, item, self.default_capacity) != KEEL_OK) return c.out_of_memory();
  from = c.write(0);
  if (!own(c, from)) return c.out_of_memory();
  drop_oldest(c, from);
  if (c.logged()) {
    c.propagate(Str{"RING.PUSH"}, c.key(1), Str{item});
    c.propagate(Str{"RING.POP"}, c.key(0));
  }
  return c.bulk(item);
}

// The ring, the place of its oldest member, the member: three lines that lie apart.
uint32_t fetch_oldest(keel_ahead* ahead) noexcept {
  if (ahead->value->type != static_cast<const Plugin*>(ahead->self)->type) return 0;
  const auto* ring = static_cast<const Ring*>(ahead->value->v.object);
  if (ahead->step == 0) return keel::prefetch(ring), 1;
  if (ring->size() == 0) return 0;
  if (ahead->step == 1) return keel::prefetch(ring->place(0)), 1;
  return keel::prefetch(ring->at(0).data()), 0;
}

constexpr keel_keyspec kMoves[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_DELETE),
                                   keel::one_key(KEEL_KEY_RW | KEEL_KEY_INSERT, 2)};
constexpr keel_keyspec kTakeSome[] = {keel::keys_at(KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_DELETE, 1, -2)};
constexpr keel_keyspec kTake[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_DELETE)};
constexpr keel_keyspec kWrite[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_INSERT)};
constexpr keel_keyspec kRead[] = {keel::one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS)};
constexpr keel_command kCommands[] = {
    keel::command("RING.PUSH", keel::handler<push>, {-3, KEEL_CMD_WRITE | KEEL_CMD_DENYOOM | KEEL_CMD_FAST}, kWrite),
    keel::command("RING.LEN", keel::handler<len>, {2, KEEL_CMD_READONLY | KEEL_CMD_FAST}, kRead),
    keel::prefetched_by(fetch_oldest,
                        keel::command("RING.POP", keel::handler<pop>, {2, KEEL_CMD_WRITE | KEEL_CMD_FAST}, kTake)),
    keel::command("RING.BPOP", keel::handler<bpop>, {-3, KEEL_CMD_WRITE | KEEL_CMD_BLOCKING | KEEL_CMD_NOSCRIPT},
                  kTakeSome),
    keel::command("RING.BMOVE", keel::handler<bmove>,
                  {4, KEEL_CMD_WRITE | KEEL_CMD_DENYOOM | KEEL_CMD_BLOCKING | KEEL_CMD_NOSCRIPT}, kMoves),
    keel::command("RING.RANGE", keel::handler<range>, {4, KEEL_CMD_READONLY}, kRead),
};

constexpr keel_option kOptions[] = {{
    .name = "ring-capacity",
    .initial = "100",
    .doc = "Members that a new ring holds when RING.PUSH does not say CAP.",
    .type = KEEL_OPTION_INTEGER,
    .flags = KEEL_OPTION_MUTABLE,
    .min = 1,
    .max = kMaxCapacity,
    .choices = nullptr,
    .apply = [](void* self, keel_str value, keel_error* error) noexcept -> keel_status {
      const auto n = keel::parse_integer(keel::view(value));
      if (!n) return keel_fail(error, KEEL_E_ARG, "ring-capacity is no number");
      static_cast<Plugin*>(self)->default_capacity = *n;
      return KEEL_OK;
    },
}};

keel_status create(const keel_host* host, void** self, keel_error* error) noexcept {
  g_core = host->core;
  g_plugin.pushed = host->core->event(host, 'd', keel::str("ring.push"));
  g_plugin.popped = host->core->event(host, 'd', keel::str("ring.pop"));
  if (g_plugin.pushed == 0 || g_plugin.popped == 0)
    return keel_fail(error, KEEL_E_MEMORY, "no number is left for an event");
  *self = &g_plugin;
  return KEEL_OK;
}

keel_status setup(void* self, keel_registrar* r, keel_error* error) noexcept {
  auto& plugin = *static_cast<Plugin*>(self);
  plugin.type = r->type(r, &kType, error);
  if (plugin.type == 0) return KEEL_E_ARG;
  const keel_status status = r->options(r, kOptions, std::size(kOptions), sizeof kOptions[0], error);
  if (status != KEEL_OK) return status;
  return r->commands(r, kCommands, std::size(kCommands), sizeof kCommands[0], error);
}

constexpr keel_need kNeeds[] = {
    {KEEL_KEYSPACE, offsetof(keel_keyspace, read_named), 0}, {KEEL_EXEC, sizeof(keel_exec), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"type:ring", "commands:ring", nullptr};

}  // namespace
}  // namespace ring

const keel_plugin keel_plugin_v1 = {KEEL_MAGIC,
                                    sizeof(keel_plugin),
                                    KEEL_ABI_MAJOR,
                                    "ring",
                                    "1.0.0",
                                    "MIT",
                                    "A capped list, as an example in C++",
                                    ring::kNeeds,
                                    ring::kProvides,
                                    ring::create,
                                    ring::setup,
                                    nullptr,
                                    nullptr,
                                    nullptr};
