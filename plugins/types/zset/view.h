// plugins/types/zset/view.h - reading a sorted set, whatever its representation.
#pragma once
#include "plugins/types/zset/packed.h"

namespace zsets {

// A score that is read when somebody asks: in a listpack it may be text.
class Score {
 public:
  explicit Score(double value) noexcept : value_(value) {}
  explicit Score(const char* entry) noexcept : entry_(entry) {}
  double value() const noexcept { return entry_ != nullptr ? packed::score(entry_) : value_; }

 private:
  double value_ = 0;
  const char* entry_ = nullptr;
};

struct Ranks {
  uint64_t from = 0, to = 0;  // the first, and the one behind the last
  uint64_t size() const noexcept { return to - from; }
};

// Valid until the sorted set changes; the default one is empty.
class View {
 public:
  View() noexcept = default;
  explicit View(const Ref& r) noexcept : View(*r.raw()) {}
  explicit View(const keel_ref& r) noexcept {
    if (r.rep == KEEL_REP_OBJECT)
      set_ = static_cast<const SortedSet*>(r.v.object);
    else if (r.rep == KEEL_REP_BYTES)
      bytes_ = r.v.bytes;
  }
  View(const char* bytes, const SortedSet* set) noexcept : bytes_(bytes), set_(set) {}

  const SortedSet* set() const noexcept { return set_; }  // nullptr when it is none
  const char* bytes() const noexcept { return bytes_; }   // nullptr when it is no listpack

  uint64_t size() const noexcept {
    if (set_ != nullptr) return set_->size();
    return bytes_ != nullptr ? listpack::View(bytes_).count() / 2 : 0;
  }
  std::optional<double> score(Str member) const noexcept {
    if (set_ != nullptr) {
      const Member* m = set_->find(member);
      return m != nullptr ? std::optional{m->score} : std::nullopt;
    }
    const char* p = entry(member);
    return p != nullptr ? std::optional{packed::score(listpack::next(p))} : std::nullopt;
  }
  // The entry of a member in a listpack; nullptr = it is not there.
  const char* entry(Str member) const noexcept {
    return bytes_ != nullptr ? listpack::View(bytes_).find(listpack::Needle(member), 2) : nullptr;
  }
  struct Ranked {
    uint64_t rank;  // from the lowest, 0
    double score;
  };
  std::optional<Ranked> rank(Str member) const noexcept;

  // How many members at the beginning have a score (a text) for which holds() is true; behind the first one for which
  // it is not there is none.  Texts are in order among equal scores only.
  template <class P>
  uint64_t count_scores(P holds) const noexcept {
    if (set_ != nullptr) return set_->order().count_while([&holds](const Entry& e) { return holds(e.score); });
    return count_packed([&holds](const char* p) { return holds(packed::score(listpack::next(p))); });
  }
  template <class P>
  uint64_t count_texts(P holds) const noexcept {
    if (set_ != nullptr) return set_->order().count_while([&holds](const Entry& e) { return holds(e.member->text()); });
    return count_packed([&holds](const char* p) {
      Room room;
      return holds(listpack::element(p).text(room.digits));
    });
  }

  // f(Str member, Score) for n members that exist, from that rank on, up or down, while it returns true.  Of a
  // SortedSet the texts are valid as long as the view is; of a listpack until f returns.
  template <class F>
  void each(uint64_t from, uint64_t n, bool down, F f) const {
    if (n == 0) return;
    if (set_ != nullptr) {
      Order::Place at = set_->order().at(from);
      for (; n > 0; --n, down ? at.back() : at.forward())
        if (!f(at->member->text(), Score(at->score))) return;
      return;
    }
    const listpack::View v(bytes_);
    const char* p = v.at(static_cast<int64_t>(2 * from));
    for (; n > 0; --n) {
      Room room;
      if (!f(listpack::element(p).text(room.digits), Score(listpack::next(p)))) return;
      if (n == 1) return;
      p = down ? listpack::back(p, 2) : packed::next(p);
    }
  }
  // All of them, in order.
  template <class F>
  void each(F f) const {
    each(0, size(), false, f);
  }

 private:
  template <class P>
  uint64_t count_packed(P holds) const noexcept {
    if (bytes_ == nullptr) return 0;
    const listpack::View v(bytes_);
    uint64_t n = 0;
    for (const char* p = v.begin(); p != v.end() && holds(p); p = packed::next(p)) ++n;
    return n;
  }

  const char* bytes_ = nullptr;
  const SortedSet* set_ = nullptr;
};

inline std::optional<View::Ranked> View::rank(Str member) const noexcept {
  if (set_ != nullptr) {
    const Member* m = set_->find(member);
    return m != nullptr ? std::optional{Ranked{set_->order().rank(*m), m->score}} : std::nullopt;
  }
  const char* at = entry(member);
  if (at == nullptr) return std::nullopt;
  uint64_t n = 0;
  for (const char* p = listpack::View(bytes_).begin(); p != at; p = packed::next(p)) ++n;
  return Ranked{n, packed::score(listpack::next(at))};
}

}  // namespace zsets
