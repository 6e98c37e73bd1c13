// Pending entries change hands: XCLAIM, XAUTOCLAIM.
#include <algorithm>
#include <string>
#include <vector>

#include "plugins/types/stream/commands.h"
#include "plugins/types/stream/log.h"

namespace streams {
namespace {

struct Options {
  int64_t min_idle = 0;
  uint32_t ids_end = 5;  // words 5 .. ids_end - 1 are IDs
  bool force = false, just_id = false;
  int64_t delivered_ms = 0;
  std::optional<uint64_t> deliveries;
  Id last_id;
};

// Of XCLAIM, from word 4 on. Nothing = the error reply is written.
std::optional<Options> claim_options(Ctx c) {
  Options o;
  const auto idle = integer_word(c, 4, "ERR Invalid min-idle-time argument for XCLAIM");
  if (!idle) return std::nullopt;
  o.min_idle = std::max<int64_t>(*idle, 0);
  while (o.ids_end < c.argc() && parse_id(c.arg(o.ids_end), 0)) ++o.ids_end;
  const int64_t now = c.now_ms();
  int64_t delivered = -1;
  for (uint32_t i = o.ids_end; i < c.argc(); ++i) {
    const bool more = i + 1 < c.argc();
    if (c.word(i, "FORCE")) {
      o.force = true;
    } else if (c.word(i, "JUSTID")) {
      o.just_id = true;
    } else if (c.word(i, "IDLE") && more) {
      const auto n = integer_word(c, ++i, "ERR Invalid IDLE option argument for XCLAIM");
      if (!n) return std::nullopt;
      // What lies out of range is a moment that makes no sense, which is now.
      if (__builtin_sub_overflow(now, *n, &delivered)) delivered = now;
    } else if (c.word(i, "TIME") && more) {
      const auto n = integer_word(c, ++i, "ERR Invalid TIME option argument for XCLAIM");
      if (!n) return std::nullopt;
      delivered = *n;
    } else if (c.word(i, "RETRYCOUNT") && more) {
      const auto n = integer_word(c, ++i, "ERR Invalid RETRYCOUNT option argument for XCLAIM");
      if (!n) return std::nullopt;
      o.deliveries.reset();
      if (*n >= 0) o.deliveries = static_cast<uint64_t>(*n);
    } else if (c.word(i, "LASTID") && more) {
      const auto id = id_word(c, c.arg(++i));
      if (!id) return std::nullopt;
      o.last_id = *id;
    } else {
      return c.error("ERR Unrecognized XCLAIM option '" + std::string(c.arg(i)) + "'"), std::nullopt;
    }
  }
  o.delivered_ms = delivered < 0 || delivered > now ? now : delivered;
  return o;
}

// Gives entries to a consumer, who is made for the first of them when there is none.
class Claimer {
 public:
  Claimer(Ctx c, const Stream& s, Group& g) noexcept : c_(c), s_(s), g_(g), log_(c, c.key(0), c.arg(2)) {
    log_.nothing();
  }

  uint32_t changes() const noexcept { return changes_; }

  // Writes the entry, or its ID. False = out of memory, and nothing has changed.
  bool take(Id id, int64_t delivered_ms, uint64_t deliveries, bool just_id) noexcept {
    if (to_ == nullptr && !find_consumer()) return false;
    const Pending* p = g_.assign(id, *to_, delivered_ms, deliveries);
    if (p == nullptr) return false;
    if (just_id)
      reply_id(c_, id);
    else
      reply_entry(c_, s_, id);
    log_.assigned(*p, g_.last_id);
    ++changes_;
    return true;
  }
  // The entry is no longer in the stream.
  void forget(const Pending& p) noexcept {
    log_.assigned(p, g_.last_id);
    g_.acknowledge(p.id);
    ++changes_;
  }
  void moved() noexcept {
    log_.moved(g_);
    ++changes_;
  }
  void commit(Ref& r) noexcept {
    if (changes_ > 0 || made_)
      c_.commit(r, made_ ? plugin(c_).events.consumer_create : 0, 0, KEEL_CHANGE_UNWATCHED, changes_ + (made_ ? 1 : 0));
  }

 private:
  bool find_consumer() noexcept {
    to_ = g_.find(c_.arg(3));
    made_ = to_ == nullptr;
    if (made_) {
      to_ = g_.add(c_.arg(3), c_.now_ms());
      if (to_ != nullptr) log_.created(to_->name);
    } else {
      to_->seen_ms = c_.now_ms();
    }
    return to_ != nullptr;
  }

  Ctx c_;
  const Stream& s_;
  Group& g_;
  GroupLog log_;
  Consumer* to_ = nullptr;
  bool made_ = false;
  uint32_t changes_ = 0;
};

}  // namespace

keel_status xclaim(Ctx c) {
  Ref r = found_to_change(c);
  Group* g = group_of(c, r, c.arg(2));
  if (g == nullptr) return KEEL_OK;
  const auto o = claim_options(c);
  if (!o) return KEEL_OK;
  const Stream& s = stream_of(r);
  const bool moved = o->last_id > g->last_id;
  if (moved) g->last_id = o->last_id;
  Claimer claimer(c, s, *g);
  keel::OpenArray reply(c);
  uint64_t n = 0;
  for (uint32_t i = 5; i < o->ids_end; ++i) {
    const Id id = *parse_id(c.arg(i), 0);
    const Pending* p = g->pending.find(id);
    if (!s.exists(id)) {
      if (p != nullptr) claimer.forget(*p);
      continue;
    }
    if (p == nullptr && !o->force) continue;
    if (p != nullptr && o->min_idle > 0 && c.now_ms() - p->delivered_ms < o->min_idle) continue;
    const uint64_t before = p != nullptr ? p->deliveries : 1;
    if (!claimer.take(id, o->delivered_ms, o->deliveries.value_or(before + (o->just_id ? 0 : 1)), o->just_id)) break;
    ++n;
  }
  if (moved && claimer.changes() == 0) claimer.moved();
  claimer.commit(r);
  reply.close(n);
  return KEEL_OK;
}

keel_status xautoclaim(Ctx c) {
  constexpr int64_t kMostCount = INT64_MAX / 16, kAttempts = 10;  // attempts for each entry that is asked for
  constexpr Str kBadCount = "ERR COUNT must be > 0";
  const auto idle = integer_word(c, 4, "ERR Invalid min-idle-time argument for XAUTOCLAIM");
  if (!idle) return KEEL_OK;
  const int64_t min_idle = std::max<int64_t>(*idle, 0);
  const auto from = from_word(c, 5);
  if (!from) return KEEL_OK;
  int64_t count = 100;
  bool just_id = false;
  keel::Args args(c, 6);
  while (args.more()) {
    if (args.take_with_value("COUNT"))
      count = args.integer_between(1, kMostCount, kBadCount);
    else if (args.take("JUSTID"))
      just_id = true;
    else
      args.unknown();
  }
  if (!args.ok()) return args.reply();
  Ref r = found_to_change(c);
  Group* g = group_of(c, r, c.arg(2));
  if (g == nullptr) return KEEL_OK;

  const Stream& s = stream_of(r);
  Claimer claimer(c, s, *g);
  // What will be claimed, and what has gone: the reply begins with the place where the search ends.
  std::vector<Id> claimed, gone;
  auto p = g->pending.lower(*from);
  for (int64_t attempts = count * kAttempts, left = count; attempts > 0 && left > 0 && p != g->pending.end();
       --attempts, p = g->pending.next(p)) {
    const Pending& entry = g->pending.at(p);
    const bool there = s.exists(entry.id);
    if (there && min_idle > 0 && c.now_ms() - entry.delivered_ms < min_idle) continue;
    (there ? claimed : gone).push_back(entry.id);
    --left;
  }
  const Id next = p != g->pending.end() ? g->pending.at(p).id : Id{};
  c.array(3);
  reply_id(c, next);
  keel::OpenArray reply(c);
  uint64_t n = 0;
  for (const Id id : claimed) {
    const uint64_t before = g->pending.find(id)->deliveries;
    if (!claimer.take(id, c.now_ms(), before + (just_id ? 0 : 1), just_id)) break;
    ++n;
  }
  reply.close(n);
  c.array(gone.size());
  for (const Id id : gone) {
    claimer.forget(*g->pending.find(id));
    reply_id(c, id);
  }
  claimer.commit(r);
  return KEEL_OK;
}

}  // namespace streams
