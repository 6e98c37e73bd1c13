// Ranges by rank, score and text: ZRANGE, ZRANGESTORE, and their older relatives.
#include <algorithm>

#include "plugins/types/zset/bounds.h"
#include "plugins/types/zset/commands.h"
#include "plugins/types/zset/reply.h"
#include "plugins/types/zset/store.h"

namespace zsets {
namespace {

enum class By : uint8_t { kAny, kRank, kScore, kText };
enum class Way : uint8_t { kAny, kUp, kDown };

// What the command has settled, and what its words may.
struct Wanted {
  By by = By::kAny;
  Way way = Way::kAny;
  bool store = false;
  bool with_scores = false;
  int64_t offset = 0, limit = -1;  // below zero: none is in the range; no limit
};

// The words behind the range; false = the error reply is written.
bool parse_options(Ctx c, uint32_t from, Wanted& w) noexcept {
  const bool any_by = w.by == By::kAny, any_way = w.way == Way::kAny;
  keel::Args args(c, from);
  while (args.more()) {
    if (!w.store && args.take("WITHSCORES")) {
      w.with_scores = true;
    } else if (args.left() >= 3 && args.take("LIMIT")) {
      w.offset = args.integer();
      w.limit = args.integer();
    } else if (any_way && w.way == Way::kAny && args.take("REV")) {
      w.way = Way::kDown;
    } else if (any_by && w.by == By::kAny && args.take("BYLEX")) {
      w.by = By::kText;
    } else if (any_by && w.by == By::kAny && args.take("BYSCORE")) {
      w.by = By::kScore;
    } else {
      args.unknown();
    }
  }
  if (!args.ok()) return args.reply(), false;
  if (w.by == By::kAny) w.by = By::kRank;
  if (w.limit != -1 && w.by == By::kRank)
    return c.error("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX"), false;
  if (w.with_scores && w.by == By::kText)
    return c.error("ERR syntax error, WITHSCORES not supported in combination with BYLEX"), false;
  return true;
}

// The ends of the range, in whichever form.
struct Ends {
  int64_t start = 0, stop = 0;
  ScoreRange scores{};
  TextRange texts{};

  // False = the error reply is written.
  bool parse(Ctx c, uint32_t first, const Wanted& w) noexcept {
    const bool swapped = w.way == Way::kDown && w.by != By::kRank;
    const Str min = c.arg(first + (swapped ? 1 : 0)), max = c.arg(first + (swapped ? 0 : 1));
    if (w.by == By::kRank) {
      const auto from = keel::parse_integer(min), to = keel::parse_integer(max);
      if (!from || !to) return c.error(keel::kNotInteger), false;
      start = *from;
      stop = *to;
    } else if (w.by == By::kScore) {
      const auto range = ScoreRange::parse(min, max);
      if (!range) return c.error(kNotScoreRange), false;
      scores = *range;
    } else {
      const auto range = TextRange::parse(min, max);
      if (!range) return c.error(kNotTextRange), false;
      texts = *range;
    }
    return true;
  }

  // Which members these are, counted in the direction that is wanted.
  Ranks in(const View& set, const Wanted& w) const noexcept {
    if (w.by == By::kRank) return ranks_between(start, stop, set.size());
    Ranks up = w.by == By::kScore ? scores.in(set) : texts.in(set);
    if (w.way == Way::kDown) up = {set.size() - up.to, set.size() - up.from};
    const uint64_t skipped = w.offset < 0 ? up.size() : std::min(static_cast<uint64_t>(w.offset), up.size());
    up.from += skipped;
    if (w.limit >= 0) up.to = up.from + std::min(static_cast<uint64_t>(w.limit), up.size());
    return up;
  }
};

// f(member, score) for each member of these ranks, which count in the direction that is wanted.
template <class F>
void each_of(const View& set, const Ranks& ranks, const Wanted& w, F f) {
  const bool down = w.way == Way::kDown;
  set.each(down ? set.size() - 1 - ranks.from : ranks.from, ranks.size(), down, f);
}

// The range that begins at word `first`, of key number `key`.
keel_status range(Ctx c, uint32_t first, uint32_t key, Wanted w) {
  if (!parse_options(c, first + 2, w)) return KEEL_OK;
  Ends ends;
  if (!ends.parse(c, first, w)) return KEEL_OK;
  const Ref r = c.read(key);
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const View set(r);
  const Ranks ranks = ends.in(set, w);
  if (!w.store) {
    Row row(c, w.with_scores);
    row.open(ranks.size());
    each_of(set, ranks, w, [&row](Str member, const Score& score) { return row.add(member, score), true; });
    return KEEL_OK;
  }
  OwnEdit result(*plugin(c).core);
  bool memory = w.by != By::kRank || limits.take(ranks.size()) || result.make_big();
  if (memory)
    each_of(set, ranks, w, [&](Str member, const Score& score) { return memory = result.add(member, score.value()); });
  return memory ? store(c, result, plugin(c).events.zrangestore) : c.out_of_memory();
}

}  // namespace

keel_status zrange(Ctx c) {
  return range(c, 2, 0, {});
}
keel_status zrangestore(Ctx c) {
  return range(c, 3, 1, {.store = true});
}
keel_status zrevrange(Ctx c) {
  return range(c, 2, 0, {.by = By::kRank, .way = Way::kDown});
}
keel_status zrangebyscore(Ctx c) {
  return range(c, 2, 0, {.by = By::kScore, .way = Way::kUp});
}
keel_status zrevrangebyscore(Ctx c) {
  return range(c, 2, 0, {.by = By::kScore, .way = Way::kDown});
}
keel_status zrangebylex(Ctx c) {
  return range(c, 2, 0, {.by = By::kText, .way = Way::kUp});
}
keel_status zrevrangebylex(Ctx c) {
  return range(c, 2, 0, {.by = By::kText, .way = Way::kDown});
}

}  // namespace zsets
