// MEMORY.
#include "host/admin/memory_docs.h"
#include "host/admin/memory_report.h"
#include "host/admin/rows.h"
#include "host/admin/text.h"
#include "host/admin/words.h"

namespace keel::admin {
namespace {

constexpr uint32_t kUsualSamples = 5;

keel_status usage(Ctx c) {
  uint32_t samples = kUsualSamples;
  for (uint32_t i = 3; i < c.argc(); i += 2) {
    if (!c.word(i, "samples") || i + 1 == c.argc()) return c.error(kSyntax);
    const auto n = parse_integer(c.arg(i + 1));
    if (!n) return c.error(kNotInteger);
    if (*n < 0) return c.error(kSyntax);
    samples = *n == 0 ? UINT32_MAX : static_cast<uint32_t>(std::min<int64_t>(*n, UINT32_MAX));
  }
  exec::Executor& executor = exec::Executor::of(c.raw());
  keyspace::Entry* e = executor.find(executor.db(), c.raw()->keys[0].hash, c.key(0));
  if (e == nullptr) return c.null();
  return c.integer(static_cast<int64_t>(executor.keyspace.footprint(e, samples)));
}

// One map of the reply: numbers and, in RESP3, doubles, under their names.
class Report {
 public:
  explicit Report(Ctx c) : c_(c), open_(c) {}
  void number(Str name, uint64_t n) { name_it(name).integer(static_cast<int64_t>(n)); }
  void difference(Str name, uint64_t a, uint64_t b) {
    name_it(name).integer(static_cast<int64_t>(a) - static_cast<int64_t>(b));
  }
  void ratio(Str name, double d) { name_it(name).real(d); }
  Ctx name_it(Str name) {
    ++pairs_;
    c_.bulk(name);
    return c_;
  }
  void close() { open_.close(pairs_, KEEL_MAP); }

 private:
  Ctx c_;
  OpenArray open_;
  uint64_t pairs_ = 0;
};

void reply_databases(Report& out, const MemoryReport& r) {
  for (const MemoryReport::PerDatabase& db : r.databases) {
    Report inner(out.name_it("db." + std::to_string(db.index)));
    inner.number("overhead.hashtable.main", db.keys);
    inner.number("overhead.hashtable.expires", db.expires);
    inner.number("overhead.hashtable.slot-to-keys", 0);
    inner.close();
  }
}

keel_status stats(Ctx c) {
  const MemoryReport r = memory_report(c.self<Server>());
  const uint64_t beyond_startup = r.used > r.startup ? r.used - r.startup : 0;
  Report out(c);
  out.number("peak.allocated", r.peak);
  out.number("total.allocated", r.used);
  out.number("startup.allocated", r.startup);
  out.number("replication.backlog", 0);
  out.number("clients.slaves", 0);
  out.number("clients.normal", r.clients);
  out.number("cluster.links", 0);
  out.number("aof.buffer", 0);
  out.number("lua.caches", 0);
  out.number("functions.caches", 0);
  reply_databases(out, r);
  out.number("overhead.total", r.overhead);
  out.number("keys.count", r.keys);
  out.number("keys.bytes-per-key", r.keys == 0 ? 0 : beyond_startup / r.keys);
  out.number("dataset.bytes", r.dataset);
  out.ratio("dataset.percentage", r.dataset_percent());
  out.ratio("peak.percentage", r.peak_percent());
  out.number("allocator.allocated", r.allocator.allocated);
  out.number("allocator.active", r.allocator.active);
  out.number("allocator.resident", r.allocator.resident);
  out.ratio("allocator-fragmentation.ratio", r.allocator_fragmentation());
  out.difference("allocator-fragmentation.bytes", r.allocator.active, r.allocator.allocated);
  out.ratio("allocator-rss.ratio", r.allocator_rss());
  out.difference("allocator-rss.bytes", r.allocator.resident, r.allocator.active);
  out.ratio("rss-overhead.ratio", r.rss_overhead());
  out.difference("rss-overhead.bytes", r.resident, r.allocator.resident);
  out.ratio("fragmentation", r.fragmentation());
  out.difference("fragmentation.bytes", r.resident, r.used);
  out.close();
  return KEEL_OK;
}

keel_status doctor(Ctx c) {
  constexpr uint64_t kLittle = 5 << 20, kSlack = 10 << 20, kBigClient = 200 << 10;
  const MemoryReport r = memory_report(c.self<Server>());
  if (r.used < kLittle)
    return c.verbatim(
        "Hi Sam, this instance is empty or is using very little memory, my issues detector can't be used in these "
        "conditions. Please, leave for your mission on Earth and fill it with some data. The new Sam and I will be "
        "back to our programming as soon as I finished rebooting.\n");
  std::string found;
  if (r.peak_percent() < 100 / 1.5)
    found +=
        " * Peak memory: in the past this instance used more than 150% of the memory that it uses now. The allocator "
        "may not give the rest back to the system; MEMORY PURGE asks it to. A high fragmentation ratio is no cause "
        "for concern then.\n\n";
  if (r.fragmentation() > 1.4 && r.resident > r.used + kSlack)
    found +=
        " * High total RSS: the process holds more than 1.4 times the memory that it has allocated. Usually the reason "
        "is that it once held more (see above), that other memory than data is big, or fragmentation.\n\n";
  if (r.allocator_fragmentation() > 1.1 && r.allocator.active > r.allocator.allocated + kSlack)
    found +=
        " * High allocator fragmentation: the allocator cannot fill its pages with the sizes that are asked for. It "
        "often goes away when keys change.\n\n";
  if (r.allocator_rss() > 1.1 && r.allocator.resident > r.allocator.active + kSlack)
    found +=
        " * High allocator RSS overhead: the allocator holds pages that it does not use. MEMORY PURGE frees them.\n\n";
  if (r.rss_overhead() > 1.1 && r.resident > r.allocator.resident + kSlack)
    found += " * High process RSS overhead: memory outside of the allocator is big, as of stacks and libraries.\n\n";
  const size_t clients = c.self<Server>().executor.clients.size();
  if (clients > 0 && r.clients / clients > kBigClient)
    found +=
        " * Big client buffers: connections hold more than 200 KiB each on average. CLIENT LIST shows in omem and qbuf "
        "which of them read too slowly or send too much.\n\n";
  if (found.empty())
    return c.verbatim(
        "Hi Sam, I can't find any memory issue in your instance. I can only account for what occurs on this base.\n");
  return c.verbatim("Sam, I detected a few issues in this Keel instance memory implants:\n\n" + found +
                    "I'm here to keep you safe, Sam. I want to help you.\n");
}

keel_status malloc_stats(Ctx c) {
  const base::AllocatorStats a = base::allocator_stats();
  std::string text = std::string{base::allocator_name()} + "\n";
  const auto line = [&text](Str name, uint64_t n) {
    text.append(name).append(": ");
    append(text, n);
    text += '\n';
  };
  line("Allocated", a.allocated);
  line("active", a.active);
  line("metadata", a.metadata);
  line("resident", a.resident);
  line("mapped", a.mapped);
  line("retained", a.retained);
  return c.verbatim(text);
}

keel_status purge(Ctx c) {
  base::purge_allocator();
  return c.ok();
}

keel_status help(Ctx c) {
  return reply_help(c, {
                           "DOCTOR",
                           "    Return memory problems reports.",
                           "MALLOC-STATS",
                           "    Return internal statistics report from the memory allocator.",
                           "PURGE",
                           "    Attempt to purge dirty pages for reclamation by the allocator.",
                           "STATS",
                           "    Return information about the memory usage of the server.",
                           "USAGE <key> [SAMPLES <count>]",
                           "    Return memory in bytes used by <key> and its value. Nested values are",
                           "    sampled up to <count> times (default: 5, 0 means sample all).",
                       });
}

constexpr keel_keyspec kKey[] = {one_key(KEEL_KEY_RO, 2)};

constexpr keel_command kRows[] = {
    command("MEMORY", nullptr, {-2, 0}, &docs::memory::container),
    command("MEMORY|USAGE", handler<usage>, {-3, KEEL_CMD_READONLY}, kKey, &docs::memory::usage),
    command("MEMORY|STATS", handler<stats>, {2, 0}, &docs::memory::stats),
    command("MEMORY|DOCTOR", handler<doctor>, {2, 0}, &docs::memory::doctor),
    command("MEMORY|MALLOC-STATS", handler<malloc_stats>, {2, 0}, &docs::memory::malloc_stats),
    command("MEMORY|PURGE", handler<purge>, {2, 0}, &docs::memory::purge),
    command("MEMORY|HELP", handler<help>, {2, kAnyTime}, &docs::memory::help),
};

}  // namespace

Rows memory_rows() {
  return kRows;
}

}  // namespace keel::admin
