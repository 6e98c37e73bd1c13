// plugins/types/stream/id_map.h - rows in the order of their IDs: the blocks of a stream, what is pending in a group
// and with a consumer.
//
//   directory: first ID, chunk | first ID, chunk | ...          chunk: up to 256 rows, in order
//
// Streams grow at their end and are read, acknowledged and trimmed from their beginning, so both ends are cheap in both
// levels: rows are taken from the front by counting on, and are appended to chunks that are full up to the last one.
// Elsewhere, a row moves at most the rest of its chunk, and a chunk the rest of the directory: one entry of 24 bytes
// for 256 rows, less than a megabyte for ten million.  A search is two binary searches.
//
// Row is trivially copyable and has a member `id`.  Pointers to rows are valid until the map changes.  No function
// throws.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "plugins/types/common/memory.h"
#include "plugins/types/stream/id.h"

namespace streams {

template <class Row>
class IdMap {
  static_assert(std::is_trivially_copyable_v<Row>);

 public:
  static constexpr uint32_t kMostRows = 256;  // of a chunk

  // A place in the map.
  struct Place {
    uint32_t chunk, row;
    bool operator==(const Place&) const = default;
  };

  IdMap() noexcept = default;
  IdMap(const IdMap&) = delete;
  IdMap& operator=(const IdMap&) = delete;
  ~IdMap() { clear(); }

  uint64_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  uint64_t allocations() const noexcept { return chunks_ + (slots_ != nullptr ? 1 : 0); }
  uint64_t memory() const noexcept { return chunk_bytes_ + uint64_t{room_} * sizeof(Slot); }

  Place begin() const noexcept { return {0, 0}; }
  Place end() const noexcept { return {chunks_, 0}; }
  Row& at(Place p) noexcept { return chunk(p.chunk).rows()[p.row]; }
  const Row& at(Place p) const noexcept { return chunk(p.chunk).rows()[p.row]; }
  Place next(Place p) const noexcept {
    return p.row + 1 < chunk(p.chunk).n ? Place{p.chunk, p.row + 1} : Place{p.chunk + 1, 0};
  }
  // There is one before p.
  Place previous(Place p) const noexcept {
    return p.row > 0 ? Place{p.chunk, p.row - 1} : Place{p.chunk - 1, chunk(p.chunk - 1).n - 1};
  }
  // Of a map that is not empty.
  Row& first() noexcept { return chunk(0).rows()[0]; }
  const Row& first() const noexcept { return chunk(0).rows()[0]; }
  Row& last() noexcept { return at(previous(end())); }
  const Row& last() const noexcept { return at(previous(end())); }

  // The first row whose ID is not less.
  Place lower(Id id) const noexcept {
    if (chunks_ == 0) return end();
    const uint32_t c = chunk_of(id);
    const uint32_t r = lower_in(c, id);
    return r < chunk(c).n ? Place{c, r} : Place{c + 1, 0};
  }
  // The row of that ID, or nullptr.
  Row* find(Id id) noexcept { return const_cast<Row*>(std::as_const(*this).find(id)); }
  const Row* find(Id id) const noexcept {
    const Place p = lower(id);
    return p != end() && at(p).id == id ? &at(p) : nullptr;
  }

  // Precondition: there is no row of that ID.  nullptr = out of memory, and nothing has changed.
  Row* insert(const Row& row) noexcept;
  // The row that follows.
  Place erase(Place p) noexcept;
  bool erase(Id id) noexcept {
    const Place p = lower(id);
    if (p == end() || at(p).id != id) return false;
    erase(p);
    return true;
  }
  void clear() noexcept;
  // The same rows; false = out of memory, and the map is empty.  Precondition: it is empty.
  bool copy(const IdMap& from) noexcept;
  // Offers chunk number `at` and the directory to move(pointer, bytes) -> new place or nullptr; see keel_defrag.
  template <class Move>
  void relocate(uint32_t at, Move move) noexcept;
  uint32_t chunks() const noexcept { return chunks_; }
  // What is wrong with it, or nullptr.
  const char* broken() const noexcept;

 private:
  struct Chunk {
    uint32_t from, n, room, unused;
    Row* rows() noexcept { return reinterpret_cast<Row*>(this + 1) + from; }
    const Row* rows() const noexcept { return reinterpret_cast<const Row*>(this + 1) + from; }
    size_t bytes() const noexcept { return sizeof(Chunk) + room * sizeof(Row); }
  };
  struct Slot {
    Id first;  // not more than the first ID of the chunk, and more than the last one of the chunk before
    Chunk* chunk;
  };
  static constexpr uint32_t kFirstRoom = 2;
  static constexpr uint32_t kMergedRows = kMostRows / 2, kSparseRows = kMostRows / 8;

  Slot& slot(uint32_t c) noexcept { return slots_[from_ + c]; }
  const Slot& slot(uint32_t c) const noexcept { return slots_[from_ + c]; }
  Chunk& chunk(uint32_t c) noexcept { return *slot(c).chunk; }
  const Chunk& chunk(uint32_t c) const noexcept { return *slot(c).chunk; }

  uint32_t chunk_of(Id id) const noexcept {
    uint32_t low = 0, high = chunks_;  // the answer is in [low, high)
    while (high - low > 1) {
      const uint32_t middle = low + (high - low) / 2;
      (slot(middle).first <= id ? low : high) = middle;
    }
    return low;
  }
  uint32_t lower_in(uint32_t c, Id id) const noexcept {
    const Chunk& k = chunk(c);
    const Row* rows = k.rows();
    if (k.n > 0 && rows[k.n - 1].id < id) return k.n;
    return static_cast<uint32_t>(std::lower_bound(rows, rows + k.n, id, [](const Row& r, Id x) { return r.id < x; }) -
                                 rows);
  }

  Chunk* make_chunk(uint32_t room) noexcept {
    void* memory = types::take_memory(sizeof(Chunk) + room * sizeof(Row));
    if (memory == nullptr) return nullptr;
    auto* made = ::new (memory) Chunk{0, 0, room, 0};
    chunk_bytes_ += made->bytes();
    return made;
  }
  void free_chunk(Chunk* c) noexcept {
    chunk_bytes_ -= c->bytes();
    types::give_memory(c, c->bytes());
  }
  bool add_slot(uint32_t at, Slot s) noexcept;
  void remove_slot(uint32_t at) noexcept;
  bool make_room(uint32_t c) noexcept;
  void merge(uint32_t c) noexcept;

  Slot* slots_ = nullptr;
  uint32_t from_ = 0, chunks_ = 0, room_ = 0;
  uint64_t size_ = 0, chunk_bytes_ = 0;
};

template <class Row>
bool IdMap<Row>::add_slot(uint32_t at, Slot s) noexcept {
  if (from_ + chunks_ == room_) {
    if (from_ > room_ / 4) {
      std::memmove(slots_, slots_ + from_, chunks_ * sizeof(Slot));
    } else {
      const uint32_t room = std::max(2u, room_ * 2);
      auto* slots = static_cast<Slot*>(types::take_memory(room * sizeof(Slot)));
      if (slots == nullptr) return false;
      if (chunks_ > 0) std::memcpy(slots, slots_ + from_, chunks_ * sizeof(Slot));
      if (slots_ != nullptr) types::give_memory(slots_, room_ * sizeof(Slot));
      slots_ = slots;
      room_ = room;
    }
    from_ = 0;
  }
  std::memmove(&slot(at) + 1, &slot(at), (chunks_ - at) * sizeof(Slot));
  slot(at) = s;
  ++chunks_;
  return true;
}

template <class Row>
void IdMap<Row>::remove_slot(uint32_t at) noexcept {
  free_chunk(slot(at).chunk);
  if (at == 0)
    ++from_;
  else
    std::memmove(&slot(at), &slot(at) + 1, (chunks_ - at - 1) * sizeof(Slot));
  if (--chunks_ > 0) return;
  types::give_memory(slots_, room_ * sizeof(Slot));
  slots_ = nullptr;
  from_ = room_ = 0;
}

// Makes a full chunk, as long as it may be, into two.
template <class Row>
bool IdMap<Row>::make_room(uint32_t c) noexcept {
  Chunk* upper = make_chunk(kMostRows);
  if (upper == nullptr) return false;
  Chunk& k = chunk(c);
  const uint32_t kept = k.n / 2;
  upper->n = k.n - kept;
  std::memcpy(upper->rows(), k.rows() + kept, upper->n * sizeof(Row));
  if (!add_slot(c + 1, {upper->rows()[0].id, upper})) return free_chunk(upper), false;
  chunk(c).n = kept;
  return true;
}

template <class Row>
Row* IdMap<Row>::insert(const Row& row) noexcept {
  if (chunks_ == 0) {
    Chunk* made = make_chunk(kFirstRoom);
    if (made == nullptr) return nullptr;
    if (!add_slot(0, {row.id, made})) return free_chunk(made), nullptr;
  }
  uint32_t c = chunk_of(row.id);
  uint32_t at = lower_in(c, row.id);
  if (chunk(c).n == chunk(c).room) {
    if (chunk(c).room < kMostRows) {  // it grows
      Chunk* bigger = make_chunk(std::min(chunk(c).room * 2, kMostRows));
      if (bigger == nullptr) return nullptr;
      bigger->n = chunk(c).n;
      std::memcpy(bigger->rows(), chunk(c).rows(), bigger->n * sizeof(Row));
      free_chunk(slot(c).chunk);
      slot(c).chunk = bigger;
    } else if (c + 1 == chunks_ && at == chunk(c).n) {  // the map grows at its end: full chunks stay behind
      Chunk* made = make_chunk(kMostRows);
      if (made == nullptr) return nullptr;
      if (!add_slot(c + 1, {row.id, made})) return free_chunk(made), nullptr;
      ++c;
      at = 0;
    } else {
      if (!make_room(c)) return nullptr;
      if (at > chunk(c).n) {
        at -= chunk(c).n;
        ++c;
      }
    }
  }
  Chunk& k = chunk(c);
  if (at == k.n && k.from + k.n == k.room && k.from < k.room / 2 && c + 1 == chunks_ && k.room == kMostRows) {
    // Not worth moving so many rows for: what follows begins a chunk of its own.
    Chunk* made = make_chunk(kMostRows);
    if (made == nullptr) return nullptr;
    if (!add_slot(c + 1, {row.id, made})) return free_chunk(made), nullptr;
    made->n = 1;
    ++size_;
    return ::new (made->rows()) Row(row);
  }
  Row* rows = k.rows();
  if (k.from > 0 && (k.from + k.n == k.room || at < k.n / 2)) {
    const uint32_t by = k.from + k.n == k.room ? k.from : 1;
    std::memmove(rows - by, rows, at * sizeof(Row));
    if (by > 1) std::memmove(rows - by + at + 1, rows + at, (k.n - at) * sizeof(Row));
    k.from -= by;
    rows -= by;
  } else {
    std::memmove(rows + at + 1, rows + at, (k.n - at) * sizeof(Row));
  }
  ++k.n;
  ++size_;
  if (row.id < slot(c).first) slot(c).first = row.id;
  return ::new (rows + at) Row(row);
}

template <class Row>
void IdMap<Row>::merge(uint32_t c) noexcept {
  Chunk& k = chunk(c);
  Chunk& behind = chunk(c + 1);
  if (k.from + k.n + behind.n > k.room) {
    std::memmove(k.rows() - k.from, k.rows(), k.n * sizeof(Row));
    k.from = 0;
  }
  std::memcpy(k.rows() + k.n, behind.rows(), behind.n * sizeof(Row));
  k.n += behind.n;
  remove_slot(c + 1);
}

template <class Row>
typename IdMap<Row>::Place IdMap<Row>::erase(Place p) noexcept {
  Chunk& k = chunk(p.chunk);
  Row* rows = k.rows();
  if (p.row == 0)
    ++k.from;
  else
    std::memmove(rows + p.row, rows + p.row + 1, (k.n - p.row - 1) * sizeof(Row));
  --k.n;
  --size_;
  if (k.n == 0) {
    remove_slot(p.chunk);
    return {p.chunk, 0};
  }
  const uint32_t n = k.n;
  // Not at every step: what is looked at may not be in the cache.
  if (n <= kSparseRows && n % 8 == 0 && p.chunk + 1 < chunks_ && k.room == kMostRows &&
      n + chunk(p.chunk + 1).n <= kMergedRows)
    merge(p.chunk);
  return p.row < chunk(p.chunk).n ? p : Place{p.chunk + 1, 0};
}

template <class Row>
void IdMap<Row>::clear() noexcept {
  for (uint32_t c = 0; c < chunks_; ++c) free_chunk(slot(c).chunk);
  if (slots_ != nullptr) types::give_memory(slots_, room_ * sizeof(Slot));
  slots_ = nullptr;
  from_ = chunks_ = room_ = 0;
  size_ = 0;
}

template <class Row>
bool IdMap<Row>::copy(const IdMap& from) noexcept {
  if (from.empty()) return true;
  slots_ = static_cast<Slot*>(types::take_memory(from.chunks_ * sizeof(Slot)));
  if (slots_ == nullptr) return false;
  room_ = from.chunks_;
  for (uint32_t c = 0; c < from.chunks_; ++c) {
    Chunk* made = make_chunk(from.chunk(c).room);
    if (made == nullptr) return clear(), false;
    made->n = from.chunk(c).n;
    std::memcpy(made->rows(), from.chunk(c).rows(), made->n * sizeof(Row));
    slots_[chunks_++] = {from.slot(c).first, made};
    size_ += made->n;
  }
  return true;
}

template <class Row>
template <class Move>
void IdMap<Row>::relocate(uint32_t at, Move move) noexcept {
  if (at == 0 && slots_ != nullptr)
    if (void* moved = move(slots_, room_ * sizeof(Slot))) slots_ = static_cast<Slot*>(moved);
  if (at < chunks_)
    if (void* moved = move(slot(at).chunk, chunk(at).bytes())) slot(at).chunk = static_cast<Chunk*>(moved);
}

template <class Row>
const char* IdMap<Row>::broken() const noexcept {
  uint64_t rows = 0, bytes = 0;
  const Row* before = nullptr;
  for (uint32_t c = 0; c < chunks_; ++c) {
    const Chunk& k = chunk(c);
    if (k.n == 0 || k.from + k.n > k.room || k.room > kMostRows) return "a chunk is empty or longer than its memory";
    if (k.rows()[0].id < slot(c).first) return "the directory is ahead of its chunk";
    if (before != nullptr && slot(c).first <= before->id) return "the directory is behind the chunk before";
    for (uint32_t r = 0; r < k.n; ++r) {
      if (before != nullptr && k.rows()[r].id <= before->id) return "IDs are not in order";
      before = &k.rows()[r];
    }
    rows += k.n;
    bytes += k.bytes();
  }
  return rows == size_ && bytes == chunk_bytes_ ? nullptr : "the count of rows or of bytes is wrong";
}

}  // namespace streams
