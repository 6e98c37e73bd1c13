// Entries come and go: XADD, XTRIM, XDEL, XSETID.
#include <vector>

#include "plugins/types/stream/commands.h"
#include "plugins/types/stream/trim_options.h"

namespace streams {
namespace {

constexpr Str kNotGreater = "ERR The ID specified in XADD is equal or smaller than the target stream top item";

// The ID of the entry to be added behind `last`; nothing = there is none.
std::optional<Id> new_id(Ctx c, const std::optional<IdWord>& word, Id last) noexcept {
  if (!word) {
    const auto now = static_cast<uint64_t>(c.now_ms());
    return now > last.ms ? std::optional{Id{now, 0}} : last.next();
  }
  Id id = word->id;
  if (!word->whole && id.ms == last.ms) {
    if (last.seq == UINT64_MAX) return std::nullopt;
    id.seq = last.seq + 1;
  }
  return id > last ? std::optional{id} : std::nullopt;
}

void log_add(Ctx c, const TrimOptions& o, Id id, const Stream& after) {
  if (!c.logged() || (o.id && o.id->whole && !o.trim.approximate)) return;
  const TrimWords trim(o.trim, after);
  const IdText text(id);
  std::vector<keel_str> words{keel::str("XADD"), keel::str(c.key(0))};
  words.reserve(c.argc() + 2);
  if (o.trim.kind != Trim::kNone)
    for (const Str s : {trim.name(), Str{"="}, trim.value()}) words.push_back(keel::str(s));
  words.push_back(keel::str(text));
  words.insert(words.end(), c.raw()->argv + o.at + 1, c.raw()->argv + c.argc());
  c.raw()->exec->propagate(c.raw(), words.data(), static_cast<uint32_t>(words.size()));
}

}  // namespace

keel_status xadd(Ctx c) {
  const auto options = trim_options(c, true);
  if (!options) return KEEL_OK;
  const uint32_t first = options->at + 1;
  if (options->at == 0 || c.argc() < first + 2 || (c.argc() - first) % 2 != 0)
    return c.error("ERR wrong number of arguments for 'xadd' command");
  if (options->id && options->id->whole && options->id->id.zero())
    return c.error("ERR The ID specified in XADD must be greater than 0-0");
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (r && !r.is(p.type)) return c.wrong_type();
  if (!r && !options->make_stream) return c.null();
  const Id last = r ? stream_of(r).last_id : Id{};
  if (last == kLastId) return c.error("ERR The stream has exhausted the last possible ID, unable to add more items");
  const auto id = new_id(c, options->id, last);
  if (!id) return c.error(kNotGreater);
  uint64_t bytes = 0;
  for (uint32_t i = first; i < c.argc(); ++i) bytes += c.arg(i).size();
  if (bytes > kMostBytes) return c.error("ERR Elements are too large to be stored");

  Stream* s = r ? &stream_of(r) : Stream::make();
  if (s == nullptr) return c.out_of_memory();
  if (s->add(*id, {c.raw()->argv + first, c.argc() - first}) != Added::kYes ||
      (!r && c.put_object(r, p.type, 0, s, 0) != KEEL_OK)) {
    if (!r) Stream::destroy(s);
    return c.out_of_memory();
  }
  reply_id(c, *id);
  const bool trimmed = options->trim.kind != Trim::kNone && s->trim(options->trim) > 0;
  log_add(c, *options, *id, *s);
  c.commit(r, p.events.xadd, trimmed ? p.events.xtrim : 0, KEEL_CHANGE_SIGNAL);
  return KEEL_OK;
}

keel_status xtrim(Ctx c) {
  const auto options = trim_options(c, false);
  if (!options) return KEEL_OK;
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (!r) return c.integer(0);
  if (!r.is(p.type)) return c.wrong_type();
  Stream& s = stream_of(r);
  const uint64_t gone = s.trim(options->trim);
  if (gone > 0) {
    if (c.logged() && options->trim.approximate) {
      const TrimWords trim(options->trim, s);
      c.propagate(Str{"XTRIM"}, c.key(0), trim.name(), Str{"="}, trim.value());
    }
    c.commit(r, p.events.xtrim, 0, 0, static_cast<uint32_t>(gone));
  }
  return c.integer(static_cast<int64_t>(gone));
}

keel_status xdel(Ctx c) {
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (!r) return c.integer(0);
  if (!r.is(p.type)) return c.wrong_type();
  for (uint32_t i = 2; i < c.argc(); ++i)
    if (!id_word(c, c.arg(i))) return KEEL_OK;
  uint32_t gone = 0;
  keel_status status = KEEL_OK;
  for (uint32_t i = 2; i < c.argc() && status >= 0; ++i) {
    status = stream_of(r).remove(*parse_id(c.arg(i), 0));
    gone += status == KEEL_OK;
  }
  if (gone > 0) c.commit(r, p.events.xdel, 0, 0, gone);
  return status >= 0 ? c.integer(gone) : c.out_of_memory();
}

keel_status xsetid(Ctx c) {
  const auto id = id_word(c, c.arg(2));
  if (!id) return KEEL_OK;
  std::optional<uint64_t> entries_added;
  Id max_deleted;
  for (uint32_t i = 3; i < c.argc(); i += 2) {
    const bool more = i + 1 < c.argc();
    if (c.word(i, "ENTRIESADDED") && more) {
      const auto n = integer_word(c, i + 1);
      if (!n) return KEEL_OK;
      if (*n < 0) return c.error("ERR entries_added must be positive");
      entries_added = static_cast<uint64_t>(*n);
    } else if (c.word(i, "MAXDELETEDID") && more) {
      const auto deleted = id_word(c, c.arg(i + 1));
      if (!deleted) return KEEL_OK;
      if (*id < *deleted)
        return c.error("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
      max_deleted = *deleted;
    } else {
      return c.error(keel::kSyntax);
    }
  }
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (!r) return c.error("ERR no such key");
  if (!r.is(p.type)) return c.wrong_type();
  Stream& s = stream_of(r);
  if (s.length > 0) {
    if (*id < s.find_last())
      return c.error("ERR The ID specified in XSETID is smaller than the target stream top item");
    if (entries_added && s.length > *entries_added)
      return c.error("ERR The entries_added specified in XSETID is smaller than the target stream length");
  }
  s.last_id = *id;
  if (entries_added) s.entries_added = *entries_added;
  if (!max_deleted.zero()) s.max_deleted = max_deleted;
  c.commit(r, p.events.xsetid, 0, KEEL_CHANGE_UNWATCHED);
  return c.ok();
}

}  // namespace streams
