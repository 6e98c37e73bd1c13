// Members drawn at random: SPOP, SRANDMEMBER.
#include <algorithm>

#include "keel/cpp/memory.hpp"
#include "plugins/types/common/random_words.h"
#include "plugins/types/set/commands.h"
#include "plugins/types/set/edit.h"

namespace sets {
namespace {

// The change log gets the members that chance has chosen: SREM key member ..., some at a time, and without allocating.
class TakenLog {
 public:
  explicit TakenLog(Ctx c) noexcept : c_(c) {}
  void add(Str member) noexcept {
    if (!c_.logged()) return;
    if (n_ == kAtATime || member.size() > sizeof room_ - used_) flush();
    if (member.size() > sizeof room_) return c_.propagate(Str{"SREM"}, c_.key(0), member);
    std::memcpy(room_ + used_, member.data(), member.size());
    words_[kHead + n_++] = {room_ + used_, member.size()};
    used_ += member.size();
  }
  void flush() noexcept {
    if (n_ == 0) return;
    words_[0] = keel::str("SREM");
    words_[1] = keel::str(c_.key(0));
    c_.raw()->exec->propagate(c_.raw(), words_, static_cast<uint32_t>(kHead + n_));
    n_ = used_ = 0;
  }

 private:
  static constexpr size_t kHead = 2, kAtATime = 128;
  Ctx c_;
  size_t n_ = 0, used_ = 0;
  keel_str words_[kHead + kAtATime];
  char room_[4096];
};

keel_status pop_all(Ctx c, Ref& r) {
  const Plugin& p = plugin(c);
  const View set(r);
  const uint64_t n = set.size();
  c.set(n);
  set.each([&c](Str member) { c.bulk(member); });
  c.erase(r);
  c.commit(r, p.events.spop, p.events.del, 0, static_cast<uint32_t>(std::min<uint64_t>(n, UINT32_MAX)));
  if (c.logged()) c.propagate(Str{"DEL"}, c.key(0));
  return KEEL_OK;
}

// Few integers that are left of other members become an intset.  Without memory the set stays what it is.
void narrow(Ctx c, Ref& r) noexcept {
  const Plugin& p = plugin(c);
  const View left(r);
  const uint64_t n = left.size();
  if (left.is_intset() || n > std::min<uint64_t>(most_intset_entries, types::intset::kMostEntries)) return;
  const keel::Block room(*p.core, n * sizeof(int64_t), KEEL_MEMORY_PLUGIN);
  if (!room) return;
  auto* const numbers = reinterpret_cast<int64_t*>(room.data());
  uint64_t found = 0;
  left.each([&](Str member) {
    const auto number = as_integer(member);
    if (number) numbers[found++] = *number;
    return number.has_value();
  });
  if (found < n) return;
  std::sort(numbers, numbers + n);
  OwnEdit made(*p.core);
  Digits digits;
  for (uint64_t i = 0; i < n; ++i)
    if (made.add(digits.of(numbers[i])) != Added::kNew) return;
  made.put(c, r);
}

keel_status pop_some(Ctx c) {
  const Plugin& p = plugin(c);
  const auto count = keel::parse_integer(c.arg(2));
  if (!count || *count < 0) return c.error("ERR value is out of range, must be positive");
  Ref r = c.write();
  if (r && !r.is(p.type)) return c.wrong_type();
  if (!r || *count == 0) return c.set(0), KEEL_OK;
  KeyEdit set(c, r);
  const auto n = static_cast<uint64_t>(*count);
  if (n >= set.size()) return pop_all(c, r);
  if (!set.own()) return c.out_of_memory();
  TakenLog log(c);
  c.set(n);
  set.take_sample(n, [&](Str member) {
    c.bulk(member);
    log.add(member);
  });
  // As Redis, which makes a set anew where little of it stays.
  if (n / 5 >= set.size()) narrow(c, r);
  c.commit(r, p.events.spop, 0, 0, static_cast<uint32_t>(std::min<uint64_t>(n, UINT32_MAX)));
  log.flush();
  return KEEL_OK;
}

}  // namespace

keel_status spop(Ctx c) {
  if (c.argc() == 3) return pop_some(c);
  if (c.argc() > 3) return c.error(keel::kSyntax);
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (!r) return c.null();
  if (!r.is(p.type)) return c.wrong_type();
  KeyEdit set(c, r);
  if (!set.own()) return c.out_of_memory();
  set.take_sample(1, [&c](Str member) {
    if (c.logged()) c.propagate(Str{"SREM"}, c.key(0), member);
    c.bulk(member);
  });
  c.commit(r, p.events.spop, 0, KEEL_CHANGE_ERASE_IF_EMPTY);
  return KEEL_OK;
}

keel_status srandmember(Ctx c) {
  const auto words = types::random_words(c);
  if (!words) return KEEL_OK;
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const View set(r);
  Digits digits;
  if (words->one) return r ? c.bulk(set.random(digits)) : c.null();
  if (words->count < 0) {
    const uint64_t n = r ? words->repeats() : 0;
    c.array(n);
    for (uint64_t i = 0; i < n; ++i) c.bulk(set.random(digits));
    return KEEL_OK;
  }
  const uint64_t n = std::min(static_cast<uint64_t>(words->count), set.size());
  if (const ElementTable* table = set.table()) {
    // Only then may the drawing lack memory, before its first member.
    bool begun = false;
    const auto begin = [&] {
      if (!begun) c.array(n);
      begun = true;
    };
    if (n == 0) begin();
    table->sample(n, [&](const types::Element& e) {
      begin();
      c.bulk(e.key);
    });
    return KEEL_OK;
  }
  c.array(n);
  types::Selection selection(set.size(), n);
  set.each([&](Str member) {
    if (selection.takes_next()) c.bulk(member);
    return !selection.whole();
  });
  return KEEL_OK;
}

}  // namespace sets
