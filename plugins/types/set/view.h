// plugins/types/set/view.h - reading a set, whatever its representation.
#pragma once
#include "plugins/types/common/intset.h"
#include "plugins/types/set/packed.h"
#include "plugins/types/set/value.h"

namespace sets {

// An integer of an intset as text.
class Digits {
 public:
  Str of(int64_t n) noexcept { return keel::integer_text(room_, n); }

 private:
  char room_[20];
};

// Valid until the set changes; the default one is empty.
class View {
 public:
  View() noexcept = default;
  explicit View(const Ref& r) noexcept : View(*r.raw()) {}
  explicit View(const keel_ref& r) noexcept : encoding_(static_cast<Encoding>(r.enc)) {
    if (r.rep == KEEL_REP_OBJECT)
      table_ = static_cast<const ElementTable*>(r.v.object);
    else if (r.rep == KEEL_REP_BYTES)
      bytes_ = {r.v.bytes, static_cast<size_t>(r.word)};
  }
  View(Encoding encoding, Str bytes, const ElementTable* table) noexcept
      : encoding_(encoding), bytes_(bytes), table_(table) {}

  // nullptr when it is none.
  const ElementTable* table() const noexcept { return table_; }
  bool is_intset() const noexcept { return !bytes_.empty() && encoding_ == kIntset; }
  Str bytes() const noexcept { return bytes_; }

  uint64_t size() const noexcept {
    if (table_ != nullptr) return table_->size();
    if (bytes_.empty()) return 0;
    return encoding_ == kIntset ? types::intset::length(bytes_) : packed::count(bytes_);
  }
  bool contains(Str member) const noexcept {
    if (table_ != nullptr) return table_->contains(member);
    if (bytes_.empty()) return false;
    if (encoding_ == kPacked) return packed::find(bytes_, member).found;
    const auto n = as_integer(member);
    return n && types::intset::find(bytes_, *n).found;
  }
  // Calls f(Str) for each member, as long as f returns true when it returns a bool.  The text is valid until f returns;
  // in a table and in packed bytes, as long as the view is.
  template <class F>
  void each(F f) const {
    if (table_ != nullptr) return table_->each([&f](const types::Element& e) { return f(e.key); });
    each_in_bytes([&f](Str member) {
      if constexpr (requires { static_cast<bool>(f(member)); })
        return static_cast<bool>(f(member));
      else
        return f(member), true;
    });
  }
  // A member drawn at random, of a set that is not empty.
  Str random(Digits& digits) const noexcept {
    if (table_ != nullptr) return table_->random().key;
    const uint64_t chosen = types::fast_random_below(size());
    if (encoding_ == kIntset) return digits.of(types::intset::at(bytes_, chosen));
    size_t at = packed::kHeader;
    for (uint64_t i = 0; i < chosen; ++i) at += 1 + packed::at(bytes_, at).size();
    return packed::at(bytes_, at);
  }

 private:
  // f(Str) for each member of BYTES, until it returns false.
  template <class F>
  void each_in_bytes(F f) const {
    if (bytes_.empty()) return;
    if (encoding_ == kIntset) {
      Digits digits;
      const size_t n = types::intset::length(bytes_);
      for (size_t i = 0; i < n; ++i)
        if (!f(digits.of(types::intset::at(bytes_, i)))) return;
      return;
    }
    size_t at = packed::kHeader;
    for (size_t left = packed::count(bytes_); left > 0; --left) {
      const Str member = packed::at(bytes_, at);
      if (!f(member)) return;
      at += 1 + member.size();
    }
  }

  Encoding encoding_ = kPacked;
  Str bytes_{};
  const ElementTable* table_ = nullptr;
};

}  // namespace sets
