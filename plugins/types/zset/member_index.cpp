#include "plugins/types/zset/member_index.h"

#include <algorithm>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "keel/cpp/prefetch.hpp"
#include "plugins/types/common/prefetch_steps.h"

namespace zsets {
namespace {

// The members of a bucket come from all over the memory: asked for together, their cache misses overlap.
void prefetch_members(const Bucket& b) noexcept {
  for (uint32_t i = 0; i < b.count; ++i) keel::prefetch(b.at(i));
}

}  // namespace

void Bucket::adopt(const Bucket& from, uint32_t begin, uint32_t end) noexcept {
  std::copy(from.tags() + begin, from.tags() + end, tags() + count);
  std::copy(from.words() + begin, from.words() + end, words() + count);
  count += end - begin;
}

uint32_t Bucket::partition(uint64_t bit) noexcept {
  uint32_t zeros = 0, end = count;
  while (zeros < end) {
    if ((MemberIndex::hash(at(zeros)->text()) & bit) == 0) {
      ++zeros;
    } else {
      --end;
      std::swap(tags()[zeros], tags()[end]);
      std::swap(words()[zeros], words()[end]);
    }
  }
  return zeros;
}

uint32_t Bucket::size_for(uint32_t count) noexcept {
  // A sixteenth to spare, so that the next member does not have it built anew.
  const uint32_t wish = count + count / 16 + 1;
  return static_cast<uint32_t>(types::size_class(sizeof(Bucket) + round_up(wish) + 8 * size_t{wish}));
}

Bucket* Bucket::make(uint32_t count, unsigned depth) noexcept {
  const uint32_t size = size_for(count);
  auto* b = static_cast<Bucket*>(types::take_memory(size));
  if (b == nullptr) return nullptr;
  b->count = 0;
  b->room = room_in(size);
  b->size = size;
  b->depth = static_cast<uint8_t>(depth);
  return b;
}

// A bit for each of the sixteen tags from `base` on that is this one.
uint32_t Bucket::match(uint32_t base, uint8_t tag) const noexcept {
#if defined(__SSE2__)
  const __m128i group = _mm_load_si128(reinterpret_cast<const __m128i*>(tags() + base));
  auto m = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(group, _mm_set1_epi8(static_cast<char>(tag)))));
#else
  uint32_t m = 0;
  for (uint32_t i = 0; i < kGroup; ++i) m |= static_cast<uint32_t>(tags()[base + i] == tag) << i;
#endif
  const uint32_t left = count - base;
  return left < kGroup ? m & ((1u << left) - 1) : m;
}

int Bucket::find(uint64_t hash, std::string_view text) const noexcept {
  const uint64_t bits = hash << 40 & kHashBits;
  for (uint32_t base = 0; base < count; base += kGroup)
    for (uint32_t m = match(base, static_cast<uint8_t>(hash)); m != 0; m &= m - 1) {
      const uint32_t i = base + static_cast<uint32_t>(std::countr_zero(m));
      if ((words()[i] & kHashBits) == bits && at(i)->text() == text) return static_cast<int>(i);
    }
  return -1;
}

int Bucket::find(const Member* m) const noexcept {
  for (uint32_t i = 0; i < count; ++i)
    if (at(i) == m) return static_cast<int>(i);
  return -1;
}

MemberIndex::~MemberIndex() {
  directory_.each([](Bucket* b) { Bucket::destroy(b); });
}

bool MemberIndex::begin() noexcept {
  Bucket* b = Bucket::make(0, 0);
  if (b == nullptr) return false;
  directory_.set(0, b);
  buckets_ = 1;
  bytes_ = b->size;
  return true;
}

bool MemberIndex::prefetch(std::string_view text, keel_ahead& ahead) const noexcept {
  return bytes_ >= kNear && types::prefetch_step(directory_, text, ahead);
}

bool MemberIndex::rebuild(uint64_t hash, Bucket* b, uint32_t count) noexcept {
  Bucket* made = Bucket::make(count, b->depth);
  if (made == nullptr) return false;
  made->adopt(*b, 0, b->count);
  directory_.set(hash, made);
  bytes_ = bytes_ - b->size + made->size;
  Bucket::destroy(b);
  return true;
}

bool MemberIndex::split(uint64_t hash, Bucket* b) noexcept {
  const unsigned depth = b->depth + 1u;
  if (!directory_.reserve(hash, depth)) return false;
  prefetch_members(*b);
  const uint64_t bit = uint64_t{1} << (64 - depth);
  const uint32_t zeros = b->partition(bit);
  Bucket* zero = Bucket::make(zeros, depth);
  Bucket* one = Bucket::make(b->count - zeros, depth);
  if (zero == nullptr || one == nullptr) {
    if (zero != nullptr) Bucket::destroy(zero);
    if (one != nullptr) Bucket::destroy(one);
    return false;
  }
  zero->adopt(*b, 0, zeros);
  one->adopt(*b, zeros, b->count);
  directory_.set(hash & ~bit, zero);
  directory_.set(hash | bit, one);
  bytes_ = bytes_ - b->size + zero->size + one->size;
  ++buckets_;
  Bucket::destroy(b);
  return true;
}

bool MemberIndex::reserve(uint64_t hash) noexcept {
  for (;;) {
    Bucket* b = directory_.find(hash);
    if (b->count < b->room) return true;
    const bool whole = Bucket::size_for(b->count + 1) <= Bucket::kMaxBlock;
    // One that cannot be split grows by half.
    const uint32_t count = whole ? b->count + 1 : b->count + b->count / 2;
    const bool grows = whole || b->depth >= most_depth();
    if (!(grows ? rebuild(hash, b, count) : split(hash, b))) return false;
  }
}

void MemberIndex::remove(uint64_t hash, std::string_view text) noexcept {
  Bucket* b = directory_.find(hash);
  b->remove(static_cast<uint32_t>(b->find(hash, text)));
  shrink(hash, b);
}

void MemberIndex::replace(uint64_t hash, const Member* was, const Member* moved) noexcept {
  Bucket* b = directory_.find(hash);
  b->replace(static_cast<uint32_t>(b->find(was)), moved);
}

// A bucket that is half empty is built anew, or joins its neighbour.  What there is no memory for stays as it is.
void MemberIndex::shrink(uint64_t hash, Bucket* b) noexcept {
  if (b->count * 2 >= b->room) return;
  if (join(hash, b)) return;
  if (Bucket::size_for(b->count) < b->size) rebuild(hash, b, b->count);
}

bool MemberIndex::join(uint64_t hash, Bucket* b) noexcept {
  if (b->depth == 0) return false;
  const uint64_t bit = uint64_t{1} << (64 - b->depth);
  Bucket* other = directory_.find(hash ^ bit);
  if (other->depth != b->depth) return false;
  // With room to grow: otherwise the next few members would split it again.
  if (Bucket::size_for(b->count + other->count) > Bucket::kMaxBlock * 5 / 8) return false;
  Bucket* made = Bucket::make(b->count + other->count, b->depth - 1u);
  if (made == nullptr) return false;
  for (Bucket* part : {b, other}) {
    made->adopt(*part, 0, part->count);
    bytes_ -= part->size;
  }
  directory_.set(hash, made);
  Bucket::destroy(b);
  Bucket::destroy(other);
  bytes_ += made->size;
  --buckets_;
  directory_.trim(hash, buckets_);
  return true;
}

const char* MemberIndex::broken(uint64_t size) const noexcept {
  uint64_t members = 0, buckets = 0, bytes = 0, position = 0;
  do {
    const Bucket* b = directory_.find(position);
    if (b == nullptr || b->depth > kMaxDepth) return "a bucket is missing, or too deep";
    if (b->count > b->room || b->room != Bucket::room_in(b->size)) return "the room of a bucket makes no sense";
    for (uint32_t i = 0; i < b->count; ++i) {
      const std::string_view text = b->at(i)->text();
      const uint64_t h = hash(text);
      if (b->depth > 0 && (h ^ position) >> (64 - b->depth) != 0) return "a member lies in a foreign bucket";
      if (b->find(h, text) != static_cast<int>(i)) return "a member is not found where it is, or is there twice";
    }
    members += b->count;
    bytes += b->size;
    ++buckets;
    const uint64_t last = position;
    position = next(position, b);
    if (directory_.find(position - 1) != b || directory_.find(last) != b) return "the directory is not in order";
  } while (position != 0);
  if (buckets != buckets_ || bytes != bytes_) return "the memory of the index is miscounted";
  return members == size ? nullptr : "the index has another number of members";
}

}  // namespace zsets
