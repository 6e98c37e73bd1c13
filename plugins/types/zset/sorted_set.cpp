#include "plugins/types/zset/sorted_set.h"

#include <algorithm>
#include <new>

namespace zsets {

SortedSet* SortedSet::make() noexcept {
  void* memory = types::take_memory(sizeof(SortedSet));
  if (memory == nullptr) return nullptr;
  auto* set = ::new (memory) SortedSet;
  if (set->index_.begin()) return set;
  types::give_memory(memory, sizeof(SortedSet));
  return nullptr;
}

void SortedSet::destroy(SortedSet* set) noexcept {
  set->~SortedSet();
  types::give_memory(set, sizeof *set);
}

SortedSet::~SortedSet() {
  if (order_.size() == members_) {
    order_.each([](Member* m) { Member::destroy(m); });
    return;
  }
  uint64_t cursor = 0;
  do cursor = index_.scan(cursor, [](Member* m) { Member::destroy(m); });
  while (cursor != 0);
}

SortedSet* SortedSet::copy() const noexcept {
  SortedSet* made = make();
  if (made == nullptr) return nullptr;
  bool whole = true;
  order_.each([&](const Member* m) { whole = whole && made->add(m->text(), m->score); });
  if (whole) return made;
  destroy(made);
  return nullptr;
}

Member* SortedSet::add_to_index(uint64_t hash, std::string_view text, double score) noexcept {
  if (!index_.reserve(hash)) return nullptr;
  Member* m = Member::make(score, text);
  if (m == nullptr) return nullptr;
  index_.add(hash, m);
  members_bytes_ += types::size_class(m->size());
  ++members_;
  return m;
}

bool SortedSet::add(std::string_view text, double score) noexcept {
  const uint64_t hash = MemberIndex::hash(text);
  Member* m = add_to_index(hash, text, score);
  if (m == nullptr) return false;
  if (order_.insert(score, m)) return true;
  index_.remove(hash, text);
  drop(m);
  return false;
}

Member* SortedSet::gather(std::string_view text) noexcept {
  const uint64_t hash = MemberIndex::hash(text);
  Member* m = index_.find(hash, text);
  return m != nullptr ? m : add_to_index(hash, text, 0);
}

bool SortedSet::arrange() noexcept {
  auto* all = static_cast<Entry*>(types::take_memory(std::max<uint64_t>(members_, 1) * sizeof(Entry)));
  if (all == nullptr) return false;
  uint64_t n = 0, cursor = 0;
  do cursor = index_.scan(cursor, [&](Member* m) { all[n++] = {m->score, m}; });
  while (cursor != 0);
  std::sort(all, all + n, [](const Entry& a, const Entry& b) { return before(a, b); });
  bool whole = true;
  for (uint64_t i = 0; whole && i < n; ++i) whole = order_.insert(all[i].score, all[i].member);
  types::give_memory(all, std::max<uint64_t>(members_, 1) * sizeof(Entry));
  return whole;
}

bool SortedSet::set_score(Member* m, double score) noexcept {
  if (!order_.move(m->score, score, m)) return false;
  m->score = score;
  return true;
}

void SortedSet::drop(Member* m) noexcept {
  --members_;
  members_bytes_ -= types::size_class(m->size());
  Member::destroy(m);
}

bool SortedSet::erase(std::string_view text) noexcept {
  const uint64_t hash = MemberIndex::hash(text);
  Member* m = index_.find(hash, text);
  if (m == nullptr) return false;
  order_.remove(m->score, m);
  index_.remove(hash, text);
  drop(m);
  return true;
}

void SortedSet::erase_range(uint64_t from, uint64_t n) noexcept {
  order_.remove_range(from, n, [this](Member* m) {
    index_.remove(MemberIndex::hash(m->text()), m->text());
    drop(m);
  });
}

const char* SortedSet::broken() const noexcept {
  if (const char* why = order_.broken()) return why;
  if (const char* why = index_.broken(size())) return why;
  if (members_ != size()) return "members are gathered that are in no order";
  uint64_t bytes = 0;
  bool whole = true;
  order_.each([&](const Member* m) {
    bytes += types::size_class(m->size());
    whole = whole && find(m->text()) == m && m->score == m->score;
  });
  if (!whole) return "a member of the order is not in the index, or has no score";
  return bytes == members_bytes_ ? nullptr : "the memory of the members is miscounted";
}

}  // namespace zsets
