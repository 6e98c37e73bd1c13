#include "plugins/types/hash/type.h"

#include "keel/cpp/digest.hpp"
#include "keel/cpp/rewrite.hpp"
#include "plugins/types/hash/edit.h"

namespace hashes {

uint64_t HashType::length(const keel_ref& r) noexcept {
  return View(r, View::kAll).size();
}

const char* HashType::encoding(const keel_ref& r) noexcept {
  return r.rep == KEEL_REP_OBJECT ? "hashtable" : r.enc == kListpackEx ? "listpackex" : "listpack";
}

keel_status HashType::rewrite(const keel_ref& r, Str key, keel_sink& resp) noexcept {
  keel::CommandWriter out(resp);
  const View hash(r, View::kAll);
  keel::ElementCommands commands(out, "HMSET", key, hash.size(), 2);
  hash.each([&](Str field, Str value) {
    commands.element();
    out.word(field);
    out.word(value);
    return out.ok();
  });
  hash.each([&](Str field, Str, int64_t expire_ms) {
    if (expire_ms >= 0) out.command("HPEXPIREAT", key, keel::NumberText(expire_ms), "FIELDS", "1", field);
    return out.ok();
  });
  return out.status();
}

keel_status HashType::digest(const keel_ref& r, uint8_t out[20]) noexcept {
  keel::digest_value(out, 4, [&r](keel::Digest& digest) {
    View(r, View::kAll).each([&digest](Str field, Str value, int64_t expire_ms) {
      keel::Digest pair{};
      keel::digest_mix(pair, field);
      keel::digest_mix(pair, value);
      if (expire_ms >= 0) keel::digest_add(pair, "!!hexpire!!");
      keel::digest_add(digest, keel::as_text(pair));
      return true;
    });
  });
  return KEEL_OK;
}

keel_status HashType::iterate(const keel_ref& r, uint64_t& cursor, uint32_t budget, keel_visit& visit) noexcept {
  keel_status status = KEEL_OK;
  const auto item = [&](Str field, Str value) {
    if (status == KEEL_OK) status = visit.item(&visit, keel::str(field), keel::str(value), 0);
    return status == KEEL_OK;
  };
  const View hash(r, View::kAll);
  if (hash.table() == nullptr) {
    cursor = 0;
    hash.each(item);
    return status;
  }
  uint64_t seen = 0;
  do cursor = hash.table()->scan(cursor, [&](const types::Element& e) { seen += item(e.key, e.value); });
  while (cursor != 0 && status == KEEL_OK && seen < budget);
  return status;
}

keel_status HashType::find(const keel_ref& r, Str field, keel_visit& visit) noexcept {
  Room room;
  // Who asks is another command, whose clock is not at hand.
  const bool expires = View(r, View::kAll).due() >= 0;
  const auto found = View(r, expires ? core->unix_ms() : View::kAll).find(field, room);
  return found ? visit.item(&visit, keel::str(field), keel::str(found->value), 0) : KEEL_ABSENT;
}

keel_status HashType::check(const keel_ref& r, keel_error* error) noexcept {
  const auto broken = [&](const char* why) { return keel_fail(error, KEEL_E_DATA, why); };
  if (r.rep == KEEL_REP_OBJECT) {
    if (r.enc != kTable) return broken("a hash is a table, and its encoding is another");
    const char* why = static_cast<const ElementTable*>(r.v.object)->broken();
    return why == nullptr ? KEEL_OK : broken(why);
  }
  if (r.rep != KEEL_REP_BYTES || (r.enc != kListpack && r.enc != kListpackEx) || r.word < Packed::kHeader)
    return broken("a hash is neither a listpack nor a table");
  const Packed row(r.v.bytes, r.word, r.enc == kListpackEx);
  uint64_t fields = 0;
  for (const char* p = row.begin(); p < row.end(); p = row.next(p)) ++fields;
  if (fields == 0 || fields != row.size() || row.at(fields) != row.end())
    return broken("the listpack of a hash is malformed");
  int64_t last = 0;
  for (const char* p = row.begin(); p != row.end(); p = row.next(p)) {
    Room room;
    if (row.find(listpack::element(p).text(room.digits)) != p) return broken("a field is there twice");
    if (!row.timed()) continue;
    const int64_t at = row.expiry(p) < 0 ? INT64_MAX : row.expiry(p);
    if (at < last) return broken("the fields of a listpack are not in the order of their expiries");
    last = at;
  }
  return KEEL_OK;
}

int64_t HashType::due(const keel_ref& r) noexcept {
  return View(r, View::kAll).due();
}

keel_status HashType::expire(Ctx c) {
  Ref r = c.write();
  KeyEdit hash(c, r);
  uint32_t gone = 0;
  hash.take_ended([&](Str field) {
    ++gone;
    if (c.logged()) c.propagate(Str{"HDEL"}, c.key(0), field);
  });
  // The moment that was expected may have belonged to a field that is gone: then nothing has changed but due().
  if (gone > 0) c.commit(r, plugin(c).events.hexpired, 0, KEEL_CHANGE_ERASE_IF_EMPTY, gone);
  return KEEL_OK;
}

}  // namespace hashes
