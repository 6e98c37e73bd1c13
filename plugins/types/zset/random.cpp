// ZRANDMEMBER key [count [WITHSCORES]].
#include <algorithm>
#include <unordered_set>

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
    // Each member is taken with the probability that is left: Knuth, TAOCP 2, algorithm S.
    uint64_t left = size;
    set.each([&](Str member, const Score& score) {
      if (types::fast_random_below(left--) < n) {
        row.add(member, score);
        --n;
      }
      return n > 0;
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
  const bool one = c.argc() == 2;
  int64_t count = 1;
  const bool with_scores = c.argc() == 4 && c.word(3, "WITHSCORES");
  if (!one) {
    const auto n = keel::parse_integer(c.arg(2));
    if (!n) return c.error(keel::kNotInteger);
    if (*n == INT64_MIN)
      return c.error("ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");
    if (c.argc() > 4 || (c.argc() == 4 && !with_scores)) return c.error(keel::kSyntax);
    count = *n;
    if (with_scores && (count < -INT64_MAX / 2 || count > INT64_MAX / 2)) return c.error("ERR value is out of range");
    if (count < -types::kMostRepeats) return c.error("ERR value is out of range");
  }
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const View set(r);
  Row row(c, with_scores);
  if (one) return r ? (reply_one(set, row), KEEL_OK) : c.null();
  if (count >= 0) {
    reply_different(set, std::min(static_cast<uint64_t>(count), set.size()), row);
    return KEEL_OK;
  }
  const uint64_t n = r ? static_cast<uint64_t>(-count) : 0;
  row.open(n);
  for (uint64_t i = 0; i < n; ++i) reply_one(set, row);
  return KEEL_OK;
}

}  // namespace zsets
