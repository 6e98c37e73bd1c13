// plugins/types/stream/block.h - some entries of a stream in one listpack, byte for byte as Redis keeps and saves them.
//
//   master:  count | deleted | n | name 1 .. name n | 0
//   entry:   flags | ms | seq | values 1 .. n                       | size       when its names are those of the master
//            flags | ms | seq | m | name 1 | value 1 .. name m | value m | size
//
// Each is an element of the listpack.  ms and seq are differences to the block's ID, which is that of its first entry;
// size counts the elements of the entry before it, to walk backwards.  An entry that is deleted is marked by a flag.
#pragma once
#include <span>

#include "keel/abi.h"
#include "plugins/types/common/listpack.h"
#include "plugins/types/stream/id.h"

namespace streams {

namespace listpack = types::listpack;

struct Block {  // a row of an IdMap; owns its bytes, which release() gives back
  Id id;
  char* bytes;
  uint32_t room;  // bytes of the memory
  uint32_t unused;

  uint32_t size() const noexcept { return listpack::load<uint32_t>(bytes); }
};

struct Entry {
  Id id;
  const char* at;      // its flags
  const char* fields;  // its first value, or its first name
  uint64_t n;          // pairs
  bool deleted, same;  // same: its names are the block's
};

// Reads a well-formed block, until that changes.
class BlockReader {
 public:
  explicit BlockReader(const Block& b) noexcept : id_(b.id), end_(listpack::View(b.bytes).end()) {
    const char* p = b.bytes + listpack::kHeader;
    count_ = number(p);
    deleted_ = number(p);
    n_ = number(p);
    names_ = p;
    begin_ = listpack::next(listpack::advance(p, n_));
  }

  uint64_t count() const noexcept { return count_; }      // entries, without
  uint64_t deleted() const noexcept { return deleted_; }  // those that are deleted
  uint64_t names() const noexcept { return n_; }
  const char* first_name() const noexcept { return names_; }
  const char* begin() const noexcept { return begin_; }
  const char* end() const noexcept { return end_; }

  Entry entry(const char* p) const noexcept {
    Entry e;
    e.at = p;
    const uint64_t flags = number(p);
    e.id.ms = id_.ms + number(p);
    e.id.seq = id_.seq + number(p);
    e.deleted = (flags & kDeleted) != 0;
    e.same = (flags & kSameNames) != 0;
    e.n = e.same ? n_ : number(p);
    e.fields = p;
    return e;
  }
  const char* after(const Entry& e) const noexcept {
    return listpack::next(listpack::advance(e.fields, e.same ? e.n : 2 * e.n));
  }
  // The entry that ends at p; there is one.
  static const char* before(const char* p) noexcept {
    p = listpack::previous(p);
    return listpack::back(p, static_cast<uint64_t>(listpack::element(p).integer()));
  }
  // f(name, value) for each pair, both listpack::Element.
  template <class F>
  void each(const Entry& e, F f) const {
    const char* p = e.fields;
    const char* name = names_;
    for (uint64_t i = 0; i < e.n; ++i) {
      if (!e.same) name = p, p = listpack::next(p);
      f(listpack::element(name), listpack::element(p));
      if (e.same) name = listpack::next(name);
      p = listpack::next(p);
    }
  }

  enum Flags : uint64_t { kDeleted = 1, kSameNames = 2 };

 private:
  static uint64_t number(const char*& p) noexcept {
    const auto n = static_cast<uint64_t>(listpack::element(p).integer());
    p = listpack::next(p);
    return n;
  }

  Id id_;
  uint64_t count_, deleted_, n_;
  const char *names_, *begin_, *end_;
};

// A block that holds one entry, with words name value name value ..., whose ID becomes the block's; false = out of
// memory.
bool make(Block& b, Id id, std::span<const keel_str> words) noexcept;
// Appends an entry with a greater ID; false = out of memory or too long, and nothing has changed.
bool append(Block& b, Id id, std::span<const keel_str> words) noexcept;
// Marks `n` entries as deleted, none of which is so yet, beginning with the one at `at` (an Entry's), skipping those
// that are marked already.  False = out of memory, and nothing has changed.
bool mark_deleted(Block& b, const char* at, uint64_t n) noexcept;
// Gives back memory that a block does not need, which grows no more.
void fit(Block& b) noexcept;
void release(Block& b) noexcept;
// A copy with memory of its own; false = out of memory.
bool copy(const Block& from, Block& to) noexcept;

// Untrusted bytes: are they a block, whose entries have rising IDs from `id` on?  On success `last` is the last of them
// that is there, deleted or not.  O(n).
bool valid(Str bytes, Id id, Id& last) noexcept;

}  // namespace streams
