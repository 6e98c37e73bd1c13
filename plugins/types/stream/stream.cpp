#include "plugins/types/stream/stream.h"

namespace streams {

Stream* Stream::make() noexcept {
  void* memory = types::take_memory(sizeof(Stream));
  return memory != nullptr ? ::new (memory) Stream() : nullptr;
}

void Stream::destroy(Stream* s) noexcept {
  if (s == nullptr) return;
  s->~Stream();
  types::give_memory(s, sizeof *s);
}

Stream::~Stream() {
  for (auto p = blocks.begin(); p != blocks.end(); p = blocks.next(p)) release(blocks.at(p));
}

Stream* Stream::copy() const noexcept {
  Stream* to = make();
  if (to == nullptr) return nullptr;
  bool whole = true;
  for (auto p = blocks.begin(); whole && p != blocks.end(); p = blocks.next(p)) {
    Block b;
    whole = streams::copy(blocks.at(p), b);
    if (whole && to->blocks.insert(b) == nullptr) release(b), whole = false;
    if (whole) to->block_bytes_ += b.room;
  }
  for (const auto& [name, g] : groups) {
    Group* made = whole ? to->add_group(g.name, g.last_id, g.entries_read) : nullptr;
    whole = made != nullptr && made->copy(g);
  }
  if (!whole) return destroy(to), nullptr;
  to->length = length;
  to->entries_added = entries_added;
  to->last_id = last_id;
  to->first_id = first_id;
  to->max_deleted = max_deleted;
  return to;
}

Added Stream::add(Id id, std::span<const keel_str> words) noexcept {
  size_t bytes = 0;
  for (const keel_str& w : words) bytes += w.len;
  Block* last = blocks.empty() ? nullptr : &blocks.last();
  if (last != nullptr) {
    const uint64_t most = limits.bytes == 0 || limits.bytes > kMostBytes ? kMostBytes : limits.bytes;
    bool full = last->size() + bytes >= most;
    if (!full && limits.entries > 0) {
      const BlockReader r(*last);
      full = r.count() + r.deleted() >= limits.entries;
    }
    if (full) {
      block_bytes_ -= last->room;
      fit(*last);
      block_bytes_ += last->room;
      last = nullptr;
    }
  }
  if (last != nullptr) {
    block_bytes_ -= last->room;
    const bool done = append(*last, id, words);
    block_bytes_ += last->room;
    if (!done) return Added::kNoMemory;
  } else {
    Block b;
    if (!streams::make(b, id, words)) return Added::kNoMemory;
    if (blocks.insert(b) == nullptr) return release(b), Added::kNoMemory;
    block_bytes_ += b.room;
  }
  if (++length == 1) first_id = id;
  ++entries_added;
  last_id = id;
  return Added::kYes;
}

bool Stream::take(Block& b) noexcept {
  if (blocks.insert(b) == nullptr) return false;
  block_bytes_ += b.room;
  length += BlockReader(b).count();
  return true;
}

Stream::Found Stream::locate(Id id) const noexcept {
  if (blocks.empty()) return {blocks.end(), nullptr};
  const auto p = block_of(id);
  const BlockReader r(blocks.at(p));
  for (const char* at = r.begin(); at != r.end();) {
    const Entry e = r.entry(at);
    if (e.id == id && !e.deleted) return {p, at};
    if (e.id >= id) break;
    at = r.after(e);
  }
  return {p, nullptr};
}

bool Stream::exists(Id id) const noexcept {
  return length > 0 && id >= first_id && id <= last_id && locate(id).at != nullptr;
}

IdMap<Block>::Place Stream::drop(IdMap<Block>::Place p) noexcept {
  block_bytes_ -= blocks.at(p).room;
  release(blocks.at(p));
  return blocks.erase(p);
}

keel_status Stream::remove(Id id) noexcept {
  const Found found = locate(id);
  if (found.at == nullptr) return KEEL_ABSENT;
  Block& b = blocks.at(found.block);
  if (BlockReader(b).count() == 1) {
    drop(found.block);
  } else {
    block_bytes_ -= b.room;
    const bool done = mark_deleted(b, found.at, 1);
    block_bytes_ += b.room;
    if (!done) return KEEL_E_MEMORY;
  }
  --length;
  if (id > max_deleted) max_deleted = id;
  if (id == first_id) first_id = find_first();
  return KEEL_OK;
}

uint64_t Stream::trim(const Trim& how) noexcept {
  uint64_t gone = 0;
  while (how.kind != Trim::kNone && !blocks.empty()) {
    if (how.kind == Trim::kMaxLength && length <= how.max_length) break;
    Block& b = blocks.first();
    const BlockReader r(b);
    const uint64_t count = r.count();
    if (how.limit != 0 && gone + count > how.limit) break;
    const bool whole = how.kind == Trim::kMaxLength ? length - count >= how.max_length
                                                    : r.entry(BlockReader::before(r.end())).id < how.min_id;
    if (whole) {
      drop(blocks.begin());
      length -= count;
      gone += count;
      continue;
    }
    if (how.approximate) break;
    const char* first = nullptr;
    uint64_t n = 0;
    for (const char* at = r.begin(); at != r.end();) {
      const Entry e = r.entry(at);
      if (how.kind == Trim::kMaxLength ? length - n <= how.max_length : e.id >= how.min_id) break;
      if (!e.deleted && n++ == 0) first = at;
      at = r.after(e);
    }
    if (n == count && n > 0) {
      drop(blocks.begin());  // what is left of it is deleted
    } else if (n > 0) {
      block_bytes_ -= b.room;
      const bool done = mark_deleted(b, first, n);
      block_bytes_ += b.room;
      if (!done) break;
    }
    length -= n;
    gone += n;
    break;
  }
  if (gone > 0) first_id = find_first();
  return gone;
}

Id Stream::find_first() const noexcept {
  Id found;
  each({}, kLastId, [&](const BlockReader&, const Entry& e) { return found = e.id, false; });
  return found;
}

Id Stream::find_last() const noexcept {
  Id found;
  each_backwards({}, kLastId, [&](const BlockReader&, const Entry& e) { return found = e.id, false; });
  return found;
}

Group* Stream::add_group(Str name, Id last, int64_t entries_read) noexcept {
  try {
    const auto [it, fresh] = groups.try_emplace(Name(name));
    it->second.name = it->first;
    it->second.last_id = last;
    it->second.entries_read = entries_read;
    return &it->second;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

int64_t Stream::count_up_to(Id id) const noexcept {
  const auto added = static_cast<int64_t>(entries_added);
  if (added == 0) return 0;
  if (length == 0 && id <= last_id) return added;
  if (id == last_id) return added;
  if (id > last_id) return kUnknownRead;
  if (max_deleted.zero() || max_deleted < first_id) {
    if (id < first_id) return added - static_cast<int64_t>(length);
    if (id == first_id) return added - static_cast<int64_t>(length) + 1;
  }
  return kUnknownRead;
}

uint64_t Stream::memory() const noexcept {
  uint64_t bytes = sizeof *this + block_bytes_ + blocks.memory();
  for (const auto& [name, g] : groups) bytes += g.memory();
  return bytes;
}

uint64_t Stream::allocations() const noexcept {
  uint64_t n = 1 + blocks.size() + blocks.allocations();
  for (const auto& [name, g] : groups) n += g.allocations();
  return n;
}

const char* Stream::broken() const noexcept {
  if (const char* why = blocks.broken()) return why;
  uint64_t entries = 0, bytes = 0;
  Id last;
  for (auto p = blocks.begin(); p != blocks.end(); p = blocks.next(p)) {
    const Block& b = blocks.at(p);
    if (p != blocks.begin() && b.id <= last) return "a block begins before the end of the one before it";
    if (b.size() > b.room || !valid({b.bytes, b.size()}, b.id, last)) return "a block is malformed";
    const uint64_t count = BlockReader(b).count();
    if (count == 0) return "a block has no entry";
    entries += count;
    bytes += b.room;
  }
  if (entries != length || bytes != block_bytes_) return "the count of entries or of bytes is wrong";
  if (last > last_id) return "there is an entry behind the last ID";
  if (first_id != find_first()) return "the first ID is wrong";
  for (const auto& [name, g] : groups) {
    if (g.name != name) return "a group does not know its name";
    if (const char* why = g.broken()) return why;
  }
  return nullptr;
}

}  // namespace streams
