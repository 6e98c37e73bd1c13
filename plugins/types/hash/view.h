// plugins/types/hash/view.h - reading a hash, whatever its representation.
#pragma once
#include "plugins/types/hash/value.h"

namespace hashes {

// Where the digits of an integer lie that a listpack holds as a number.
struct Room {
  char digits[20];
};

// Valid until the hash changes; the default one is empty.
class View {
 public:
  View() noexcept = default;
  explicit View(const Ref& r) noexcept : View(*r.raw()) {}
  explicit View(const keel_ref& r) noexcept {
    if (r.rep == KEEL_REP_OBJECT)
      table_ = static_cast<const ElementTable*>(r.v.object);
    else if (r.rep == KEEL_REP_BYTES)
      bytes_ = r.v.bytes;
  }
  View(const char* bytes, const ElementTable* table) noexcept : bytes_(bytes), table_(table) {}

  const ElementTable* table() const noexcept { return table_; }  // nullptr when it is none
  const char* bytes() const noexcept { return bytes_; }          // nullptr when it is no listpack

  uint64_t size() const noexcept {
    if (table_ != nullptr) return table_->size();
    return bytes_ != nullptr ? listpack::View(bytes_).count() / 2 : 0;
  }
  std::optional<Str> find(Str field, Room& room) const noexcept {
    if (table_ != nullptr) {
      const auto e = table_->find(field);
      return e ? std::optional{e->value} : std::nullopt;
    }
    const char* p = entry(field);
    if (p == nullptr) return std::nullopt;
    return listpack::element(listpack::next(p)).text(room.digits);
  }
  bool contains(Str field) const noexcept {
    return table_ != nullptr ? table_->contains(field) : entry(field) != nullptr;
  }
  // The entry of a field in a listpack; nullptr = it is not there.
  const char* entry(Str field) const noexcept {
    return bytes_ != nullptr ? listpack::View(bytes_).find(listpack::Needle(field), 2) : nullptr;
  }
  // f(Str field, Str value) for each pair while it returns true.  In a table the texts are valid as long as the view
  // is; in a listpack until f returns.
  template <class F>
  void each(F f) const {
    if (table_ != nullptr) return table_->each([&f](const types::Element& e) { return f(e.key, e.value); });
    if (bytes_ == nullptr) return;
    const listpack::View v(bytes_);
    for (const char* p = v.begin(); p != v.end(); p = listpack::next(listpack::next(p)))
      if (!with_pair(p, f)) return;
  }
  // f(Str field, Str value) for a pair drawn at random, of a hash that is not empty.
  template <class F>
  void random(F f) const {
    if (table_ != nullptr) {
      const types::Element e = table_->random();
      f(e.key, e.value);
      return;
    }
    with_pair(listpack::View(bytes_).at(static_cast<int64_t>(2 * types::fast_random_below(size()))), f);
  }

 private:
  template <class F>
  static auto with_pair(const char* p, F& f) {
    Room field, value;
    return f(listpack::element(p).text(field.digits), listpack::element(listpack::next(p)).text(value.digits));
  }

  const char* bytes_ = nullptr;
  const ElementTable* table_ = nullptr;
};

}  // namespace hashes
