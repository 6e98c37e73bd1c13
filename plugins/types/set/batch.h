// plugins/types/set/batch.h - some members at a time on their way through several sets, so that the cache misses of
// their look-ups overlap.
#pragma once
#include <array>

#include "plugins/types/set/view.h"

namespace sets {

class Batch {
 public:
  static constexpr size_t kMost = 16;

  bool full() const noexcept { return size_ == kMost; }
  // The text of an integer may be gone later, so that is copied; any other lies in its set.
  void add(Str member, bool keep_text) noexcept {
    if (keep_text) {
      std::memcpy(digits_[size_].data(), member.data(), member.size());
      member = {digits_[size_].data(), member.size()};
    }
    members_[size_++] = member;
    hashed_ = false;
  }
  // Keeps those that `set` has (or has not).
  void keep(const View& set, bool there) noexcept {
    const ElementTable* table = set.table();
    if (table != nullptr && !hashed_) {
      for (size_t i = 0; i < size_; ++i) hashes_[i] = types::element_hash(members_[i]);
      hashed_ = true;
    }
    if (table != nullptr)
      for (size_t i = 0; i < size_; ++i) table->prefetch(hashes_[i]);
    size_t kept = 0;
    for (size_t i = 0; i < size_; ++i) {
      const bool has = table != nullptr ? table->contains(hashes_[i], members_[i]) : set.contains(members_[i]);
      if (has != there) continue;
      members_[kept] = members_[i];
      hashes_[kept++] = hashes_[i];
    }
    size_ = kept;
  }
  size_t size() const noexcept { return size_; }
  Str operator[](size_t i) const noexcept { return members_[i]; }
  void clear() noexcept { size_ = 0; }

 private:
  std::array<Str, kMost> members_;
  std::array<uint64_t, kMost> hashes_{};
  std::array<std::array<char, 20>, kMost> digits_;
  size_t size_ = 0;
  bool hashed_ = false;
};

// Runs the members of `from` through step(Batch&), which keeps some, and calls f(Str) for those; until f returns false.
template <class Step, class F>
void through(const View& from, Step step, F f) noexcept {
  Batch batch;
  bool more = true;
  const auto flush = [&] {
    if (batch.size() > 0) step(batch);
    for (size_t i = 0; more && i < batch.size(); ++i) more = f(batch[i]);
    batch.clear();
  };
  const bool keep_text = from.is_intset();
  from.each([&](Str member) {
    batch.add(member, keep_text);
    if (batch.full()) flush();
    return more;
  });
  if (more) flush();
}

}  // namespace sets
