// LCS: options, limits and the forms of its reply.
#include "keel/cpp/memory.hpp"
#include "plugins/types/string/commands.h"
#include "plugins/types/string/lcs.h"

namespace strings {
namespace {

struct LcsOptions {
  bool length = false, ranges = false, with_size = false;
  int64_t min_size = 0;

  void parse(keel::Args& args) noexcept {
    while (args.more()) {
      if (args.take("IDX"))
        ranges = true;
      else if (args.take("LEN"))
        length = true;
      else if (args.take("WITHMATCHLEN"))
        with_size = true;
      else if (args.take_with_value("MINMATCHLEN"))
        min_size = args.integer();
      else
        args.unknown();
    }
    if (length && ranges) args.fail("ERR If you want both the length and indexes, please just use IDX.");
  }
};

constexpr Str kNoMemory = "ERR Insufficient memory, failed allocating transient memory for LCS";

// The reference refuses what would not fit into its own table of 32-bit numbers; the same texts are refused here,
// though a table takes far less (see lcs.h).
Str refusal(Str a, Str b, int64_t limit) noexcept {
  if (a.size() >= UINT32_MAX - 1 || b.size() >= UINT32_MAX - 1) return "ERR String too long for LCS";
  uint64_t bytes = 0;
  const uint64_t cells = (uint64_t{a.size()} + 1) * (uint64_t{b.size()} + 1);  // below 2^64 by the line above
  if (__builtin_mul_overflow(cells, sizeof(uint32_t), &bytes)) return kNoMemory;
  if (bytes > static_cast<uint64_t>(limit))
    return "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len";
  return {};
}

keel_status reply_ranges(Ctx c, const LcsTable& table, const LcsOptions& options) noexcept {
  c.map(2);
  c.bulk("matches");
  keel::OpenArray array(c);
  uint64_t n = 0;
  table.each_range([&](CommonRange range) {
    if (range.size() < options.min_size) return;
    ++n;
    c.array(options.with_size ? 3 : 2);
    c.array(2), c.integer(range.a_first), c.integer(range.a_last);
    c.array(2), c.integer(range.b_first), c.integer(range.b_last);
    if (options.with_size) c.integer(range.size());
  });
  array.close(n);
  c.bulk("len");
  return c.integer(table.length());
}

// The subsequence itself; it is found from its end.
keel_status reply_text(Ctx c, Str a, const LcsTable& table, char* room) noexcept {
  char* at = room + table.length();
  table.each_match([&](uint32_t i, uint32_t) { *--at = a[i]; });
  return c.bulk({room, table.length()});
}

}  // namespace

keel_status lcs(Ctx c) noexcept {
  const Plugin& p = plugin(c);
  const Ref first = c.read(0);
  const Ref second = c.read(1);
  if ((first && !first.is(p.type)) || (second && !second.is(p.type)))
    return c.error("ERR The specified keys must contain string values");
  LcsOptions options;
  keel::Args args(c, 3);
  options.parse(args);
  if (!args.ok()) return args.reply();
  const Text a(first);
  const Text b(second);
  if (const Str why = refusal(a, b, static_cast<int64_t>(c.string_limit())); !why.empty()) return c.error(why);

  // One block: the table, and behind it the text of the reply.
  const uint64_t words = LcsTable::words(a, b, !options.length);
  const size_t text_size = options.length || options.ranges ? 0 : std::min(a.size(), b.size());
  const keel::Block block(*p.core, words * sizeof(uint64_t) + text_size + 1, KEEL_MEMORY_PLUGIN);
  if (!block) return c.error(kNoMemory);
  auto* const table_words = reinterpret_cast<uint64_t*>(block.data());
  const LcsTable table(a, b, {table_words, words}, !options.length);
  if (options.ranges) return reply_ranges(c, table, options);
  if (options.length) return c.integer(table.length());
  return reply_text(c, a, table, block.data() + words * sizeof(uint64_t));
}

}  // namespace strings
