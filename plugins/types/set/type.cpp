#include "plugins/types/set/type.h"

#include "keel/cpp/digest.hpp"
#include "keel/cpp/rdb.hpp"
#include "keel/cpp/rewrite.hpp"
#include "plugins/types/common/listpack.h"
#include "plugins/types/set/edit.h"

namespace sets {
namespace {

namespace intset = types::intset;

// The bytes of an intset, without what may follow.
Str exact(const keel_ref& r) noexcept {
  const Str all{r.v.bytes, static_cast<size_t>(r.word)};
  return all.substr(0, intset::size(all));
}

keel_status refuse(keel_error* error, keel_status why) noexcept {
  return keel_fail(
      error, why,
      why == KEEL_E_MEMORY ? "no memory for a set" : "a set is malformed, cut off, empty or has a member twice");
}

// Members into `set`; the reader latches what is wrong.
void load_strings(keel::RdbReader& in, OwnEdit& set) noexcept {
  const uint64_t n = in.count();
  if (n == 0) in.fail();
  // What is no intset in the end does not become one on the way, so members keep their order.
  const bool big = n > std::max<uint64_t>(most_intset_entries, packed::kMostMembers);
  if (in.ok() && big && !set.begin_table()) in.fail(KEEL_E_MEMORY);
  for (uint64_t i = 0; i < n && in.ok(); ++i) {
    const keel::Block member = in.text(KEEL_MEMORY_PLUGIN);
    if (!in.ok()) return;
    const Added added = set.add({member.data(), member.size()});
    if (added != Added::kNew) in.fail(added == Added::kThere ? KEEL_E_DATA : KEEL_E_MEMORY);
  }
}

void load_listpack(keel::RdbReader& in, OwnEdit& set) noexcept {
  const keel::Block bytes = in.text(KEEL_MEMORY_PLUGIN);
  if (!in.ok()) return;
  const bool whole =
      types::listpack::each_checked({bytes.data(), bytes.size()}, [&](const types::listpack::Element& member) {
        char room[20];
        const Added added = set.add(member.text(room));
        if (added != Added::kNew) in.fail(added == Added::kThere ? KEEL_E_DATA : KEEL_E_MEMORY);
        return in.ok();
      });
  if (!whole || set.size() == 0) in.fail();
}

// One that the directive allows is taken as it is; false = it is not.
bool load_intset(keel::RdbReader& in, OwnEdit& set, keel_ref& out) noexcept {
  keel::Block bytes = in.text();
  const Str all{bytes.data(), bytes.size()};
  if (in.ok() && !intset::valid(all)) in.fail();
  if (!in.ok()) return false;
  if (intset::length(all) <= most_intset_entries) {
    out.rep = KEEL_REP_BYTES;
    out.enc = kIntset;
    out.word = bytes.size();
    out.v.bytes = bytes.release();
    return true;
  }
  View(kIntset, all, nullptr).each([&](Str member) {
    if (set.add(member) != Added::kNew) in.fail(KEEL_E_MEMORY);
    return in.ok();
  });
  return false;
}

}  // namespace

uint32_t SetType::rdb_code(const keel_ref& r) noexcept {
  return r.rep == KEEL_REP_BYTES && r.enc == kIntset ? kIntegers : kStrings;
}

keel_status SetType::save(const keel_ref& r, keel_sink& sink) noexcept {
  keel::RdbWriter out(sink, *core);
  if (rdb_code(r) == kIntegers) {
    out.text(exact(r));
    return out.status();
  }
  const View set(r);
  out.length(set.size());
  set.each([&out](Str member) {
    out.text(member);
    return out.ok();
  });
  return out.status();
}

keel_status SetType::load(keel_source& source, keel_ref& out, keel_error* error) noexcept {
  keel::RdbReader in(source, *core);
  OwnEdit set(*core);
  if (source.code == kIntegers) {
    if (load_intset(in, set, out)) return KEEL_OK;
  } else if (source.code == kListpack) {
    load_listpack(in, set);
  } else {
    load_strings(in, set);
  }
  if (in.ok() && !set.give(out)) in.fail(KEEL_E_MEMORY);
  return in.ok() ? KEEL_OK : refuse(error, in.status());
}

uint64_t SetType::length(const keel_ref& r) noexcept {
  return View(r).size();
}

const char* SetType::encoding(const keel_ref& r) noexcept {
  return rdb_code(r) == kIntegers ? "intset" : "hashtable";
}

keel_status SetType::rewrite(const keel_ref& r, Str key, keel_sink& resp) noexcept {
  keel::CommandWriter out(resp);
  const View set(r);
  keel::ElementCommands commands(out, "SADD", key, set.size());
  set.each([&](Str member) {
    commands.element();
    out.word(member);
    return out.ok();
  });
  return out.status();
}

keel_status SetType::digest(const keel_ref& r, uint8_t out[20]) noexcept {
  keel::digest_value(out, 2, [&r](keel::Digest& digest) {
    View(r).each([&digest](Str member) { keel::digest_add(digest, member); });
  });
  return KEEL_OK;
}

keel_status SetType::iterate(const keel_ref& r, uint64_t& cursor, uint32_t budget, keel_visit& visit) noexcept {
  keel_status status = KEEL_OK;
  const auto item = [&](Str member) {
    if (status == KEEL_OK) status = visit.item(&visit, keel::str(member), {nullptr, 0}, 0);
    return status == KEEL_OK;
  };
  const View set(r);
  const ElementTable* table = set.table();
  if (table == nullptr) {
    cursor = 0;
    set.each(item);
    return status;
  }
  uint64_t seen = 0;
  do cursor = table->scan(cursor, [&](const types::Element& e) { seen += item(e.key); });
  while (cursor != 0 && status == KEEL_OK && seen < budget);
  return status;
}

keel_status SetType::find(const keel_ref& r, Str member, keel_visit& visit) noexcept {
  if (!View(r).contains(member)) return KEEL_ABSENT;
  return visit.item(&visit, keel::str(member), {nullptr, 0}, 0);
}

keel_status SetType::check(const keel_ref& r, keel_error* error) noexcept {
  const auto broken = [&](const char* why) { return keel_fail(error, KEEL_E_DATA, why); };
  if (r.rep == KEEL_REP_OBJECT) {
    if (r.enc != kTable) return broken("a set is a table, and its encoding is another");
    const char* why = static_cast<const ElementTable*>(r.v.object)->broken();
    return why == nullptr ? KEEL_OK : broken(why);
  }
  if (r.rep != KEEL_REP_BYTES) return broken("a set is neither bytes nor a table");
  if (r.enc == kIntset)
    return r.word >= intset::kHeader && intset::size({r.v.bytes, r.word}) <= r.word && intset::valid(exact(r))
               ? KEEL_OK
               : broken("the bytes of an intset make no sense");
  return r.enc == kPacked && packed::valid({r.v.bytes, r.word}) ? KEEL_OK
                                                                : broken("the bytes of a small set make no sense");
}

}  // namespace sets
