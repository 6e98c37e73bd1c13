#include "plugins/types/common/element_table.h"

#include <algorithm>
#include <new>

#include "plugins/types/common/prefetch_steps.h"

namespace types {

ElementTable* ElementTable::make(Form form) noexcept {
  void* memory = take_memory(sizeof(ElementTable));
  if (memory == nullptr) return nullptr;
  auto* table = ::new (memory) ElementTable(form);
  Segment* s = Segment::make(Segment::layout(0, 0, false), 0);
  if (s == nullptr) return destroy(table), nullptr;
  table->directory_.set(0, s);
  table->segments_ = 1;
  table->bytes_ = s->size;
  return table;
}

void ElementTable::destroy(ElementTable* table) noexcept {
  table->~ElementTable();
  give_memory(table, sizeof *table);
}

ElementTable::~ElementTable() {
  directory_.each([this](Segment* s) {
    if (outside_ > 0)
      for (size_t i = 0; i < s->count; ++i) drop_outside(s, i);
    Segment::destroy(s);
  });
}

ElementTable* ElementTable::copy() const noexcept {
  void* memory = take_memory(sizeof(ElementTable));
  if (memory == nullptr) return nullptr;
  auto* made = ::new (memory) ElementTable(form_);
  bool whole = made->directory_.shape_as(directory_);
  uint64_t position = 0;
  do {
    const Segment* from = directory_.find(position);
    Segment* s = whole ? static_cast<Segment*>(take_memory(from->size)) : nullptr;
    if (s == nullptr) return destroy(made), nullptr;
    std::memcpy(s, from, from->size);
    made->directory_.set(position, s);
    ++made->segments_;
    made->bytes_ += s->size;
    if (outside_ > 0) {
      for (size_t i = 0; i < s->count; ++i) {
        const char* block = from->outside(i);
        if (block == nullptr) continue;
        size_t bytes = 0;
        from->element(i, form_, bytes);
        auto* own = static_cast<char*>(take_memory(bytes));
        if (own == nullptr) {
          // The rest of the segment still points at blocks of the original.
          while (s->count > i) s->remove(s->count - size_t{1}, form_);
          return destroy(made), nullptr;
        }
        std::memcpy(own, block, bytes);
        s->outside(i, own);
        ++made->outside_;
        made->bytes_ += size_class(bytes);
      }
    }
    position = next(position, from);
  } while (position != 0);
  made->size_ = size_;
  made->expiring_ = expiring_;
  made->earliest_ = earliest_;
  return made;
}

bool ElementTable::prepare(const Element& e, Record& r) noexcept {
  r = {&e, nullptr, element::size(e, form_)};
  if (e.key.size() + e.value.size() <= element::kLongestInline) return true;
  r.outside = static_cast<char*>(take_memory(r.size));
  if (r.outside == nullptr) return false;
  element::write(r.outside, e, form_);
  bytes_ += size_class(r.size);
  ++outside_;
  r.size = sizeof r.outside;
  return true;
}

void ElementTable::drop(char* block, size_t bytes) noexcept {
  if (block == nullptr) return;
  give_memory(block, bytes);
  bytes_ -= size_class(bytes);
  --outside_;
}

void ElementTable::drop_outside(const Segment* s, size_t index) noexcept {
  char* block = s->outside(index);
  if (block == nullptr) return;
  size_t bytes = 0;
  s->element(index, form_, bytes);
  drop(block, bytes);
}

std::optional<Element> ElementTable::find(std::string_view key) const noexcept {
  const uint64_t hash = element_hash(key);
  const Segment* s = directory_.find(hash);
  const int i = s->find(hash, key, form_);
  if (i < 0) return std::nullopt;
  return s->element(static_cast<size_t>(i), form_);
}

bool ElementTable::contains(std::string_view key) const noexcept {
  return contains(element_hash(key), key);
}

bool ElementTable::contains(uint64_t hash, std::string_view key) const noexcept {
  return directory_.find(hash)->find(hash, key, form_) >= 0;
}

void ElementTable::prefetch(uint64_t hash) const noexcept {
  prefetch_segment(directory_.find(hash));
}

bool ElementTable::prefetch(std::string_view key, keel_ahead& ahead) const noexcept {
  return bytes_ >= kNear && prefetch_step(directory_, key, ahead);
}

Segment* ElementTable::rebuild(uint64_t hash, Segment* s, const Segment::Layout& layout) noexcept {
  const size_t was = s->size;
  Segment* made = Segment::rebuild(s, layout, form_);
  if (made == nullptr) return nullptr;
  bytes_ = bytes_ - was + made->size;
  directory_.set(hash, made);
  return made;
}

bool ElementTable::split(uint64_t hash, Segment* s) noexcept {
  const unsigned depth = s->depth + 1u;
  if (!directory_.reserve(hash, depth)) return false;
  // Which half each element goes to, and what the halves take.
  uint64_t right[Segment::kMostRoom / 64 + 1];
  std::fill_n(right, s->count / 64 + 1, 0);
  size_t counts[2] = {}, bytes[2] = {};
  for (size_t i = 0; i < s->count; ++i) {
    const uint64_t side = (element_hash(s->element(i, form_).key) >> (64 - depth)) & 1;
    right[i / 64] |= side << (i % 64);
    ++counts[side];
    bytes[side] += s->heap_bytes(i, form_);
  }
  Segment* halves[2] = {};
  for (size_t side = 0; side < 2; ++side) {
    const Segment::Layout layout = Segment::layout(counts[side], bytes[side], s->timed);
    if (layout.size > 0) halves[side] = Segment::make(layout, depth);
    if (halves[side] != nullptr) continue;
    if (side == 1) Segment::destroy(halves[0]);
    return false;
  }
  for (size_t i = 0; i < s->count; ++i) halves[(right[i / 64] >> (i % 64)) & 1]->adopt(*s, i, form_);
  const uint64_t bit = uint64_t{1} << (64 - depth);
  directory_.set(hash & ~bit, halves[0]);
  directory_.set(hash | bit, halves[1]);
  bytes_ = bytes_ - s->size + halves[0]->size + halves[1]->size;
  ++segments_;
  Segment::destroy(s);
  return true;
}

Segment* ElementTable::make_room(uint64_t hash, Segment* s, const Record& r) noexcept {
  const bool timed = r.element->expire_ms >= 0;
  while (!s->has_room(r.size) || (timed && !s->timed)) {
    const Segment::Layout layout = Segment::layout(s->count + size_t{1}, s->live() + r.size, timed || s->timed);
    if (layout.whole() || s->depth >= most_depth()) {
      if (layout.size == 0) return nullptr;
      s = rebuild(hash, s, layout);
    } else {
      s = split(hash, s) ? directory_.find(hash) : nullptr;
    }
    if (s == nullptr) return nullptr;
  }
  return s;
}

Added ElementTable::insert(uint64_t hash, Segment* s, const Element& e) noexcept {
  Record r;
  if (!prepare(e, r)) return Added::kNoMemory;
  s = make_room(hash, s, r);
  if (s == nullptr) return drop(r.outside, element::size(e, form_)), Added::kNoMemory;
  s->append(hash, r, form_);
  ++size_;
  note_expiry(e.expire_ms);
  return Added::kNew;
}

Added ElementTable::add(const Element& e) noexcept {
  const uint64_t hash = element_hash(e.key);
  Segment* s = directory_.find(hash);
  return s->find(hash, e.key, form_) >= 0 ? Added::kThere : insert(hash, s, e);
}

Added ElementTable::put(const Element& e) noexcept {
  const uint64_t hash = element_hash(e.key);
  Segment* s = directory_.find(hash);
  const int i = s->find(hash, e.key, form_);
  if (i < 0) return insert(hash, s, e);
  return replace(hash, s, static_cast<size_t>(i), e) ? Added::kThere : Added::kNoMemory;
}

Added ElementTable::set_expiry(std::string_view key, int64_t at_ms) noexcept {
  const uint64_t hash = element_hash(key);
  Segment* s = directory_.find(hash);
  const int i = s->find(hash, key, form_);
  if (i < 0) return Added::kNew;
  const auto index = static_cast<size_t>(i);
  Element e = s->element(index, form_);
  e.key = key;
  char value[element::kLongestInline];  // it is written anew, maybe where it lies; what lies outside stays until then
  if (s->outside(index) == nullptr && !e.value.empty()) {
    std::memcpy(value, e.value.data(), e.value.size());
    e.value = {value, e.value.size()};
  }
  e.expire_ms = at_ms;
  return replace(hash, s, index, e) ? Added::kThere : Added::kNoMemory;
}

void ElementTable::note_expiry(int64_t at) noexcept {
  if (at < 0) return;
  ++expiring_;
  earliest_ = std::min(earliest_, at);
  pass_earliest_ = std::min(pass_earliest_, at);
}

bool ElementTable::replace(uint64_t hash, Segment* s, size_t index, const Element& e) noexcept {
  Record r;
  if (!prepare(e, r)) return false;
  if ((!s->fits_in_place(index, r.size, form_) && !s->has_heap(r.size)) || (e.expire_ms >= 0 && !s->timed)) {
    s = make_room(hash, s, r);
    if (s == nullptr) return drop(r.outside, element::size(e, form_)), false;
    index = static_cast<size_t>(s->find(hash, e.key, form_));
  }
  drop_outside(s, index);
  expiring_ -= s->expires(index);
  s->replace(index, r, form_);
  note_expiry(e.expire_ms);
  return true;
}

void ElementTable::remove(Segment* s, size_t index) noexcept {
  drop_outside(s, index);
  expiring_ -= s->expires(index);
  s->remove(index, form_);
  --size_;
}

bool ElementTable::erase(std::string_view key) noexcept {
  const uint64_t hash = element_hash(key);
  Segment* s = directory_.find(hash);
  const int i = s->find(hash, key, form_);
  if (i < 0) return false;
  remove(s, static_cast<size_t>(i));
  shrink(hash, s, Join::kAny);
  return true;
}

// A segment that needs less than half of its block is built anew, and asks its neighbour whether they fit into one.
void ElementTable::shrink(uint64_t hash, Segment* s, Join with) noexcept {
  const auto half_empty = [](const Segment* one) {
    return (Segment::head(one->timed) + 3 * size_t{one->count} + one->live()) * 2 < one->size;
  };
  while (s != nullptr && half_empty(s)) {
    if (Segment* joined = join(hash, s, with)) {
      s = joined;
      continue;
    }
    const Segment::Layout layout = Segment::layout(s->count, s->live(), s->timed);
    if (layout.size > 0 && layout.size < s->size) rebuild(hash, s, layout);
    return;
  }
}

// The segment that it has become with its neighbour; nullptr = it stays alone.
Segment* ElementTable::join(uint64_t hash, Segment* s, Join with) noexcept {
  if (s->depth == 0) return nullptr;
  const uint64_t bit = uint64_t{1} << (64 - s->depth);
  if (with == Join::kBefore && (hash & bit) == 0) return nullptr;
  Segment* other = directory_.find(hash ^ bit);
  if (other->depth != s->depth) return nullptr;
  const Segment::Layout layout =
      Segment::layout(size_t{s->count} + other->count, s->live() + other->live(), s->timed || other->timed);
  // With room to grow: otherwise the next few insertions would split it again.
  if (layout.size == 0 || layout.size > Segment::kMaxBlock * 5 / 8 || !layout.whole()) return nullptr;
  Segment* made = Segment::make(layout, s->depth - 1u);
  if (made == nullptr) return nullptr;
  for (Segment* part : {s, other}) {
    for (size_t i = 0; i < part->count; ++i) made->adopt(*part, i, form_);
    bytes_ -= part->size;
    Segment::destroy(part);
  }
  directory_.set(hash, made);
  bytes_ += made->size;
  --segments_;
  directory_.trim(hash, segments_);
  return made;
}

ElementTable::Place ElementTable::draw() const noexcept {
  if (segments_ <= kWalked) {
    uint64_t left = fast_random_below(size_);
    uint64_t position = 0;
    for (;;) {
      Segment* s = directory_.find(position);
      if (left < s->count) return {s, static_cast<size_t>(left)};
      left -= s->count;
      position = next(position, s);
    }
  }
  // A segment is met in proportion to the hashes that it is responsible for, so it is taken in proportion to how
  // densely these are used.  As hashes are spread evenly, no segment is much denser than the average.
  const uint64_t bound = size_ * (size_ / segments_ >= 32 ? 2 : 4);
  for (;;) {
    Segment* s = directory_.find(fast_random());
    const uint64_t density = uint64_t{s->count} << s->depth;
    if (fast_random_below(bound) < density) return {s, static_cast<size_t>(fast_random_below(s->count))};
  }
}

}  // namespace types
