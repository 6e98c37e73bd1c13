// What is asked of members and ranges, without listing them: ZCARD, ZCOUNT, ZLEXCOUNT, ZSCORE, ZMSCORE, ZRANK,
// ZREVRANK.
#include "plugins/types/zset/bounds.h"
#include "plugins/types/zset/commands.h"

namespace zsets {
namespace {

// reply(View) for the sorted set under the key, an empty one when there is none.
template <class F>
keel_status with_set(Ctx c, F reply) {
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  return reply(View(r));
}

keel_status rank(Ctx c, bool down, Str too_many_words) {
  if (c.argc() > 4) return c.error(too_many_words);
  const bool with_score = c.argc() == 4;
  if (with_score && !c.word(3, "WITHSCORE")) return c.error(keel::kSyntax);
  return with_set(c, [c, down, with_score](const View& set) mutable {
    const auto found = set.rank(c.arg(2));
    if (!found) return with_score ? c.null_array() : c.null();
    const auto rank = static_cast<int64_t>(down ? set.size() - 1 - found->rank : found->rank);
    if (!with_score) return c.integer(rank);
    c.array(2);
    c.integer(rank);
    return c.real(found->score);
  });
}

}  // namespace

keel_status zcard(Ctx c) {
  return with_set(c, [c](const View& set) mutable { return c.integer(static_cast<int64_t>(set.size())); });
}

keel_status zcount(Ctx c) {
  const auto range = ScoreRange::parse(c.arg(2), c.arg(3));
  if (!range) return c.error(kNotScoreRange);
  return with_set(c, [&](const View& set) { return c.integer(static_cast<int64_t>(range->in(set).size())); });
}

keel_status zlexcount(Ctx c) {
  const auto range = TextRange::parse(c.arg(2), c.arg(3));
  if (!range) return c.error(kNotTextRange);
  return with_set(c, [&](const View& set) { return c.integer(static_cast<int64_t>(range->in(set).size())); });
}

keel_status zscore(Ctx c) {
  return with_set(c, [c](const View& set) mutable {
    const auto score = set.score(c.arg(2));
    return score ? c.real(*score) : c.null();
  });
}

keel_status zmscore(Ctx c) {
  return with_set(c, [c](const View& set) mutable {
    c.array(c.argc() - 2);
    for (uint32_t i = 2; i < c.argc(); ++i) {
      const auto score = set.score(c.arg(i));
      score ? c.real(*score) : c.null();
    }
    return KEEL_OK;
  });
}

keel_status zrank(Ctx c) {
  return rank(c, false, "ERR wrong number of arguments for 'zrank' command");
}

keel_status zrevrank(Ctx c) {
  return rank(c, true, "ERR wrong number of arguments for 'zrevrank' command");
}

}  // namespace zsets
