// HSCAN.  NOVALUES is of Redis 7.4.
#include <vector>

#include "plugins/types/common/element_scan.h"
#include "plugins/types/common/scan_words.h"
#include "plugins/types/hash/commands.h"
#include "plugins/types/hash/view.h"

namespace hashes {
namespace {

void reply_all(Ctx c, const View& hash, const keel::Glob& pattern, bool values) noexcept {
  c.array(2);
  c.bulk(Str{"0"});
  keel::OpenArray pairs(c);
  uint64_t n = 0;
  hash.each([&](Str field, Str value) {
    if (!pattern.matches(field)) return true;
    c.bulk(field);
    if (values) c.bulk(value);
    n += values ? 2 : 1;
    return true;
  });
  pairs.close(n);
}

}  // namespace

keel_status hscan(Ctx c) {
  const auto from = keel::parse_cursor(c.arg(2));
  if (!from) return c.error(keel::kInvalidCursor);
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const View hash(r, c.now_ms());
  bool values = true;
  const auto words = types::scan_words(
      c, static_cast<bool>(r), [&values](keel::Args& args) { return args.take("NOVALUES") && (values = false, true); });
  if (!words) return KEEL_OK;
  const keel::Glob pattern(words->pattern);
  if (hash.table() == nullptr) return reply_all(c, hash, pattern, values), KEEL_OK;
  std::vector<types::Element> found;
  const uint64_t cursor = types::scan_some(*hash.table(), *from, words->count, [&](const types::Element& e) {
    if (hash.lasts(e.expire_ms) && pattern.matches(e.key)) found.push_back(e);
  });
  c.array(2);
  c.bulk(static_cast<int64_t>(cursor));  // below 2^48
  c.array(values ? found.size() * 2 : found.size());
  for (const types::Element& e : found) {
    c.bulk(e.key);
    if (values) c.bulk(e.value);
  }
  return KEEL_OK;
}

}  // namespace hashes
