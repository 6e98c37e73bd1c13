#include "plugins/types/hash/edit.h"

#include <cstring>

namespace hashes {

namespace {

// The entries of a field with its value and, in a kListpackEx, its expiry.
class Triplet {
 public:
  Triplet(Str field, Str value, int64_t expire_ms, bool timed) noexcept
      : field_(field), value_(value), expiry_(expire_ms < 0 ? 0 : expire_ms), timed_(timed) {}
  size_t size() const noexcept { return field_.size() + value_.size() + (timed_ ? expiry_.size() : 0); }
  char* write(char* to) const noexcept {
    to = value_.write(field_.write(to));
    return timed_ ? expiry_.write(to) : to;
  }

 private:
  listpack::Encoded field_, value_, expiry_;
  bool timed_;
};

// Memory for a row while it is put together.
class Scratch {
 public:
  explicit Scratch(size_t size) noexcept
      : size_(size), at_(size <= sizeof room_ ? room_ : static_cast<char*>(types::take_memory(size))) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    if (at_ != nullptr && at_ != room_) types::give_memory(at_, size_);
  }
  char* data() const noexcept { return at_; }  // nullptr = out of memory

 private:
  char room_[1024];
  size_t size_;
  char* at_;
};

char* write_range(char* to, const char* from, const char* end) noexcept {
  const auto n = static_cast<size_t>(end - from);
  std::memcpy(to, from, n);
  return to + n;
}

}  // namespace

Added Edit::put(Str field, Str value, int64_t expire_ms) noexcept {
  if (table_ != nullptr) {
    const bool there = view().contains(field);
    const Added added = table_->put({field, value, expire_ms});
    return added == Added::kThere && !there ? Added::kNew : added;
  }
  const Packed row = view().packed();
  const char* p = row.find(field);
  if (p == nullptr) return add(field, value, expire_ms);
  const Added done = view().lasts(row.expiry(p)) ? Added::kThere : Added::kNew;
  if (!limits.take(field, value)) {
    if (!make_table()) return Added::kNoMemory;
    return table_->put({field, value, expire_ms}) == Added::kNoMemory ? Added::kNoMemory : done;
  }
  if (row.expiry(p) != expire_ms) return place(field, value, expire_ms) ? done : Added::kNoMemory;
  return listpack::replace(data(), Packed::value(p), listpack::Encoded(value), [this](size_t n) { return resize(n); })
             ? done
             : Added::kNoMemory;
}

Added Edit::add(Str field, Str value, int64_t expire_ms) noexcept {
  if (table_ != nullptr) return table_->put({field, value, expire_ms});
  if (!limits.take(field, value) || !limits.take(view().size() + 1))
    return make_table() ? table_->put({field, value, expire_ms}) : Added::kNoMemory;
  return append(field, value, expire_ms);
}

Added Edit::append(Str field, Str value, int64_t expire_ms) noexcept {
  const bool timed = timed_ || expire_ms >= 0;
  const Triplet added(field, value, expire_ms, timed);
  const size_t bytes = added.size();
  if (data() == nullptr) {  // the first field of a hash, in one go
    const size_t size = listpack::kEmpty + bytes;
    const Scratch made(size);
    if (made.data() == nullptr) return Added::kNoMemory;
    *added.write(made.data() + listpack::kHeader) = static_cast<char>(listpack::kEnd);
    listpack::write_header(made.data(), size, timed ? 3 : 2);
    return become({made.data(), size}, timed ? kListpackEx : kListpack) ? Added::kNew : Added::kNoMemory;
  }
  if (expire_ms >= 0) {
    if (!timed_ && !make_timed()) return Added::kNoMemory;
    const Packed row = view().packed();
    const bool in_order = row.size() == 0 || (row.last_expiry() >= 0 && row.last_expiry() <= expire_ms);
    if (!in_order) return place(field, value, expire_ms) ? Added::kNew : Added::kNoMemory;
  }
  const size_t end = listpack::View(data()).bytes() - 1;
  char* gap = listpack::splice(data(), {end, 0, bytes, 0, timed ? 3u : 2u}, [this](size_t n) { return resize(n); });
  if (gap == nullptr) return Added::kNoMemory;
  added.write(gap);
  return Added::kNew;
}

bool Edit::make_timed() noexcept {
  const Packed row = view().packed();
  const size_t fields = row.size();
  const listpack::Encoded none(int64_t{0});
  const size_t size = row.row().bytes() + fields * none.size();
  const Scratch made(size);
  if (made.data() == nullptr) return false;
  char* to = made.data() + listpack::kHeader;
  for (const char* p = row.begin(); p != row.end(); p = row.next(p)) to = none.write(write_range(to, p, row.next(p)));
  *to = static_cast<char>(listpack::kEnd);
  listpack::write_header(made.data(), size, 3 * fields);
  return become({made.data(), size}, kListpackEx);
}

bool Edit::place(Str field, Str value, int64_t expire_ms) noexcept {
  if (!timed_ && !make_timed()) return false;
  const Packed row = view().packed();
  const Triplet placed(field, value, expire_ms, true);
  const char* old = row.find(field);
  const char* before = row.begin();  // the first field that ends later
  while (before != row.end() && row.expiry(before) >= 0 && (expire_ms < 0 || row.expiry(before) <= expire_ms))
    before = row.next(before);
  if (expire_ms < 0) before = row.end();
  const char* const old_end = old != nullptr ? row.next(old) : nullptr;
  const size_t size = row.row().bytes() - (old != nullptr ? static_cast<size_t>(old_end - old) : 0) + placed.size();
  if (size > listpack::kMostBytes) return false;
  const Scratch made(size);
  if (made.data() == nullptr) return false;
  char* to = made.data() + listpack::kHeader;
  const auto part = [&](const char* from, const char* end) {  // without the field
    if (old != nullptr && from <= old && old < end) {
      to = write_range(to, from, old);
      from = old_end;
    }
    to = write_range(to, from, end);
  };
  if (before == old) before = old_end;
  part(row.begin(), before);
  to = placed.write(to);
  part(before, row.end());
  *to = static_cast<char>(listpack::kEnd);
  listpack::write_header(made.data(), size, 3 * (row.size() + (old == nullptr ? 1 : 0)));
  return become({made.data(), size}, kListpackEx);
}

bool Edit::set_expiry(Str field, int64_t expire_ms) noexcept {
  if (table_ != nullptr) return table_->set_expiry(field, expire_ms) == Added::kThere;
  if (!timed_ && !make_timed()) return false;
  const Packed row = view().packed();
  const char* p = row.find(field);
  if (row.expiry(p) == expire_ms) return true;
  // The value stands in the row that is written anew, which place() only reads until it is whole.
  Room room;
  return place(field, listpack::element(Packed::value(p)).text(room.digits), expire_ms);
}

bool Edit::make_table() noexcept {
  ElementTable* made = ElementTable::make(types::Form::kPairs);
  if (made == nullptr) return false;
  bool whole = true;
  View(view().packed(), nullptr, View::kAll).each([&](Str field, Str value, int64_t expire_ms) {
    return whole = made->put({field, value, expire_ms}) != Added::kNoMemory;
  });
  if (whole && become(made)) return true;
  ElementTable::destroy(made);
  return false;
}

bool Edit::erase(const char* from, const char* to, uint64_t fields) noexcept {
  const auto entries = static_cast<uint32_t>(fields * view().packed().stride());
  return listpack::erase(data(), from, to, entries, [this](size_t n) { return resize(n); });
}

Removed Edit::remove(Str field) noexcept {
  if (!view().contains(field)) return Removed::kAbsent;
  if (table_ != nullptr) return table_->erase(field) ? Removed::kGone : Removed::kAbsent;
  const Packed row = view().packed();
  const char* p = row.find(field);
  return erase(p, row.next(p), 1) ? Removed::kGone : Removed::kNoMemory;
}

char* OwnEdit::resize(size_t n) noexcept {
  if (n > block_.size()) {
    keel::Block bigger(core_, n + n / 2, KEEL_MEMORY_VALUE);
    if (!bigger) return nullptr;
    if (block_) std::memcpy(bigger.data(), block_.data(), block_.size());
    block_ = std::move(bigger);
  }
  return block_.data();
}

bool OwnEdit::become(Str bytes, Encoding encoding) noexcept {
  if (resize(bytes.size()) == nullptr) return false;
  std::memcpy(block_.data(), bytes.data(), bytes.size());
  timed_ = encoding == kListpackEx;
  return true;
}

bool OwnEdit::become(ElementTable* table) noexcept {
  block_ = keel::Block();
  timed_ = false;
  table_ = table;
  return true;
}

bool OwnEdit::give(keel_ref& out) noexcept {
  out.word = 0;
  if (table_ != nullptr) {
    out.rep = KEEL_REP_OBJECT;
    out.enc = kTable;
    out.v.object = std::exchange(table_, nullptr);
    return true;
  }
  const size_t size = listpack::View(block_.data()).bytes();
  keel::Block exact(core_, size, KEEL_MEMORY_VALUE);
  if (!exact) return false;
  std::memcpy(exact.data(), block_.data(), size);
  out.rep = KEEL_REP_BYTES;
  out.enc = timed_ ? kListpackEx : kListpack;
  out.word = size;
  out.v.bytes = exact.release();
  return true;
}

}  // namespace hashes
