#include "plugins/types/zset/type.h"

#include <algorithm>

#include "keel/cpp/digest.hpp"
#include "keel/cpp/rewrite.hpp"
#include "plugins/types/zset/reply.h"

namespace zsets {

uint64_t ZsetType::length(const keel_ref& r) noexcept {
  return View(r).size();
}

const char* ZsetType::encoding(const keel_ref& r) noexcept {
  return r.rep == KEEL_REP_OBJECT ? "skiplist" : "listpack";
}

// ZADD with so many members at a time, as Redis does.
keel_status ZsetType::rewrite(const keel_ref& r, Str key, keel_sink& resp) noexcept {
  keel::CommandWriter out(resp);
  const View set(r);
  keel::ElementCommands commands(out, "ZADD", key, set.size(), 2);
  set.each([&](Str member, const Score& score) {
    char room[32];
    commands.element();
    out.word(text_of(score.value(), room));
    out.word(member);
    return out.ok();
  });
  return out.status();
}

keel_status ZsetType::digest(const keel_ref& r, uint8_t out[20]) noexcept {
  keel::digest_value(out, 3, [&r](keel::Digest& digest) {
    View(r).each([&digest](Str member, const Score& score) {
      keel::Digest pair{};
      char room[32];
      keel::digest_mix(pair, member);
      keel::digest_mix(pair, text_of(score.value(), room));
      keel::digest_add(digest, keel::as_text(pair));
      return true;
    });
  });
  return KEEL_OK;
}

// In order: the cursor is a rank.
keel_status ZsetType::iterate(const keel_ref& r, uint64_t& cursor, uint32_t budget, keel_visit& visit) noexcept {
  const View set(r);
  const uint64_t size = set.size(), from = std::min(cursor, size);
  // A listpack is walked at once: finding a rank in it is a walk as well.
  const uint64_t n =
      set.set() != nullptr ? std::min<uint64_t>(std::max<uint32_t>(budget, 1), size - from) : size - from;
  keel_status status = KEEL_OK;
  set.each(from, n, false, [&](Str member, const Score& score) {
    status = visit.item(&visit, keel::str(member), keel_str{nullptr, 0}, score.value());
    return status == KEEL_OK;
  });
  cursor = from + n == size ? 0 : from + n;
  return status;
}

keel_status ZsetType::find(const keel_ref& r, Str member, keel_visit& visit) noexcept {
  const auto score = View(r).score(member);
  return score ? visit.item(&visit, keel::str(member), keel_str{nullptr, 0}, *score) : KEEL_ABSENT;
}

keel_status ZsetType::check(const keel_ref& r, keel_error* error) noexcept {
  const auto broken = [&](const char* why) { return keel_fail(error, KEEL_E_DATA, why); };
  if (r.rep == KEEL_REP_OBJECT) {
    if (r.enc != kBig) return broken("a sorted set is big, and its encoding is another");
    const char* why = static_cast<const SortedSet*>(r.v.object)->broken();
    return why == nullptr ? KEEL_OK : broken(why);
  }
  if (r.rep != KEEL_REP_BYTES || r.enc != kListpack || r.word < listpack::kEmpty)
    return broken("a sorted set is neither a listpack nor big");
  const listpack::View v(r.v.bytes);
  if (v.bytes() > r.word || !listpack::valid(v.all()) || v.count() % 2 != 0)
    return broken("the listpack of a sorted set is malformed");
  const View set(r);
  for (const char* p = v.begin(); p != v.end(); p = packed::next(p)) {
    Room room, digits;
    const Str text = listpack::element(p).text(room.digits);
    if (set.entry(text) != p) return broken("a member is there twice");
    if (!types::parse_real(listpack::element(listpack::next(p)).text(digits.digits)))
      return broken("a score is not a number");
    // Its place among all is right where its predecessor's is before it.
    if (p != v.begin() && packed::place(v, packed::score(listpack::next(p)), text) != p)
      return broken("the members of a listpack are not in order");
  }
  return KEEL_OK;
}

}  // namespace zsets
