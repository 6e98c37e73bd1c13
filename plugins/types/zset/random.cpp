// ZRANDMEMBER key [count [WITHSCORES]].
#include <algorithm>
#include <unordered_set>

#include "plugins/types/common/random_words.h"
#include "plugins/types/zset/commands.h"
#include "plugins/types/zset/reply.h"

namespace zsets {
namespace {

// n different members, n at most the size of the sorted set.
void reply_different(const View& set, uint64_t n, Row& row) {
  constexpr uint64_t kWalkFrom = 16;  // so many times more members than wanted: drawn one by one
  const uint64_t size = set.size();
  if (size / kWalkFrom < n || set.set() == nullptr) {
    row.open(n);
    types::Selection selection(size, n);
    set.each([&](Str member, const Score& score) {
      if (selection.takes_next()) row.add(member, score);
      return !selection.whole();
    });
    return;
  }
  std::unordered_set<uint64_t> ranks;
  ranks.reserve(n);
  while (ranks.size() < n) ranks.insert(types::fast_random_below(size));
  row.open(n);
  for (const uint64_t rank : ranks) {
    const Order::Place at = set.set()->order().at(rank);
    row.add(at->member->text(), Score(at->score));
  }
}

void reply_one(const View& set, Row& row) {
  set.each(types::fast_random_below(set.size()), 1, false,
           [&row](Str member, const Score& score) { return row.add(member, score), false; });
}

}  // namespace

keel_status zrandmember(Ctx c) {
  const auto words = types::random_words(c, "WITHSCORES");
  if (!words) return KEEL_OK;
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const View set(r);
  Row row(c, words->with);
  if (words->one) return r ? (reply_one(set, row), KEEL_OK) : c.null();
  if (words->count >= 0) {
    reply_different(set, std::min(static_cast<uint64_t>(words->count), set.size()), row);
    return KEEL_OK;
  }
  const uint64_t n = r ? words->repeats() : 0;
  row.open(n);
  for (uint64_t i = 0; i < n; ++i) reply_one(set, row);
  return KEEL_OK;
}

}  // namespace zsets
