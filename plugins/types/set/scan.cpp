// SSCAN.
#include <vector>

#include "plugins/types/common/element_scan.h"
#include "plugins/types/common/scan_words.h"
#include "plugins/types/set/commands.h"
#include "plugins/types/set/view.h"

namespace sets {
namespace {

void reply_all(Ctx c, const View& set, const keel::Glob& pattern) noexcept {
  c.array(2);
  c.bulk(Str{"0"});
  keel::OpenArray members(c);
  uint64_t n = 0;
  set.each([&](Str member) {
    if (!pattern.matches(member)) return;
    c.bulk(member);
    ++n;
  });
  members.close(n);
}

}  // namespace

keel_status sscan(Ctx c) {
  const auto from = keel::parse_cursor(c.arg(2));
  if (!from) return c.error(keel::kInvalidCursor);
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const View set(r);
  const auto words = types::scan_words(c, static_cast<bool>(r));
  if (!words) return KEEL_OK;
  const keel::Glob pattern(words->pattern);
  if (set.table() == nullptr) return reply_all(c, set, pattern), KEEL_OK;
  std::vector<Str> found;
  const uint64_t cursor = types::scan_some(*set.table(), *from, words->count, [&](const types::Element& e) {
    if (pattern.matches(e.key)) found.push_back(e.key);
  });
  c.array(2);
  c.bulk(static_cast<int64_t>(cursor));  // below 2^48
  c.array(found.size());
  for (const Str member : found) c.bulk(member);
  return KEEL_OK;
}

}  // namespace sets
