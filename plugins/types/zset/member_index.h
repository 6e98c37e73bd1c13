// plugins/types/zset/member_index.h - the members of a big sorted set by their text: extendible hashing over buckets of
// pointers.
//
// A bucket is one block: header | tags, a byte each | words, eight bytes each.  A tag is eight bits of the hash of the
// text and is compared sixteen at a time; a word is the address of the member, with sixteen more bits of the hash where
// addresses have none (user space ends below 2^48), so that next to no member is looked at that is not the right one.
// A full bucket is built anew a size class bigger, and splits at kMaxBlock; one that has emptied is built smaller and
// joins its neighbour.  The hash, the directory and the scan are those of types::ElementTable.
//
// The members are somebody else's.  Not thread-safe.
#pragma once
#include <bit>

#include "keel/command.h"
#include "plugins/types/common/directory.h"
#include "plugins/types/common/element_hash.h"
#include "plugins/types/zset/member.h"

namespace zsets {

struct Bucket {
  static constexpr uint32_t kMaxBlock = 2048;
  static constexpr uint32_t kGroup = 16;                         // tags compared at a time
  static constexpr size_t kTagsEnd = 16 + (kMaxBlock - 16) / 9;  // bytes, at most

  // Words that a block of `size` bytes has room for.
  static constexpr uint32_t room_in(uint32_t size) noexcept {
    uint32_t room = (size - 16) / 9;
    while (16 + round_up(room) + 8 * room > size) --room;
    return room;
  }
  // An empty one with room for `count` words and some more; nullptr when out of memory.
  static Bucket* make(uint32_t count, unsigned depth) noexcept;
  static void destroy(Bucket* b) noexcept { types::give_memory(b, b->size); }
  // Bytes of the block that make() would take.
  static uint32_t size_for(uint32_t count) noexcept;

  // Its place; -1 = absent.
  int find(uint64_t hash, std::string_view text) const noexcept;
  // The word that the tags allow; another member may have that tag. nullptr = absent.
  const uint64_t* likely_place(uint64_t hash) const noexcept {
    for (uint32_t base = 0; base < count; base += kGroup)
      if (const uint32_t m = match(base, static_cast<uint8_t>(hash)); m != 0)
        return words() + base + static_cast<uint32_t>(std::countr_zero(m));
    return nullptr;
  }
  static const Member* likely_element(const uint64_t* word) noexcept {
    return reinterpret_cast<const Member*>(static_cast<uintptr_t>(*word & ~kHashBits));
  }
  void append(uint64_t hash, const Member* m) noexcept {
    tags()[count] = static_cast<uint8_t>(hash);
    words()[count++] = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(m)) | (hash << 40 & kHashBits);
  }
  // The last one takes its place.
  void remove(uint32_t i) noexcept {
    --count;
    tags()[i] = tags()[count];
    words()[i] = words()[count];
  }
  // Adds members of another one as they are; there is room.
  void adopt(const Bucket& from, uint32_t begin, uint32_t end) noexcept;
  // Those whose hash has this bit go behind those that do not; how many do not.
  uint32_t partition(uint64_t bit) noexcept;
  // The place of a member by its address, which is not looked at.
  int find(const Member*) const noexcept;
  Member* at(uint32_t i) const noexcept {
    return reinterpret_cast<Member*>(static_cast<uintptr_t>(words()[i] & ~kHashBits));
  }
  void replace(uint32_t i, const Member* m) noexcept {
    words()[i] = (words()[i] & kHashBits) | static_cast<uint64_t>(reinterpret_cast<uintptr_t>(m));
  }

  uint32_t count, room;
  uint32_t size;  // bytes of the block
  uint8_t depth;  // bits of hash that all members share

 private:
  static constexpr uint64_t kHashBits = uint64_t{0xffff} << 48;
  static constexpr uint32_t round_up(uint32_t n) noexcept { return (n + kGroup - 1) & ~(kGroup - 1); }

  uint8_t* tags() noexcept { return reinterpret_cast<uint8_t*>(this + 1); }
  const uint8_t* tags() const noexcept { return reinterpret_cast<const uint8_t*>(this + 1); }
  uint64_t* words() noexcept { return reinterpret_cast<uint64_t*>(tags() + round_up(room)); }
  const uint64_t* words() const noexcept { return reinterpret_cast<const uint64_t*>(tags() + round_up(room)); }
  uint32_t match(uint32_t base, uint8_t tag) const noexcept;
};
static_assert(sizeof(Bucket) == 16);

class MemberIndex {
 public:
  MemberIndex() noexcept = default;
  MemberIndex(const MemberIndex&) = delete;
  MemberIndex& operator=(const MemberIndex&) = delete;
  ~MemberIndex();

  // Before anything else; false = out of memory.
  bool begin() noexcept;
  // Bytes in blocks of the allocator.
  uint64_t memory() const noexcept { return bytes_ + directory_.memory(); }
  uint64_t allocations() const noexcept { return buckets_ + directory_.allocations(); }

  static uint64_t hash(std::string_view text) noexcept { return types::element_hash(text); }
  // nullptr = absent.
  Member* find(uint64_t hash, std::string_view text) const noexcept {
    const Bucket* b = directory_.find(hash);
    const int i = b->find(hash, text);
    return i < 0 ? nullptr : b->at(static_cast<uint32_t>(i));
  }
  // A step of keel_command.prefetch towards find(); whether there is another.
  bool prefetch(std::string_view text, keel_ahead& ahead) const noexcept;
  // Room for one more, so that add() with this hash does not fail; false = out of memory.
  bool reserve(uint64_t hash) noexcept;
  // A member that is not there; reserve() has been called.
  void add(uint64_t hash, const Member* m) noexcept { directory_.find(hash)->append(hash, m); }
  // Takes it out; it is there.
  void remove(uint64_t hash, std::string_view text) noexcept;
  // The block of a member has moved; `was` is not looked at.
  void replace(uint64_t hash, const Member* was, const Member* moved) noexcept;

  // Calls f(Member*) for the members of one bucket; cursors as those of types::ElementTable::scan().
  template <class F>
  uint64_t scan(uint64_t cursor, F f) const {
    const uint64_t position = cursor << kCursorShift;
    const Bucket* b = directory_.find(position);
    for (uint32_t i = 0; i < b->count; ++i) f(b->at(i));
    return next(position, b) >> kCursorShift;
  }
  // Moves the bucket at a cursor and what belongs to the whole index; as types::ElementTable::move().
  template <class F>
  uint64_t move(uint64_t cursor, F f) noexcept {
    if (cursor == 0) directory_.move(f);
    const uint64_t position = cursor << kCursorShift;
    Bucket* b = directory_.find(position);
    if (void* moved = f(b, b->size)) directory_.set(position, b = static_cast<Bucket*>(moved));
    return next(position, b) >> kCursorShift;
  }
  // Null, or what is broken inside; `size` members are expected.
  const char* broken(uint64_t size) const noexcept;

 private:
  static constexpr uint64_t kNear = 64 * 1024;  // bytes that a cache near the processor holds anyway
  static constexpr unsigned kMaxDepth = 40;     // cursors have 48 bits
  static constexpr unsigned kCursorShift = 16;

  // Hashes that are spread evenly never ask for more; members that collide make their bucket grow instead.
  unsigned most_depth() const noexcept {
    const auto depth = static_cast<unsigned>(std::bit_width(buckets_)) + 6;
    return depth < kMaxDepth ? depth : kMaxDepth;
  }
  static uint64_t next(uint64_t position, const Bucket* b) noexcept {
    if (b->depth == 0) return 0;
    const uint64_t step = uint64_t{1} << (64 - b->depth);
    return (position & ~(step - 1)) + step;  // 0 after the last
  }
  bool rebuild(uint64_t hash, Bucket*, uint32_t count) noexcept;
  bool split(uint64_t hash, Bucket*) noexcept;
  void shrink(uint64_t hash, Bucket*) noexcept;
  bool join(uint64_t hash, Bucket*) noexcept;

  types::Directory<Bucket> directory_;
  uint64_t buckets_ = 0;
  uint64_t bytes_ = 0;  // of buckets
};

}  // namespace zsets
