// plugins/types/zset/sorted_set.h - a big sorted set: its members by text (MemberIndex) and by score (Order).
//
// A member costs its block, some ten bytes in the index and some twenty in the order; docs/types/zset.md has reasons
// and measurements.  Texts that are handed in must not lie in the set.  Not thread-safe.
#pragma once
#include "plugins/types/common/random.h"
#include "plugins/types/zset/member_index.h"
#include "plugins/types/zset/order.h"

namespace zsets {

class SortedSet {
 public:
  // Empty; nullptr when out of memory.
  static SortedSet* make() noexcept;
  static void destroy(SortedSet*) noexcept;
  // nullptr when out of memory.
  SortedSet* copy() const noexcept;

  uint64_t size() const noexcept { return order_.size(); }
  // Bytes in blocks of the allocator, this object included.
  uint64_t memory() const noexcept { return sizeof *this + members_bytes_ + index_.memory() + order_.memory(); }
  uint64_t allocations() const noexcept { return 1 + size() + index_.allocations() + order_.allocations(); }

  // nullptr = absent.  Valid until it is taken out or defragmented.
  // As MemberIndex::prefetch().
  bool prefetch(std::string_view text, keel_ahead& ahead) const noexcept { return index_.prefetch(text, ahead); }
  Member* find(std::string_view text) const noexcept { return index_.find(MemberIndex::hash(text), text); }
  // Adds a member that is known to be absent; false = out of memory, and nothing has changed.
  bool add(std::string_view text, double score) noexcept;
  // The same member with another score; false = out of memory, and nothing has changed.
  bool set_score(Member*, double score) noexcept;
  // Takes it out, if it is there.
  bool erase(std::string_view text) noexcept;
  // Takes out the members of ranks from .. from+n-1, which exist.
  void erase_range(uint64_t from, uint64_t n) noexcept;

  // For a set that is made at once: first the members are gathered, then they are put in order.  gather() gives a
  // member whose score is the caller's to change, 0 when it is new; nullptr = out of memory.  Until arrange() (false =
  // out of memory), the set can do nothing else but be destroyed.
  Member* gather(std::string_view text) noexcept;
  uint64_t gathered() const noexcept { return members_; }
  bool arrange() noexcept;

  const Order& order() const noexcept { return order_; }
  // One drawn at random, each as likely as any other; the set is not empty.
  const Member& random() const noexcept { return *order_.at(types::fast_random_below(size()))->member; }

  // Calls f(const Member&) for some members: cursor 0 begins, the result goes on, 0 = the end.  What is there from
  // beginning to end is visited; some may be visited twice.
  template <class F>
  uint64_t scan(uint64_t cursor, F f) const {
    return index_.scan(cursor, [&f](const Member* m) { f(*m); });
  }
  // Moves allocations, as types::ElementTable::move() does.
  template <class F>
  uint64_t move(uint64_t cursor, F f) noexcept;

  // Null, or what is broken inside.  Looks at everything.
  const char* broken() const noexcept;

 private:
  SortedSet() noexcept = default;
  ~SortedSet();
  Member* add_to_index(uint64_t hash, std::string_view text, double score) noexcept;
  void drop(Member*) noexcept;

  MemberIndex index_;
  Order order_;
  uint64_t members_ = 0;
  uint64_t members_bytes_ = 0;
};

template <class F>
uint64_t SortedSet::move(uint64_t cursor, F f) noexcept {
  index_.scan(cursor, [&](Member* m) {
    void* moved = f(m, m->size());
    if (moved == nullptr) return;
    auto* member = static_cast<Member*>(moved);
    index_.replace(MemberIndex::hash(member->text()), m, member);
    order_.replace(m, member);
  });
  return index_.move(cursor, f);
}

}  // namespace zsets
