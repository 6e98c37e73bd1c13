#include "plugins/types/zset/edit.h"

#include <cstring>

namespace zsets {

Edit::Found Edit::find(Str member) const noexcept {
  if (set_ != nullptr) {
    Member* m = set_->find(member);
    return {m, nullptr, m != nullptr ? m->score : 0};
  }
  const char* p = view().entry(member);
  return {nullptr, p, p != nullptr ? packed::score(listpack::next(p)) : 0};
}

bool Edit::add(Str member, double score) noexcept {
  if (set_ != nullptr) return set_->add(member, score);
  if (limits.take(member) && limits.take(view().size() + 1))
    return data() == nullptr ? add_first(member, score) : add_packed(member, score);
  return make_big() && set_->add(member, score);
}

// In one go.
bool Edit::add_first(Str member, double score) noexcept {
  const listpack::Encoded m(member);
  const packed::EncodedScore s(score);
  const size_t size = listpack::kEmpty + m.size() + s.entry().size();
  const types::Scratch made(size);
  if (made.data() == nullptr) return false;
  listpack::write_header(made.data(), size, 2);
  *s.entry().write(m.write(made.data() + listpack::kHeader)) = static_cast<char>(listpack::kEnd);
  return become(made.all());
}

bool Edit::add_packed(Str member, double score) noexcept {
  const listpack::Encoded m(member);
  const packed::EncodedScore s(score);
  const char* before = packed::place(listpack::View(data()), score, member);
  const auto at = static_cast<size_t>(before - data());
  char* gap =
      listpack::splice(data(), {at, 0, m.size() + s.entry().size(), 0, 2}, [this](size_t n) { return resize(n); });
  if (gap == nullptr) return false;
  s.entry().write(m.write(gap));
  return true;
}

bool Edit::set_score(const Found& found, Str member, double score) noexcept {
  if (found.member != nullptr) return set_->set_score(found.member, score);
  const auto resizing = [this](size_t n) { return resize(n); };
  const listpack::View v(data());
  const char* place = packed::place(v, score, member);
  const char* behind = packed::next(found.entry);
  if (place == found.entry || place == behind)  // between the same neighbours
    return listpack::replace(data(), listpack::next(found.entry), packed::EncodedScore(score).entry(), resizing);
  // The new one first: taking out needs no memory.
  auto from = static_cast<size_t>(found.entry - data());
  const auto to = static_cast<size_t>(place - data());
  const size_t was = v.bytes();
  if (!add_packed(member, score)) return false;
  if (to <= from) from += listpack::View(data()).bytes() - was;
  const char* old = data() + from;
  return listpack::erase(data(), old, packed::next(old), 2, resizing);
}

Removed Edit::remove(Str member) noexcept {
  if (set_ != nullptr) return set_->erase(member) ? Removed::kGone : Removed::kAbsent;
  const char* from = view().entry(member);
  if (from == nullptr) return Removed::kAbsent;
  const bool done = listpack::erase(data(), from, packed::next(from), 2, [this](size_t n) { return resize(n); });
  return done ? Removed::kGone : Removed::kNoMemory;
}

bool Edit::remove_range(Ranks ranks) noexcept {
  if (ranks.size() == 0) return true;
  if (set_ != nullptr) return set_->erase_range(ranks.from, ranks.size()), true;
  const listpack::View v(data());
  const char* from = listpack::advance(v.begin(), 2 * ranks.from);
  const char* to = listpack::advance(from, 2 * ranks.size());
  return listpack::erase(data(), from, to, static_cast<uint32_t>(2 * ranks.size()),
                         [this](size_t n) { return resize(n); });
}

bool Edit::make_big() noexcept {
  SortedSet* made = SortedSet::make();
  if (made == nullptr) return false;
  bool whole = true;
  view().each([&](Str member, const Score& score) { return whole = made->add(member, score.value()); });
  if (whole && become(made)) return true;
  SortedSet::destroy(made);
  return false;
}

bool OwnEdit::become(SortedSet* set) noexcept {
  bytes_.clear();
  set_ = set;
  return true;
}

void OwnEdit::take(SortedSet* set) noexcept {
  become(set);
}

bool OwnEdit::make_small() noexcept {
  SortedSet* set = set_;
  bool small = limits.take(set->size()) && set->size() > 0;
  if (small) set->order().each([&](const Member* m) { small = small && limits.take(m->text()); });
  if (!small) return true;
  set_ = nullptr;
  bool whole = true;
  set->order().each([&](const Member* m) { whole = whole && add(m->text(), m->score); });
  SortedSet::destroy(set);
  return whole;
}

bool OwnEdit::give(keel_ref& out) noexcept {
  if (set_ == nullptr) return bytes_.give(out, kListpack);
  out.rep = KEEL_REP_OBJECT;
  out.enc = kBig;
  out.word = 0;
  out.v.object = std::exchange(set_, nullptr);
  return true;
}

bool OwnEdit::put(Ctx c, Ref& r, uint16_t type) noexcept {
  if (set_ == nullptr) return c.put(r, type, kListpack, bytes_.all()) == KEEL_OK;
  if (c.put_object(r, type, kBig, set_, 0) != KEEL_OK) return false;
  set_ = nullptr;
  return true;
}

}  // namespace zsets
