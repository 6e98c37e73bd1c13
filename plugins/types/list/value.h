// plugins/types/list/value.h - how a list is kept, and how the handlers read and change one.
//
//   BYTES   while it is short: one listpack, at most kMostShort bytes, within the limits of one node
//   OBJECT  else: a List
//
// Once an object, a list stays one until it is empty and its key goes.
#pragma once
#include "keel/cpp/keel.hpp"
#include "plugins/types/list/list.h"

namespace lists {

using keel::Ctx;
using keel::Ref;
using keel::Str;

enum Encoding : uint8_t { kShort = 0, kLong = 1 };  // values of keel_ref.enc

// A longer one is cheaper as nodes: the bytes of a value are moved by each push at the front.
inline constexpr size_t kMostShort = 512;

// Numbers of keyspace events, from keel_core.event().
struct Events {
  uint32_t lpush, rpush, lpop, rpop, linsert, lset, lrem, ltrim;  // class l
  uint32_t del;                                                   // class g

  uint32_t push(Side side) const noexcept { return side == Side::kFront ? lpush : rpush; }
  uint32_t pop(Side side) const noexcept { return side == Side::kFront ? lpop : rpop; }
};

// The wiring of this plugin; the limits are its options.
struct Plugin {
  uint16_t type = 0;
  Events events{};
  int64_t listpack_size = -2;
  int64_t depth = 0;
  Limits limits{};
};

inline const Plugin& plugin(Ctx c) noexcept {
  return c.self<const Plugin>();
}

inline const List& list_of(const keel_ref& r) noexcept {
  return *static_cast<const List*>(r.v.object);
}
inline listpack::View short_of(const keel_ref& r) noexcept {
  return listpack::View(r.v.bytes);
}

// Of a list that is there.
inline uint64_t length(const keel_ref& r) noexcept {
  return r.rep == KEEL_REP_OBJECT ? list_of(r).size() : short_of(r).count();
}

// -- reading ---------------------------------------------------------------------------------------------------------

// f(const char* entry) for the elements from `from` on, at most n, while it returns true.
template <class F>
void each(const keel_ref& r, uint64_t from, uint64_t n, F f) noexcept {
  if (r.rep != KEEL_REP_OBJECT) {
    const listpack::View v = short_of(r);
    const char* p = v.at(static_cast<int64_t>(from));
    for (; p != nullptr && p != v.end() && n > 0; --n, p = listpack::next(p))
      if (!f(p)) return;
    return;
  }
  if (n == 0 || from >= list_of(r).size()) return;
  Place place = list_of(r).find(from);
  for (const Node* node = place.node; node != nullptr && n > 0; node = node->next, place.i = 0) {
    const Str entries = entries_of(*node);
    const char* end = entries.data() + entries.size();
    const char* p = place.i <= node->count / 2 ? listpack::advance(entries.data(), place.i)
                                               : listpack::back(end, node->count - place.i);
    for (; p != end && n > 0; --n, p = listpack::next(p))
      if (!f(p)) return;
  }
}

// The same for all elements from the last to the first.
template <class F>
void each_backwards(const keel_ref& r, F f) noexcept {
  const auto all_of = [&f](Str entries) {
    for (const char* p = entries.data() + entries.size(); p != entries.data();)
      if (!f(p = listpack::previous(p))) return false;
    return true;
  };
  if (r.rep != KEEL_REP_OBJECT) {
    all_of(short_of(r).entries());
    return;
  }
  for (const Node* n = list_of(r).last(); n != nullptr; n = n->previous)
    if (!all_of(entries_of(*n))) return;
}

// The entry at an end of a list.
inline const char* peek(const keel_ref& r, Side side) noexcept {
  if (r.rep == KEEL_REP_OBJECT) return list_of(r).peek(side);
  return side == Side::kFront ? short_of(r).begin() : listpack::previous(short_of(r).end());
}

// -- changing --------------------------------------------------------------------------------------------------------

// What these return is true, or false when there is no memory, and then nothing has changed.  None commits.

// Once this is true, erase() of these elements does not fail: a reply can be written before they go.
bool ready_to_erase(Ctx, Ref&, uint64_t from, uint64_t n) noexcept;
// The words from `first` on, each becomes the element at that side; the list is made when it is not there.
bool push_words(Ctx, Ref&, Side, uint32_t first) noexcept;
bool push(Ctx, Ref&, Side, Str text) noexcept;
// Takes out elements that are there.
bool erase(Ctx, Ref&, uint64_t from, uint64_t n) noexcept;
// Takes out all but n > 0 elements.
bool keep(Ctx, Ref&, uint64_t from, uint64_t n) noexcept;
// Takes the element out at that end and puts `text`, which is a copy of it, in at the other.
bool rotate(Ctx, Ref&, Side from, Str text) noexcept;
// Before element i, which is there, or at the end.
bool insert(Ctx, Ref&, uint64_t i, Str text) noexcept;
bool replace(Ctx, Ref&, uint64_t i, Str text) noexcept;
// As List::remove().
bool remove(Ctx, Ref&, const listpack::Needle&, Side, uint64_t most, uint64_t& removed) noexcept;

}  // namespace lists
