// What is delivered and not acknowledged: XACK, XPENDING.
#include <algorithm>

#include "plugins/types/stream/commands.h"

namespace streams {
namespace {

keel_status summary(Ctx c, const Group& g) noexcept {
  c.array(4);
  c.integer(static_cast<int64_t>(g.pending.size()));
  if (g.pending.empty()) return c.null(), c.null(), c.null_array();
  reply_id(c, g.pending.first().id);
  reply_id(c, g.pending.last().id);
  keel::OpenArray consumers(c);
  uint64_t n = 0;
  for (const auto& [name, consumer] : g.consumers) {
    if (consumer.pending.empty()) continue;
    c.array(2);
    c.bulk(consumer.name);
    c.bulk(static_cast<int64_t>(consumer.pending.size()));
    ++n;
  }
  consumers.close(n);
  return KEEL_OK;
}

struct Wanted {
  Id from, to;
  int64_t min_idle = 0, count = 0;
  std::optional<Str> consumer;
};

// Words 3 and on. Nothing = the error reply is written.
std::optional<Wanted> wanted(Ctx c) noexcept {
  Wanted w;
  uint32_t at = 3;
  if (c.word(at, "IDLE")) {
    const auto idle = integer_word(c, at + 1);
    if (!idle) return std::nullopt;
    if (c.argc() < 8) return c.error(keel::kSyntax), std::nullopt;
    w.min_idle = *idle;
    at += 2;
  }
  const auto count = integer_word(c, at + 2);
  if (!count) return std::nullopt;
  w.count = std::max<int64_t>(*count, 0);
  const auto from = from_word(c, at);
  if (!from) return std::nullopt;
  const auto to = to_word(c, at + 1);
  if (!to) return std::nullopt;
  w.from = *from;
  w.to = *to;
  if (at + 3 < c.argc()) w.consumer = c.arg(at + 3);
  return w;
}

// Shows those of a list of IDs, the group's or a consumer's.
template <class Rows>
void show(Ctx c, const Group& g, const Rows& rows, const Wanted& w) noexcept {
  keel::OpenArray entries(c);
  int64_t n = 0;
  for (auto p = rows.lower(w.from); n < w.count && p != rows.end() && rows.at(p).id <= w.to; p = rows.next(p)) {
    const Pending* entry = nullptr;
    if constexpr (std::is_same_v<Rows, IdMap<Pending>>)
      entry = &rows.at(p);
    else
      entry = g.pending.find(rows.at(p).id);
    const int64_t idle = c.now_ms() - entry->delivered_ms;
    if (w.min_idle != 0 && idle < w.min_idle) continue;
    c.array(4);
    reply_id(c, entry->id);
    c.bulk(entry->consumer->name);
    c.integer(std::max<int64_t>(idle, 0));
    c.integer(static_cast<int64_t>(entry->deliveries));
    ++n;
  }
  entries.close(static_cast<uint64_t>(n));
}

}  // namespace

keel_status xack(Ctx c) {
  Ref r = found_to_change(c);
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  Group* g = r ? stream_of(r).find(c.arg(2)) : nullptr;
  if (g == nullptr) return c.integer(0);
  for (uint32_t i = 3; i < c.argc(); ++i)
    if (!id_word(c, c.arg(i))) return KEEL_OK;
  uint32_t n = 0;
  for (uint32_t i = 3; i < c.argc(); ++i) n += g->acknowledge(*parse_id(c.arg(i), 0));
  if (n > 0) c.commit(r, 0, 0, KEEL_CHANGE_UNWATCHED, n);
  return c.integer(n);
}

keel_status xpending(Ctx c) {
  const bool all = c.argc() == 3;
  if (!all && (c.argc() < 6 || c.argc() > 9)) return c.error(keel::kSyntax);
  std::optional<Wanted> w;
  if (!all && !(w = wanted(c))) return KEEL_OK;
  Ref r = c.read();
  const Group* g = group_of(c, r, c.arg(2));
  if (g == nullptr) return KEEL_OK;
  if (all) return summary(c, *g);
  if (!w->consumer) return show(c, *g, g->pending, *w), KEEL_OK;
  const Consumer* consumer = g->find(*w->consumer);
  if (consumer == nullptr) return c.array(0), KEEL_OK;
  return show(c, *g, consumer->pending, *w), KEEL_OK;
}

}  // namespace streams
