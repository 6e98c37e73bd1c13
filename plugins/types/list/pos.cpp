// LPOS.
#include "plugins/types/list/commands.h"

namespace lists {
namespace {

struct Search {
  Side side = Side::kFront;       // where it begins
  uint64_t skip = 0;              // matches before the first that counts
  std::optional<uint64_t> count;  // how many are wanted, 0 = all; absent = one, and the reply is no array
  uint64_t most = 0;              // elements that are compared; 0 = all
};

// Without a result the error reply is written.
std::optional<Search> parse(Ctx c) noexcept {
  constexpr Str kNoRank =
      "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start "
      "from "
      "the end of the list";
  Search s;
  keel::Args args(c, 3);
  while (args.more()) {
    if (args.take_with_value("RANK")) {
      const int64_t rank = args.integer();
      if (rank == 0) args.fail(kNoRank);
      s.side = rank < 0 ? Side::kBack : Side::kFront;
      // The smallest number has no positive twin; as in Redis 7.0 nothing is skipped for it.
      s.skip = rank == INT64_MIN || rank == 0 ? 0 : static_cast<uint64_t>(rank < 0 ? -rank : rank) - 1;
    } else if (args.take_with_value("COUNT")) {
      s.count = static_cast<uint64_t>(args.integer_between(0, INT64_MAX, "ERR COUNT can't be negative"));
    } else if (args.take_with_value("MAXLEN")) {
      s.most = static_cast<uint64_t>(args.integer_between(0, INT64_MAX, "ERR MAXLEN can't be negative"));
    } else {
      args.unknown();
    }
  }
  if (args.ok()) return s;
  return args.reply(), std::nullopt;
}

// f(index) for the matches that count, while it returns true.
template <class F>
void each_match(const keel_ref& r, const Search& s, const listpack::Needle& needle, F f) noexcept {
  const uint64_t size = length(r);
  uint64_t compared = 0;
  uint64_t skip = s.skip;
  const auto look = [&](const char* entry) {
    const uint64_t index = s.side == Side::kFront ? compared : size - 1 - compared;
    ++compared;
    if (needle.is(entry)) {
      if (skip == 0) {
        if (!f(index)) return false;
      } else {
        --skip;
      }
    }
    return compared != s.most;
  };
  s.side == Side::kFront ? each(r, 0, UINT64_MAX, look) : each_backwards(r, look);
}

}  // namespace

keel_status lpos(Ctx c) noexcept {
  const auto search = parse(c);
  if (!search) return KEEL_OK;
  const Ref r = c.read();
  if (!r) return search->count ? (c.array(0), KEEL_OK) : c.null();
  if (!r.is(plugin(c).type)) return c.wrong_type();
  const listpack::Needle needle(c.arg(2));

  if (!search->count) {
    std::optional<uint64_t> found;
    each_match(*r.raw(), *search, needle, [&](uint64_t index) { return found = index, false; });
    return found ? c.integer(static_cast<int64_t>(*found)) : c.null();
  }
  keel::OpenArray array(c);
  uint64_t n = 0;
  each_match(*r.raw(), *search, needle, [&](uint64_t index) {
    c.integer(static_cast<int64_t>(index));
    return ++n != *search->count;
  });
  array.close(n);
  return KEEL_OK;
}

}  // namespace lists
