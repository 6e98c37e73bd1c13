// What can be told about a stream, its groups and consumers: XINFO.
#include <algorithm>
#include <string>

#include "plugins/types/stream/commands.h"

namespace streams {
namespace {

class Info {
 public:
  Info(Ctx c, const Stream& s) noexcept : c_(c), s_(s) {}

  void brief() noexcept {
    c_.map(10);
    head();
    number("groups", s_.groups.size());
    name("first-entry");
    edge(s_.find_first());
    name("last-entry");
    edge(s_.find_last());
  }

  // At most `count` of each list; 0 = all.
  void full(uint64_t count) noexcept {
    count_ = count;
    c_.map(9);
    head();
    name("entries");
    keel::OpenArray entries(c_);
    uint64_t n = 0;
    s_.each({}, kLastId, [&](const BlockReader& r, const Entry& e) {
      reply_entry(c_, r, e);
      return ++n != count_;
    });
    entries.close(n);
    name("groups");
    c_.array(s_.groups.size());
    for (const auto& [key, g] : s_.groups) group(g);
  }

  void groups() noexcept {
    c_.array(s_.groups.size());
    for (const auto& [key, g] : s_.groups) {
      c_.map(6);
      name("name");
      c_.bulk(g.name);
      number("consumers", g.consumers.size());
      number("pending", g.pending.size());
      progress(g);
    }
  }

 private:
  void name(Str s) noexcept { c_.bulk(s); }
  void number(Str s, uint64_t n) noexcept {
    name(s);
    c_.integer(static_cast<int64_t>(n));
  }
  void id(Str s, Id id) noexcept {
    name(s);
    reply_id(c_, id);
  }
  void edge(Id id) noexcept {
    if (s_.length == 0 || !reply_entry(c_, s_, id)) c_.null();
  }
  void head() noexcept {
    number("length", s_.length);
    // There is no radix tree; this is what the smallest one for as many blocks would have.
    number("radix-tree-keys", s_.blocks.size());
    number("radix-tree-nodes", s_.blocks.size() + 1);
    id("last-generated-id", s_.last_id);
    id("max-deleted-entry-id", s_.max_deleted);
    number("entries-added", s_.entries_added);
    id("recorded-first-entry-id", s_.first_id);
  }
  void progress(const Group& g) noexcept {
    id("last-delivered-id", g.last_id);
    name("entries-read");
    g.entries_read != kUnknownRead ? c_.integer(g.entries_read) : c_.null();
    name("lag");
    const auto behind = lag(g);
    behind ? c_.integer(*behind) : c_.null();
  }
  // How many entries the group has still to read, if that can be told.
  std::optional<int64_t> lag(const Group& g) const noexcept {
    const auto added = static_cast<int64_t>(s_.entries_added);
    if (added == 0) return 0;
    const bool exact = g.entries_read != kUnknownRead && !s_.may_have_holes(g.last_id);
    const int64_t read = exact ? g.entries_read : s_.count_up_to(g.last_id);
    return read != kUnknownRead ? std::optional{added - read} : std::nullopt;
  }
  // f(row) for the first rows of a list, as an array.
  template <class Rows, class F>
  void first_of(const Rows& rows, F f) noexcept {
    c_.array(count_ == 0 ? rows.size() : std::min(count_, rows.size()));
    uint64_t n = 0;
    for (auto p = rows.begin(); p != rows.end() && (count_ == 0 || n < count_); p = rows.next(p), ++n) f(rows.at(p));
  }
  void group(const Group& g) noexcept {
    c_.map(7);
    name("name");
    c_.bulk(g.name);
    progress(g);
    number("pel-count", g.pending.size());
    name("pending");
    first_of(g.pending, [this](const Pending& p) {
      c_.array(4);
      reply_id(c_, p.id);
      c_.bulk(p.consumer->name);
      c_.integer(p.delivered_ms);
      c_.integer(static_cast<int64_t>(p.deliveries));
    });
    name("consumers");
    c_.array(g.consumers.size());
    for (const auto& [key, consumer] : g.consumers) {
      c_.map(4);
      name("name");
      c_.bulk(consumer.name);
      name("seen-time");
      c_.integer(consumer.seen_ms);
      number("pel-count", consumer.pending.size());
      name("pending");
      first_of(consumer.pending, [&](const PendingId& row) {
        const Pending& p = *g.pending.find(row.id);
        c_.array(3);
        reply_id(c_, p.id);
        c_.integer(p.delivered_ms);
        c_.integer(static_cast<int64_t>(p.deliveries));
      });
    }
  }

  Ctx c_;
  const Stream& s_;
  uint64_t count_ = 0;
};

// The stream, or an error reply.
const Stream* existing(Ctx c, const Ref& r) noexcept {
  if (!r) return c.error("ERR no such key"), nullptr;
  if (!r.is(plugin(c).type)) return c.wrong_type(), nullptr;
  return &stream_of(r);
}

}  // namespace

keel_status xinfo_stream(Ctx c) {
  Ref r = c.read();
  const Stream* s = existing(c, r);
  if (s == nullptr) return KEEL_OK;
  Info info(c, *s);
  if (c.argc() == 3) return info.brief(), KEEL_OK;
  if ((c.argc() != 4 && c.argc() != 6) || !c.word(3, "FULL") || (c.argc() == 6 && !c.word(4, "COUNT")))
    return unknown_subcommand(c, "XINFO");
  int64_t count = 10;
  if (c.argc() == 6) {
    const auto n = integer_word(c, 5);
    if (!n) return KEEL_OK;
    if (*n >= 0) count = *n;
  }
  return info.full(static_cast<uint64_t>(count)), KEEL_OK;
}

keel_status xinfo_groups(Ctx c) {
  Ref r = c.read();
  const Stream* s = existing(c, r);
  if (s != nullptr) Info(c, *s).groups();
  return KEEL_OK;
}

keel_status xinfo_consumers(Ctx c) {
  Ref r = c.read();
  if (existing(c, r) == nullptr) return KEEL_OK;
  const Group* g = stream_of(r).find(c.arg(3));
  if (g == nullptr)
    return c.error("NOGROUP No such consumer group '" + std::string(c.arg(3)) + "' for key name '" +
                   std::string(c.key(0)) + "'");
  c.array(g->consumers.size());
  for (const auto& [key, consumer] : g->consumers) {
    c.map(3);
    c.bulk("name");
    c.bulk(consumer.name);
    c.bulk("pending");
    c.integer(static_cast<int64_t>(consumer.pending.size()));
    c.bulk("idle");
    c.integer(std::max<int64_t>(c.now_ms() - consumer.seen_ms, 0));
  }
  return KEEL_OK;
}

keel_status xinfo_help(Ctx c) {
  constexpr Str kLines[] = {
      "XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "CONSUMERS <key> <groupname>",
      "    Show consumers of <groupname>.",
      "GROUPS <key>",
      "    Show the stream consumer groups.",
      "STREAM <key> [FULL [COUNT <count>]",
      "    Show information about the stream.",
      "HELP",
      "    Prints this help.",
  };
  c.array(std::size(kLines));
  for (const Str line : kLines) c.simple(line);
  return KEEL_OK;
}

}  // namespace streams
