// XREAD and XREADGROUP, which wait when they are told to.
#include <string>
#include <vector>

#include "keel/cpp/blocking.hpp"
#include "plugins/types/stream/commands.h"
#include "plugins/types/stream/log.h"

namespace streams {
namespace {

constexpr uint64_t kCountAfterWaiting = 1000;  // entries, when the client does not say COUNT

struct Request {
  uint32_t first = 0, streams = 0;  // the word of the first key; how many
  uint64_t count = 0;               // 0 = all
  bool waits = false, no_ack = false;
  int64_t deadline_ms = 0;
  std::optional<uint32_t> group;  // the word; the consumer's is the next one
  // Which entries of stream k: those after an ID, or what was never delivered.
  struct After {
    bool never_delivered = false;
    Id id;
  };
  std::vector<After> after;
};

class Reader {
 public:
  Reader(Ctx c, bool groups) noexcept : c_(c), groups_(groups), woken_(keel::woken_by(c)) {}

  keel_status run() {
    if (!parse()) return KEEL_OK;
    if (woken_) return again();
    for (uint32_t k = 0; k < q_.streams; ++k)
      if (!resolve(k)) return KEEL_OK;
    return first_time();
  }

 private:
  Ref open(uint32_t k) noexcept { return groups_ ? found_to_change(c_, k) : c_.read(k); }
  Str group_name() const noexcept { return c_.arg(*q_.group); }
  Str consumer_name() const noexcept { return c_.arg(*q_.group + 1); }

  bool parse();
  bool take_option(uint32_t& i);
  bool resolve(uint32_t k);
  keel_status first_time();
  keel_status again();
  keel_status wait();

  void begin_stream(uint32_t k) noexcept {
    if (!c_.resp3()) c_.array(2);
    c_.bulk(c_.key(k));
  }
  // One stream; nothing is written when it has nothing to tell. False = it has none.
  bool read(uint32_t k, Ref& r, Id after);
  // The consumer, who is made when there is none; nullptr = out of memory.
  Consumer* consumer_of(Group& g, GroupLog& log, bool& made) noexcept;
  uint64_t deliver(Stream& s, Group& g, Consumer& to, Id after, GroupLog& log);
  void history(const Stream& s, Group& g, Consumer& of, Id after, GroupLog& log);

  Ctx c_;
  bool groups_;
  std::optional<uint32_t> woken_;
  Request q_;
  std::optional<keel::OpenArray> reply_;
  uint64_t served_ = 0;
};

// An option that is no STREAMS; false = an error reply is written.
bool Reader::take_option(uint32_t& i) {
  const uint32_t more = c_.argc() - i - 1;
  if (c_.word(i, "BLOCK") && more > 0) {
    q_.waits = true;
    ++i;
    if (woken_) return true;
    const auto until = keel::deadline(c_, i, KEEL_TIMEOUT_MILLISECONDS);
    q_.deadline_ms = until.value_or(0);
    return until.has_value();
  }
  if (c_.word(i, "COUNT") && more > 0) {
    const auto n = integer_word(c_, ++i);
    q_.count = n && *n > 0 ? static_cast<uint64_t>(*n) : 0;
    return n.has_value();
  }
  if (c_.word(i, "GROUP") && more > 1) {
    if (!groups_)
      return c_.error("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead."), false;
    q_.group = i + 1;
    i += 2;
    return true;
  }
  if (c_.word(i, "NOACK")) {
    if (!groups_)
      return c_.error("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead."), false;
    q_.no_ack = true;
    return true;
  }
  return c_.error(keel::kSyntax), false;
}

bool Reader::parse() {
  for (uint32_t i = 1; i < c_.argc() && q_.first == 0; ++i) {
    if (!c_.word(i, "STREAMS") || i + 1 == c_.argc()) {
      if (!take_option(i)) return false;
      continue;
    }
    q_.first = i + 1;
    const uint32_t words = c_.argc() - q_.first;
    if (words % 2 != 0) {
      // The same words for both commands, as in Redis.
      c_.error("ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.");
      return false;
    }
    q_.streams = words / 2;
  }
  if (q_.first == 0 || q_.streams != c_.keys()) return c_.error(keel::kSyntax), false;
  if (groups_ && !q_.group) return c_.error("ERR Missing GROUP option for XREADGROUP"), false;
  q_.after.resize(q_.streams);
  return true;
}

// Which entries of one stream are asked for; false = an error reply is written.
bool Reader::resolve(uint32_t k) {
  Ref r = open(k);
  if (r && !r.is(plugin(c_).type)) return c_.wrong_type(), false;
  if (groups_ && (!r || stream_of(r).find(group_name()) == nullptr)) {
    c_.error("NOGROUP No such key '" + std::string(c_.key(k)) + "' or consumer group '" + std::string(group_name()) +
             "' in XREADGROUP with GROUP option");
    return false;
  }
  const Str word = c_.arg(q_.first + q_.streams + k);
  if (word == "$") {
    if (groups_) {
      c_.error(
          "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by "
          "specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result "
          "set.");
      return false;
    }
    q_.after[k].id = r ? stream_of(r).last_id : Id{};
    return true;
  }
  if (word == ">") {
    if (!groups_) {
      c_.error("ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.");
      return false;
    }
    q_.after[k].never_delivered = true;
    return true;
  }
  const auto id = id_word(c_, word);
  if (!id) return false;
  // The greatest ID stands for ">", as in Redis.
  q_.after[k] = {groups_ && *id == kLastId, *id};
  return true;
}

keel_status Reader::first_time() {
  for (uint32_t k = 0; k < q_.streams; ++k) {
    Ref r = open(k);
    if (r) read(k, r, q_.after[k].id);
  }
  if (reply_) {
    reply_->close(served_, c_.resp3() ? KEEL_MAP : KEEL_ARRAY);
    return KEEL_OK;
  }
  return q_.waits ? wait() : c_.null_array();
}

keel_status Reader::wait() {
  std::vector<keel_str> words;
  std::vector<IdText> ids(q_.streams);
  if (!groups_) {  // "$" is the last ID of now, not of then
    words.assign(c_.raw()->argv, c_.raw()->argv + c_.argc());
    for (uint32_t k = 0; k < q_.streams; ++k) {
      ids[k] = IdText(q_.after[k].id);
      words[q_.first + q_.streams + k] = keel::str(ids[k]);
    }
  }
  return keel::block(c_, {.type = plugin(c_).type, .deadline_ms = q_.deadline_ms, .gone = groups_, .words = words});
}

// A key is ready; it alone is looked at.
keel_status Reader::again() {
  const uint32_t k = *woken_;
  Ref r = open(k);
  if (!r || !r.is(plugin(c_).type)) {
    if (groups_) return c_.error("UNBLOCKED the stream key no longer exists");
    return wait();
  }
  if (q_.count == 0) q_.count = kCountAfterWaiting;
  if (groups_ && stream_of(r).find(group_name()) == nullptr)
    return c_.error("NOGROUP the consumer group this client was blocked on no longer exists");
  if (!groups_) q_.after[k].id = parse_id(c_.arg(q_.first + q_.streams + k), 0).value_or(Id{});
  q_.after[k].never_delivered = groups_;
  if (!read(k, r, q_.after[k].id)) return wait();
  reply_->close(served_, c_.resp3() ? KEEL_MAP : KEEL_ARRAY);
  return KEEL_OK;
}

Consumer* Reader::consumer_of(Group& g, GroupLog& log, bool& made) noexcept {
  Consumer* there = g.find(consumer_name());
  made = there == nullptr;
  if (made) {
    there = g.add(consumer_name(), c_.now_ms());
    if (there != nullptr) log.created(there->name);
  } else {
    there->seen_ms = c_.now_ms();
  }
  return there;
}

bool Reader::read(uint32_t k, Ref& r, Id after) {
  Stream& s = stream_of(r);
  const bool fresh = q_.after[k].never_delivered;
  Group* const g = groups_ ? s.find(group_name()) : nullptr;
  if (fresh) after = g->last_id;
  const bool has = (groups_ && !fresh) || (s.length > 0 && s.last_id > after && s.find_last() > after);
  if (!has) return false;
  if (!reply_) reply_.emplace(c_);
  begin_stream(k);
  ++served_;
  if (!groups_) {
    keel::OpenArray entries(c_);
    uint64_t n = 0;
    s.each(after.next().value_or(kLastId), kLastId, [&](const BlockReader& block, const Entry& e) {
      reply_entry(c_, block, e);
      return ++n != q_.count;
    });
    entries.close(n);
    return true;
  }

  bool made = false;
  {
    GroupLog log(c_, c_.key(k), group_name());
    log.nothing();
    Consumer* consumer = consumer_of(*g, log, made);
    if (consumer == nullptr) throw std::bad_alloc();
    if (fresh)
      deliver(s, *g, *consumer, after, log);
    else
      history(s, *g, *consumer, after, log);
  }
  c_.commit(r, made ? plugin(c_).events.consumer_create : 0, 0, KEEL_CHANGE_UNWATCHED, made ? 2 : 1);
  return true;
}

uint64_t Reader::deliver(Stream& s, Group& g, Consumer& to, Id after, GroupLog& log) {
  keel::OpenArray entries(c_);
  uint64_t n = 0;
  bool moved = false;
  s.each(after.next().value_or(kLastId), kLastId, [&](const BlockReader& block, const Entry& e) {
    if (!q_.no_ack) {
      const Pending* p = g.assign(e.id, to, c_.now_ms(), 1);
      if (p == nullptr) return false;  // it is delivered when there is memory again
      log.assigned(*p, std::max(g.last_id, e.id));
    }
    if (e.id > g.last_id) {
      if (g.entries_read != kUnknownRead && !s.may_have_holes(e.id))
        ++g.entries_read;
      else if (s.entries_added > 0)
        g.entries_read = s.count_up_to(e.id);
      g.last_id = e.id;
      moved = true;
    }
    reply_entry(c_, block, e);
    return ++n != q_.count;
  });
  entries.close(n);
  if (moved) log.moved(g);
  return n;
}

// What is pending with a consumer, delivered once more.
void Reader::history(const Stream& s, Group& g, Consumer& of, Id after, GroupLog& log) {
  keel::OpenArray entries(c_);
  uint64_t n = 0;
  auto p = of.pending.lower(after.next().value_or(kLastId));
  for (; p != of.pending.end() && (q_.count == 0 || n < q_.count); p = of.pending.next(p), ++n) {
    const Id id = of.pending.at(p).id;
    if (!reply_entry(c_, s, id)) {
      c_.array(2);
      reply_id(c_, id);
      c_.null_array();
      continue;
    }
    Pending& there = *g.pending.find(id);
    there.delivered_ms = c_.now_ms();
    ++there.deliveries;
    log.assigned(there, g.last_id);
  }
  entries.close(n);
}

// The keys behind STREAMS, as far as the options before it make sense.
uint32_t keys_of(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap, uint32_t flags) noexcept {
  const auto is = [argv](uint32_t i, Str name) { return keel::same_word(keel::view(argv[i]), name); };
  for (uint32_t i = 1; i < argc; ++i) {
    if (is(i, "STREAMS")) {
      const uint32_t words = argc - i - 1;
      if (words == 0 || words % 2 != 0) return UINT32_MAX;
      for (uint32_t k = 0; k < words / 2 && k < cap; ++k) out[k] = {i + 1 + k, flags, 0};
      return words / 2;
    }
    if (is(i, "BLOCK") || is(i, "COUNT"))
      ++i;
    else if (is(i, "GROUP"))
      i += 2;
    else if (!is(i, "NOACK"))
      return UINT32_MAX;
  }
  return UINT32_MAX;
}

}  // namespace

keel_status xread(Ctx c) {
  return Reader(c, false).run();
}
keel_status xreadgroup(Ctx c) {
  return Reader(c, true).run();
}

uint32_t xread_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  return keys_of(argv, argc, out, cap, KEEL_KEY_RO | KEEL_KEY_ACCESS);
}
uint32_t xreadgroup_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  return keys_of(argv, argc, out, cap, KEEL_KEY_RO | KEEL_KEY_ACCESS);
}

}  // namespace streams
