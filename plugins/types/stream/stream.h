// plugins/types/stream/stream.h - the value of a stream: blocks of entries in the order of their IDs, and its groups.
#pragma once
#include "plugins/types/stream/block.h"
#include "plugins/types/stream/group.h"

namespace streams {

// The directives stream-node-max-bytes and stream-node-max-entries: how much goes into a block; 0 = no limit.
struct Limits {
  uint64_t bytes = 4096;
  uint64_t entries = 100;
};
inline Limits limits;

inline constexpr uint64_t kMostBytes = uint64_t{1} << 30;  // of an entry's names and values together

struct Trim {
  enum Kind : uint8_t { kNone, kMaxLength, kMinId };
  Kind kind = kNone;
  bool approximate = false;  // whole blocks only
  uint64_t max_length = 0;
  Id min_id;
  uint64_t limit = 0;  // entries to remove at most; 0 = any number
};

enum class Added : uint8_t { kYes, kNoMemory };

class Stream {
 public:
  static Stream* make() noexcept;  // nullptr = out of memory
  static void destroy(Stream*) noexcept;
  Stream* copy() const noexcept;

  uint64_t length = 0;
  uint64_t entries_added = 0;  // ever
  Id last_id;                  // given last, whether or not it is still there
  Id first_id;                 // of the first entry that is there; 0-0 when there is none
  Id max_deleted;              // the greatest one that XDEL has taken
  IdMap<Block> blocks;
  ByName<Group> groups;

  // Precondition: id > last_id.  words: name value name value ...
  Added add(Id id, std::span<const keel_str> words) noexcept;
  // A block from elsewhere, well-formed, whose entries follow all others; it is counted, and taken over unless it is
  // refused.  False = out of memory.
  bool take(Block& b) noexcept;
  bool exists(Id id) const noexcept;
  // KEEL_OK, KEEL_ABSENT or KEEL_E_MEMORY.
  keel_status remove(Id id) noexcept;
  // How many entries are gone.  Out of memory, it may be fewer than were asked for.
  uint64_t trim(const Trim& how) noexcept;

  // The first and the last entry that is there; 0-0 = none.
  Id find_first() const noexcept;
  Id find_last() const noexcept;

  // f(const BlockReader&, const Entry&) -> bool (go on) for the entries with from <= ID <= to that are there.
  template <class F>
  void each(Id from, Id to, F f) const;
  template <class F>
  void each_backwards(Id from, Id to, F f) const;

  Group* find(Str group) noexcept {
    const auto it = groups.find(group);
    return it != groups.end() ? &it->second : nullptr;
  }
  // Precondition: there is none of that name.  nullptr = out of memory.
  Group* add_group(Str name, Id last_id, int64_t entries_read) noexcept;

  // How many entries had ever been added when this one was, as far as that can be told; kUnknownRead = it cannot.
  int64_t count_up_to(Id id) const noexcept;
  // Whether XDEL may have taken an entry from `id` on, between those that are there.
  bool may_have_holes(Id id) const noexcept {
    return length > 0 && !max_deleted.zero() && first_id <= max_deleted && id <= max_deleted;
  }

  uint64_t memory() const noexcept;
  uint64_t allocations() const noexcept;
  const char* broken() const noexcept;

 private:
  Stream() noexcept = default;
  ~Stream();
  IdMap<Block>::Place block_of(Id id) const noexcept {  // the last one that begins at or before it, or the first
    const auto p = blocks.lower(id);
    return (p != blocks.end() && blocks.at(p).id == id) || p == blocks.begin() ? p : blocks.previous(p);
  }
  struct Found {
    IdMap<Block>::Place block;
    const char* at;  // nullptr = it is not there
  };
  Found locate(Id id) const noexcept;
  // The block is gone; the one that follows.
  IdMap<Block>::Place drop(IdMap<Block>::Place p) noexcept;

  uint64_t block_bytes_ = 0;
};

template <class F>
void Stream::each(Id from, Id to, F f) const {
  if (blocks.empty() || from > to) return;
  for (auto p = block_of(from); p != blocks.end(); p = blocks.next(p)) {
    const Block& b = blocks.at(p);
    if (b.id > to) return;
    const BlockReader r(b);
    for (const char* at = r.begin(); at != r.end();) {
      const Entry e = r.entry(at);
      if (e.id > to) return;
      if (!e.deleted && e.id >= from && !f(r, e)) return;
      at = r.after(e);
    }
  }
}

template <class F>
void Stream::each_backwards(Id from, Id to, F f) const {
  if (blocks.empty() || from > to) return;
  for (auto p = block_of(to);; p = blocks.previous(p)) {
    const BlockReader r(blocks.at(p));
    for (const char* at = r.end(); at != r.begin();) {
      at = BlockReader::before(at);
      const Entry e = r.entry(at);
      if (e.id < from) return;
      if (!e.deleted && e.id <= to && !f(r, e)) return;
    }
    if (p == blocks.begin()) return;
  }
}

}  // namespace streams
