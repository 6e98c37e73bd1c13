#include "plugins/types/set/edit.h"

namespace sets {

using types::intset::Position;

Added Edit::add(Str member) noexcept {
  if (table_ != nullptr) return table_->add({member, {}, -1});
  if (bytes().empty()) return add_first(member);
  if (encoding_ == kPacked) return add_packed(member);
  const auto n = as_integer(member);
  return n ? add_integer(*n) : widen(member);
}

Added Edit::add_first(Str member) noexcept {
  bool done = false;
  if (const auto n = as_integer(member); n && most_intset_entries > 0) {
    char one[types::intset::kMostBytesOfOne];
    done = become(kIntset, {one, types::intset::make(one, *n)});
  } else if (packed::takes(0, member)) {
    char one[packed::kHeader + 1 + packed::kLongestMember] = {};
    packed::append(one, packed::kHeader, member);
    done = become(kPacked, {one, packed::kHeader + 1 + member.size()});
  } else {
    return add_to_table(member);
  }
  return done ? Added::kNew : Added::kNoMemory;
}

Added Edit::add_integer(int64_t n) noexcept {
  const Str set = bytes();
  const Position p = types::intset::find(set, n);
  if (p.found) return Added::kThere;
  if (view().size() >= std::min<uint64_t>(most_intset_entries, types::intset::kMostEntries)) {
    Digits digits;
    return widen(digits.of(n));
  }
  if (!resize(types::intset::size_with(set, n))) return Added::kNoMemory;
  types::intset::insert(data(), p.index, n);
  return Added::kNew;
}

Added Edit::widen(Str member) noexcept {
  const uint64_t members = view().size();
  if (!packed::takes(members, member)) return add_to_table(member);
  // Twenty digits at most, each.
  char room[packed::kHeader + packed::kMostMembers * (1 + packed::kLongestMember)] = {};
  size_t end = packed::kHeader;
  const auto append = [&](Str one) {
    packed::append(room, end, one);
    end += 1 + one.size();
  };
  view().each(append);
  append(member);
  return become(kPacked, {room, end}) ? Added::kNew : Added::kNoMemory;
}

Added Edit::add_packed(Str member) noexcept {
  const auto p = packed::find(bytes(), member);
  if (p.found) return Added::kThere;
  if (!packed::takes(packed::count(bytes()), member)) return add_to_table(member);
  if (!resize(p.offset + 1 + member.size())) return Added::kNoMemory;
  packed::append(data(), p.offset, member);
  return Added::kNew;
}

// Adds a member that is not there to a set that is no table yet.
Added Edit::add_to_table(Str member) noexcept {
  ElementTable* made = ElementTable::make(types::Form::kMembers);
  if (made == nullptr) return Added::kNoMemory;
  bool whole = true;
  view().each([&](Str one) { return whole = made->add({one, {}, -1}) == Added::kNew; });
  if (whole && made->add({member, {}, -1}) == Added::kNew && become(made)) return Added::kNew;
  ElementTable::destroy(made);
  return Added::kNoMemory;
}

Removed Edit::remove(Str member) noexcept {
  if (table_ != nullptr) return table_->erase(member) ? Removed::kGone : Removed::kAbsent;
  if (bytes().empty()) return Removed::kAbsent;
  if (encoding_ == kIntset) {
    const auto n = as_integer(member);
    const Position p = n ? types::intset::find(bytes(), *n) : Position{0, false};
    if (!p.found) return Removed::kAbsent;
    if (!own()) return Removed::kNoMemory;
    resize(types::intset::remove(data(), p.index));
    return Removed::kGone;
  }
  if (!packed::find(bytes(), member).found) return Removed::kAbsent;
  if (!own()) return Removed::kNoMemory;
  resize(packed::filter(data(), [member](Str one) { return one != member; }));
  return Removed::kGone;
}

bool OwnEdit::become(ElementTable* table) noexcept {
  bytes_.clear();
  table_ = table;
  encoding_ = kTable;
  return true;
}

bool OwnEdit::put(Ctx c, Ref& r) noexcept {
  const uint16_t type = plugin(c).type;
  if (table_ == nullptr) return c.put(r, type, encoding_, bytes()) == KEEL_OK;
  if (c.put_object(r, type, kTable, table_, 0) != KEEL_OK) return false;
  table_ = nullptr;
  return true;
}

bool OwnEdit::give(keel_ref& out) noexcept {
  if (table_ == nullptr) return bytes_.give(out, encoding_);
  out.rep = KEEL_REP_OBJECT;
  out.enc = kTable;
  out.word = 0;
  out.v.object = std::exchange(table_, nullptr);
  return true;
}

}  // namespace sets
