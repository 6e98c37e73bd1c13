// HRANDFIELD key [count [WITHVALUES]].
#include <algorithm>

#include "plugins/types/common/random_words.h"
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
  types::Selection selection(hash.count(), n);
  hash.each([&](Str field, Str value) {
    if (selection.takes_next()) pairs.add(field, value);
    return !selection.whole();
  });
}

}  // namespace

keel_status hrandfield(Ctx c) {
  const auto words = types::random_words(c, "WITHVALUES");
  if (!words) return KEEL_OK;
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const View hash(r, c.now_ms());
  if (words->one) {
    if (!r) return c.null();
    bool there = false;
    draw(hash, [&](Str field, Str) { there = c.bulk(field) == KEEL_OK; });
    return there ? KEEL_OK : c.null();
  }
  Pairs pairs(c, words->with);
  if (words->count >= 0) {
    reply_different(hash, std::min(static_cast<uint64_t>(words->count), hash.count()), pairs);
    return KEEL_OK;
  }
  const uint64_t n = hash.count() > 0 ? words->repeats() : 0;
  pairs.open(n);
  for (uint64_t i = 0; i < n; ++i) draw(hash, [&pairs](Str field, Str value) { pairs.add(field, value); });
  return KEEL_OK;
}

}  // namespace hashes
