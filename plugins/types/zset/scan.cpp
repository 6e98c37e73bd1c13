// ZSCAN.
#include <vector>

#include "plugins/types/common/element_scan.h"
#include "plugins/types/common/scan_words.h"
#include "plugins/types/zset/commands.h"
#include "plugins/types/zset/reply.h"

namespace zsets {
namespace {

// A listpack: all of it.  Scores as their entries have them.
void reply_all(Ctx c, const View& set, const keel::Glob& pattern) {
  c.array(2);
  c.bulk(Str{"0"});
  keel::OpenArray items(c);
  uint64_t n = 0;
  if (set.bytes() != nullptr) {
    const listpack::View v(set.bytes());
    for (const char* p = v.begin(); p != v.end(); p = packed::next(p)) {
      Room member, score;
      const Str text = listpack::element(p).text(member.digits);
      if (!pattern.matches(text)) continue;
      c.bulk(text);
      c.bulk(listpack::element(listpack::next(p)).text(score.digits));
      n += 2;
    }
  }
  items.close(n);
}

}  // namespace

keel_status zscan(Ctx c) {
  const auto from = keel::parse_cursor(c.arg(2));
  if (!from) return c.error(keel::kInvalidCursor);
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const View set(r);
  const auto words = types::scan_words(c, static_cast<bool>(r));
  if (!words) return KEEL_OK;
  const keel::Glob pattern(words->pattern);
  if (set.set() == nullptr) return reply_all(c, set, pattern), KEEL_OK;
  std::vector<const Member*> found;
  const uint64_t cursor = types::scan_some(*set.set(), *from, words->count, [&](const Member& m) {
    if (pattern.matches(m.text())) found.push_back(&m);
  });
  c.array(2);
  c.bulk(static_cast<int64_t>(cursor));  // below 2^48
  c.array(found.size() * 2);
  for (const Member* m : found) {
    char room[32];
    c.bulk(m->text());
    c.bulk(text_of(m->score, room));
  }
  return KEEL_OK;
}

}  // namespace zsets
