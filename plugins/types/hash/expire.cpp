// When fields end: HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT, HPERSIST, and what HGETEX shares with them.
#include "plugins/types/hash/expire.h"

#include <vector>

#include "plugins/types/hash/commands.h"
#include "plugins/types/hash/field_words.h"

namespace hashes {

void FieldChanges::note(uint32_t word, Outcome outcome) {
  outcomes_.push_back(outcome);
  if (outcome == kSet) set_.push_back(c_.raw()->argv[word]);
  if (outcome == kPersisted) persisted_.push_back(c_.raw()->argv[word]);
  if (outcome == kDeleted) deleted_.push_back(c_.raw()->argv[word]);
}

FieldChanges::Outcome FieldChanges::expire(Edit& hash, uint32_t word, int64_t at_ms) {
  const Str field = c_.arg(word);
  if (at_ms > c_.now_ms()) return hash.set_expiry(field, at_ms) ? kSet : kNoMemory;
  return hash.remove(field) == Removed::kGone ? kDeleted : kNoMemory;
}

void FieldChanges::commit(Ref& r, int64_t at_ms) {
  const size_t n = set_.size() + persisted_.size() + deleted_.size();
  if (n == 0) return;
  const Events& events = plugin(c_).events;
  const uint32_t first = !set_.empty() ? events.hexpire : !persisted_.empty() ? events.hpersist : events.hdel;
  const uint32_t then = !deleted_.empty() && first != events.hdel ? events.hdel : 0;
  const keel_str key = keel::str(c_.key(0));
  c_.commit(r, first, then, KEEL_CHANGE_ERASE_IF_EMPTY | KEEL_CHANGE_DUE, static_cast<uint32_t>(n));
  if (!c_.logged()) return;
  const keel::NumberText at(at_ms), to_set(uint64_t{set_.size()}), to_persist(uint64_t{persisted_.size()});
  const auto log = [&](std::vector<keel_str> words, const std::vector<keel_str>& fields) {
    if (fields.empty()) return;
    words.insert(words.end(), fields.begin(), fields.end());
    c_.raw()->exec->propagate(c_.raw(), words.data(), static_cast<uint32_t>(words.size()));
  };
  log({keel::str("HPEXPIREAT"), key, keel::str(at), keel::str("FIELDS"), keel::str(to_set)}, set_);
  log({keel::str("HPERSIST"), key, keel::str("FIELDS"), keel::str(to_persist)}, persisted_);
  log({keel::str("HDEL"), key}, deleted_);
}

keel_status FieldChanges::reply() noexcept {
  for (const Outcome o : outcomes_)
    if (o == kNoMemory) return c_.out_of_memory();
  c_.array(outcomes_.size());
  for (const Outcome o : outcomes_) c_.integer(o == kPersisted ? 1 : o);
  return KEEL_OK;
}

namespace {

enum class Condition : uint8_t { kNone, kNX, kXX, kGT, kLT };

Condition condition(Ctx c, uint32_t word) noexcept {
  if (c.word(word, "NX")) return Condition::kNX;
  if (c.word(word, "XX")) return Condition::kXX;
  if (c.word(word, "GT")) return Condition::kGT;
  return c.word(word, "LT") ? Condition::kLT : Condition::kNone;
}

bool meets(Condition condition, int64_t present, int64_t next) noexcept {
  switch (condition) {
    case Condition::kNX:
      return present < 0;
    case Condition::kXX:
      return present >= 0;
    case Condition::kGT:
      return present >= 0 && next > present;
    case Condition::kLT:
      return present < 0 || next < present;
    default:
      return true;
  }
}

// The fields of the command, each in turn: change(hash, word, what it has).
template <class F>
keel_status change_fields(Ctx c, Ref& r, const FieldWords& fields, int64_t at_ms, F change) {
  FieldChanges changes(c);
  KeyEdit hash(c, r);
  for (uint32_t word = fields.first; word < fields.first + fields.count; ++word) {
    Room room;
    const auto found = hash.view().find(c.arg(word), room);
    changes.note(word, found ? change(changes, hash, word, *found) : FieldChanges::kNoField);
  }
  changes.commit(r, at_ms);
  return changes.reply();
}

keel_status expire_fields(Ctx c, Str name, int64_t unit, int64_t base) {
  constexpr uint32_t kCondition = 3;
  Ref r = c.write();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const auto at_ms = moment_ms(c, 2, unit, base, name);
  if (!at_ms) return KEEL_OK;
  const Condition when = condition(c, kCondition);
  const auto fields = field_words(c, when == Condition::kNone ? kCondition : kCondition + 1,
                                  "ERR Parameter `numFields` should be greater than 0");
  if (!fields) return KEEL_OK;
  return change_fields(c, r, *fields, *at_ms, [&](FieldChanges& changes, Edit& hash, uint32_t word, const Found& has) {
    return meets(when, has.expire_ms, *at_ms) ? changes.expire(hash, word, *at_ms) : FieldChanges::kNotMet;
  });
}

}  // namespace

keel_status hexpire(Ctx c) {
  return expire_fields(c, "hexpire", 1000, c.now_ms());
}
keel_status hpexpire(Ctx c) {
  return expire_fields(c, "hpexpire", 1, c.now_ms());
}
keel_status hexpireat(Ctx c) {
  return expire_fields(c, "hexpireat", 1000, 0);
}
keel_status hpexpireat(Ctx c) {
  return expire_fields(c, "hpexpireat", 1, 0);
}

keel_status hpersist(Ctx c) {
  Ref r = c.write();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const auto fields = field_words(c, 2, kNoFields);
  if (!fields) return KEEL_OK;
  return change_fields(c, r, *fields, kNoExpiry, [&](FieldChanges&, Edit& hash, uint32_t word, const Found& has) {
    if (has.expire_ms < 0) return FieldChanges::kNoExpiryThere;
    return hash.set_expiry(c.arg(word), kNoExpiry) ? FieldChanges::kPersisted : FieldChanges::kNoMemory;
  });
}

}  // namespace hashes
