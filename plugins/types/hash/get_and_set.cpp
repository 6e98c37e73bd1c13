// Two steps in one: HGETDEL, HGETEX, HSETEX.
#include <vector>

#include "plugins/types/hash/commands.h"
#include "plugins/types/hash/expire.h"
#include "plugins/types/hash/field_words.h"

namespace hashes {
namespace {

// Replies the values of the fields, null for those that are not there.
void reply_values(Ctx c, const View& hash, const FieldWords& fields) {
  c.array(fields.count);
  for (uint32_t word = fields.first; word < fields.first + fields.count; ++word) {
    Room room;
    const auto found = hash.find(c.arg(word), room);
    found ? c.bulk(found->value) : c.null();
  }
}

// [EX|PX|EXAT|PXAT number | PERSIST] of HGETEX.
struct GetExWords {
  std::optional<int64_t> at_ms;
  bool persist = false;
  FieldWords fields;
};
std::optional<GetExWords> getex_words(Ctx c) {
  constexpr uint32_t kOption = 2;
  GetExWords words;
  const Lifetime life = lifetime(c, kOption, "hgetex");
  if (life.said && !life.at_ms) return std::nullopt;
  words.at_ms = life.at_ms;
  words.persist = c.word(kOption, "PERSIST");
  const auto fields = field_words(c, kOption + (life.said ? 2 : words.persist ? 1 : 0), kNoFields);
  if (!fields) return std::nullopt;
  words.fields = *fields;
  return words;
}

enum class Only : uint8_t { kAny, kNew, kPresent };

// [FNX|FXX] [EX|PX|EXAT|PXAT number | KEEPTTL] FIELDS numfields field value... of HSETEX, in any order but for the end.
struct SetExWords {
  Only only = Only::kAny;
  std::optional<int64_t> at_ms;
  bool keep = false;
  FieldWords fields;
};
std::optional<SetExWords> setex_words(Ctx c) {
  SetExWords words;
  uint32_t at = 2;
  while (at < c.argc() && !c.word(at, "FIELDS")) {
    if (c.word(at, "FNX") || c.word(at, "FXX")) {
      if (words.only != Only::kAny)
        return c.error("ERR Only one of FXX or FNX arguments can be specified"), std::nullopt;
      words.only = c.word(at++, "FNX") ? Only::kNew : Only::kPresent;
      continue;
    }
    const bool keep = c.word(at, "KEEPTTL");
    const Lifetime life = lifetime(c, at, "hsetex");
    if (life.said && !life.at_ms) return std::nullopt;
    if (!keep && !life.said) return c.error(keel::kSyntax), std::nullopt;
    if (words.keep || words.at_ms)
      return c.error("ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified"), std::nullopt;
    words.keep = keep;
    words.at_ms = life.at_ms;
    at += keep ? 1 : 2;
  }
  const auto fields = field_words(c, at, kNoFields, 2);
  if (!fields) return std::nullopt;
  words.fields = *fields;
  return words;
}

// Whether all fields are there, or none of them, as HSETEX wants it.
bool allowed(Ctx c, const View& hash, const SetExWords& words) {
  if (words.only == Only::kAny) return true;
  for (uint32_t i = 0; i < words.fields.count; ++i)
    if (hash.contains(c.arg(words.fields.first + 2 * i)) != (words.only == Only::kPresent)) return false;
  return true;
}

// What HSETEX is for those who replay it: without a condition, and with a moment instead of a span.
void propagate_setex(Ctx c, const SetExWords& words) {
  const keel::NumberText at(words.at_ms.value_or(0));
  std::vector<keel_str> log = {keel::str("HSETEX"), keel::str(c.key(0))};
  if (words.keep) log.push_back(keel::str("KEEPTTL"));
  if (words.at_ms) {
    log.push_back(keel::str("PXAT"));
    log.push_back(keel::str(at));
  }
  for (uint32_t word = words.fields.first - 2; word < c.argc(); ++word) log.push_back(c.raw()->argv[word]);
  c.raw()->exec->propagate(c.raw(), log.data(), static_cast<uint32_t>(log.size()));
}

}  // namespace

keel_status hgetdel(Ctx c) {
  const auto fields = field_words(c, 2, kNoFields);
  if (!fields) return KEEL_OK;
  Ref r = c.write();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  KeyEdit hash(c, r);
  reply_values(c, hash.view(), *fields);
  uint32_t gone = 0;
  for (uint32_t i = 0; i < fields->count; ++i) gone += hash.remove(c.arg(fields->first + i)) == Removed::kGone;
  if (gone > 0) c.commit(r, plugin(c).events.hdel, 0, KEEL_CHANGE_ERASE_IF_EMPTY, gone);
  return KEEL_OK;
}

keel_status hgetex(Ctx c) {
  const auto words = getex_words(c);
  if (!words) return KEEL_OK;
  Ref r = c.write();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  KeyEdit hash(c, r);
  reply_values(c, hash.view(), words->fields);
  if (!words->at_ms && !words->persist) return KEEL_OK;
  FieldChanges changes(c);
  for (uint32_t i = 0; i < words->fields.count; ++i) {
    const uint32_t word = words->fields.first + i;
    Room room;
    const auto found = hash.view().find(c.arg(word), room);
    if (!found) continue;
    if (words->at_ms)
      changes.note(word, changes.expire(hash, word, *words->at_ms));
    else if (found->expire_ms >= 0 && hash.set_expiry(c.arg(word), kNoExpiry))
      changes.note(word, FieldChanges::kPersisted);
  }
  changes.commit(r, words->at_ms.value_or(kNoExpiry));
  return KEEL_OK;
}

keel_status hsetex(Ctx c) {
  const auto words = setex_words(c);
  if (!words) return KEEL_OK;
  Ref r = c.write();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  KeyEdit hash(c, r);
  if (!allowed(c, hash.view(), *words)) return c.integer(0);
  const bool past = words->at_ms && *words->at_ms <= c.now_ms();
  uint32_t done = 0;
  for (; done < words->fields.count; ++done) {
    const Str field = c.arg(words->fields.first + 2 * done), value = c.arg(words->fields.first + 2 * done + 1);
    Room room;
    const auto had = words->keep ? hash.view().find(field, room) : std::nullopt;
    if (hash.put(field, value,
                 had    ? had->expire_ms
                 : past ? kNoExpiry
                        : words->at_ms.value_or(kNoExpiry)) == Added::kNoMemory)
      break;
    if (past) hash.remove(field);
  }
  const Events& events = plugin(c).events;
  if (done > 0) {
    c.commit(r, events.hset,
             past           ? events.hdel
             : words->at_ms ? events.hexpire
                            : 0,
             KEEL_CHANGE_ERASE_IF_EMPTY | KEEL_CHANGE_DUE, done);
    if (c.logged()) propagate_setex(c, *words);
  }
  return done == words->fields.count ? c.integer(1) : c.out_of_memory();
}

}  // namespace hashes
