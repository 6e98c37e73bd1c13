// plugins/types/hash/view.h - reading a hash, whatever its representation.
#pragma once
#include "plugins/types/hash/packed.h"

namespace hashes {

// What a field has.
struct Found {
  Str value;
  int64_t expire_ms;  // Unix time; -1 = none
};

// Valid until the hash changes; the default one is empty.  Fields that have ended at `now` are not there, although
// size() counts those that nobody has removed yet.
class View {
 public:
  static constexpr int64_t kAll = -1;  // a moment at which nothing has ended

  View() noexcept = default;
  View(const Ref& r, int64_t now) noexcept : View(*r.raw(), now) {}
  View(const keel_ref& r, int64_t now) noexcept : now_(now) {
    if (r.rep == KEEL_REP_OBJECT)
      table_ = static_cast<const ElementTable*>(r.v.object);
    else if (r.rep == KEEL_REP_BYTES)
      packed_ = {r.v.bytes, r.word, r.enc == kListpackEx};
  }
  View(Packed packed, const ElementTable* table, int64_t now) noexcept : packed_(packed), table_(table), now_(now) {}

  const ElementTable* table() const noexcept { return table_; }  // nullptr when it is none
  const Packed& packed() const noexcept { return packed_; }      // not there() when it is none

  uint64_t size() const noexcept { return table_ != nullptr ? table_->size() : packed_.size(); }
  // Nothing ends before it (Unix ms); -1 = nothing ends.
  int64_t due() const noexcept { return table_ != nullptr ? table_->due() : packed_.due(); }
  // Whether some field may have ended.
  bool has_ended() const noexcept {
    const int64_t at = due();
    return at >= 0 && at <= now_;
  }
  // Fields that are there; walks through all of them when has_ended().
  uint64_t count() const noexcept {
    if (!has_ended()) return size();
    uint64_t n = 0;
    each([&n](Str, Str) { return ++n, true; });
    return n;
  }
  std::optional<Found> find(Str field, Room& room) const noexcept {
    if (table_ != nullptr) {
      const auto e = table_->find(field);
      return e && lasts(e->expire_ms) ? std::optional<Found>({e->value, e->expire_ms}) : std::nullopt;
    }
    const char* p = packed_.find(field);
    if (p == nullptr || !lasts(packed_.expiry(p))) return std::nullopt;
    return Found{listpack::element(Packed::value(p)).text(room.digits), packed_.expiry(p)};
  }
  bool contains(Str field) const noexcept {
    if (table_ != nullptr && table_->expiring() == 0) return table_->contains(field);
    Room room;
    return find(field, room).has_value();
  }
  // f(Str field, Str value) for each pair, or f(Str field, Str value, int64_t expire_ms), while it returns true.  In a
  // table the texts are valid as long as the view is; in a listpack until f returns.
  template <class F>
  void each(F f) const {
    const auto go_on = [&](Str field, Str value, int64_t expire_ms) {
      if (!lasts(expire_ms)) return true;
      if constexpr (requires { f(field, value, expire_ms); })
        return f(field, value, expire_ms);
      else
        return f(field, value);
    };
    if (table_ != nullptr)
      return table_->each([&](const types::Element& e) { return go_on(e.key, e.value, e.expire_ms); });
    if (!packed_.there()) return;
    for (const char* p = packed_.begin(); p != packed_.end(); p = packed_.next(p)) {
      Room field, value;
      if (!go_on(listpack::element(p).text(field.digits), listpack::element(Packed::value(p)).text(value.digits),
                 packed_.expiry(p)))
        return;
    }
  }
  // f(Str field, Str value) for a pair drawn at random, of a hash with one; none of them has ended.
  template <class F>
  void random(F f) const {
    if (table_ != nullptr) {
      const types::Element e = table_->random();
      f(e.key, e.value);
      return;
    }
    Room field, value;
    const char* p = packed_.at(types::fast_random_below(size()));
    f(listpack::element(p).text(field.digits), listpack::element(Packed::value(p)).text(value.digits));
  }
  bool lasts(int64_t expire_ms) const noexcept { return expire_ms < 0 || expire_ms > now_; }

 private:
  Packed packed_;
  const ElementTable* table_ = nullptr;
  int64_t now_ = kAll;
};

}  // namespace hashes
