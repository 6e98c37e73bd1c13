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

// n different pairs, n at most the size of the hash.
void reply_different(const View& hash, uint64_t n, Pairs& pairs) {
  if (hash.table() != nullptr && n > 0) {
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
  uint64_t left = hash.size();
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
  const View hash(r);
  if (one) {
    if (!r) return c.null();
    hash.random([&c](Str field, Str) { return c.bulk(field) == KEEL_OK; });
    return KEEL_OK;
  }
  Pairs pairs(c, with_values);
  if (count >= 0) {
    reply_different(hash, std::min(static_cast<uint64_t>(count), hash.size()), pairs);
    return KEEL_OK;
  }
  const uint64_t n = r ? static_cast<uint64_t>(-count) : 0;
  pairs.open(n);
  for (uint64_t i = 0; i < n; ++i)
    hash.random([&pairs](Str field, Str value) {
      pairs.add(field, value);
      return true;
    });
  return KEEL_OK;
}

}  // namespace hashes
