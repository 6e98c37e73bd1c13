// HRANDFIELD key [count [WITHVALUES]].
#include <algorithm>

#include "plugins/types/hash/commands.h"
#include "plugins/types/hash/view.h"

namespace hashes {
namespace {

// Writes pairs as HRANDFIELD replies them.
class Pairs {
 public:
  Pairs(Ctx c, bool with_values) noexcept : c_(c), with_values_(with_values) {}
  // The header: n pairs follow.
  void open(uint64_t n) noexcept { c_.array(with_values_ && !c_.resp3() ? 2 * n : n); }
  void add(Str field, Str value) noexcept {
    if (with_values_ && c_.resp3()) c_.array(2);
    c_.bulk(field);
    if (with_values_) c_.bulk(value);
  }

 private:
  Ctx c_;
  bool with_values_;
};

// f(Str field, Str value) for a pair drawn at random, unless there is none.
template <class F>
void draw(const View& hash, F f) {
  if (!hash.has_ended()) {
    if (hash.size() > 0) hash.random(f);
    return;
  }
  // Until those that have ended are removed: counted through.
  uint64_t left = hash.count();
  if (left == 0) return;
  uint64_t skip = types::fast_random_below(left);
  hash.each([&](Str field, Str value) {
    if (skip-- > 0) return true;
    f(field, value);
    return false;
  });
}

// n different pairs, n at most the number of pairs.
void reply_different(const View& hash, uint64_t n, Pairs& pairs) {
  if (hash.table() != nullptr && n > 0 && !hash.has_ended()) {
    // Only then may the drawing lack memory, before its first pair.
    bool begun = false;
    hash.table()->sample(n, [&](const types::Element& e) {
      if (!begun) pairs.open(n);
      begun = true;
      pairs.add(e.key, e.value);
    });
    return;
  }
  pairs.open(n);
  uint64_t left = hash.count();
  hash.each([&](Str field, Str value) {
    if (types::fast_random_below(left--) < n) {
      pairs.add(field, value);
      --n;
    }
    return n > 0;
  });
}

}  // namespace

keel_status hrandfield(Ctx c) {
  const bool one = c.argc() == 2;
  int64_t count = 1;
  const bool with_values = c.argc() == 4 && c.word(3, "WITHVALUES");
  if (!one) {
    const auto n = keel::parse_integer(c.arg(2));
    if (!n) return c.error(keel::kNotInteger);
    if (*n == INT64_MIN)
      return c.error("ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");
    if (c.argc() > 4 || (c.argc() == 4 && !with_values)) return c.error(keel::kSyntax);
    count = *n;
    if (with_values && (count < -INT64_MAX / 2 || count > INT64_MAX / 2)) return c.error("ERR value is out of range");
    if (count < -types::kMostRepeats) return c.error("ERR value is out of range");
  }
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const View hash(r, c.now_ms());
  if (one) {
    if (!r) return c.null();
    bool there = false;
    draw(hash, [&](Str field, Str) { there = c.bulk(field) == KEEL_OK; });
    return there ? KEEL_OK : c.null();
  }
  Pairs pairs(c, with_values);
  if (count >= 0) {
    reply_different(hash, std::min(static_cast<uint64_t>(count), hash.count()), pairs);
    return KEEL_OK;
  }
  const uint64_t n = hash.count() > 0 ? static_cast<uint64_t>(-count) : 0;
  pairs.open(n);
  for (uint64_t i = 0; i < n; ++i) draw(hash, [&pairs](Str field, Str value) { pairs.add(field, value); });
  return KEEL_OK;
}

}  // namespace hashes
