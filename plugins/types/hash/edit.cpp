#include "plugins/types/hash/edit.h"

#include <cstring>

namespace hashes {

namespace {

// The entries of a field with its value and, in a kListpackEx, its expiry.
class Triplet {
 public:
  Triplet(Str field, Str value, int64_t expire_ms, bool timed) noexcept
      : field_(field), value_(value), expiry_(expire_ms < 0 ? 0 : expire_ms), timed_(timed) {}
  size_t size() const noexcept { return field_.body_size() + value_.body_size() + (timed_ ? expiry_.body_size() : 0); }
  char* write(char* to) const noexcept {
    to = value_.write_body(field_.write_body(to));
    return timed_ ? expiry_.write_body(to) : to;
  }

 private:
  listpack::Encoded field_, value_, expiry_;
  bool timed_;
};

char* write_range(char* to, const char* from, const char* end) noexcept {
  const auto n = static_cast<size_t>(end - from);
  std::memcpy(to, from, n);
  return to + n;
}

}  // namespace

Added Edit::put(Str field, Str value, int64_t expire_ms) noexcept {
  if (table_ != nullptr) {
    const bool there = !view().has_ended() || view().contains(field);
    const Added added = table_->put({field, value, expire_ms});
    return added == Added::kThere && !there ? Added::kNew : added;
  }
  const Packed row = packed();
  const char* p = row.find(field);
  if (p == nullptr) return add(field, value, expire_ms);
  const Added done = view().lasts(row.expiry(p)) ? Added::kThere : Added::kNew;
  if (!limits.take(field, value)) {
    if (!make_table()) return Added::kNoMemory;
    return table_->put({field, value, expire_ms}) == Added::kNoMemory ? Added::kNoMemory : done;
  }
  if (row.expiry(p) != expire_ms) return place(field, value, expire_ms) ? done : Added::kNoMemory;
  const listpack::Encoded encoded(value);
  const char* old = Packed::value(p);
  char* gap = splice(old, static_cast<size_t>(Packed::next_entry(old) - old), encoded.body_size(), row.size());
  if (gap == nullptr) return Added::kNoMemory;
  encoded.write_body(gap);
  return done;
}

Added Edit::add(Str field, Str value, int64_t expire_ms) noexcept {
  if (table_ != nullptr) return table_->put({field, value, expire_ms});
  const bool timed = timed_ || expire_ms >= 0;
  if (!limits.take(field, value) || !limits.take(view().size() + 1, timed))
    return make_table() ? table_->put({field, value, expire_ms}) : Added::kNoMemory;
  return append(field, value, expire_ms);
}

Added Edit::append(Str field, Str value, int64_t expire_ms) noexcept {
  const bool timed = timed_ || expire_ms >= 0;
  const Triplet added(field, value, expire_ms, timed);
  const size_t bytes = added.size();
  if (data() == nullptr) {  // the first field of a hash, in one go
    const types::Scratch made(Packed::kHeader + bytes);
    if (made.data() == nullptr) return Added::kNoMemory;
    Packed::write_header(made.data(), 1);
    added.write(made.data() + Packed::kHeader);
    return become(made.all(), timed ? kListpackEx : kListpack) ? Added::kNew : Added::kNoMemory;
  }
  if (expire_ms >= 0) {
    if (!timed_ && !make_timed()) return Added::kNoMemory;
    const Packed row = packed();
    const bool in_order = row.size() == 0 || (row.last_expiry() >= 0 && row.last_expiry() <= expire_ms);
    if (!in_order) return place(field, value, expire_ms) ? Added::kNew : Added::kNoMemory;
  }
  const Packed row = packed();
  char* gap = splice(row.end(), 0, bytes, row.size() + 1);
  if (gap == nullptr) return Added::kNoMemory;
  added.write(gap);
  return Added::kNew;
}

bool Edit::make_timed() noexcept {
  const Packed row = packed();
  const listpack::Encoded none(int64_t{0});
  const types::Scratch made(row.bytes() + row.size() * none.body_size());
  if (made.data() == nullptr) return false;
  Packed::write_header(made.data(), row.size());
  char* to = made.data() + Packed::kHeader;
  for (const char* p = row.begin(); p != row.end(); p = row.next(p))
    to = none.write_body(write_range(to, p, row.next(p)));
  return become(made.all(), kListpackEx);
}

bool Edit::place(Str field, Str value, int64_t expire_ms) noexcept {
  if (!timed_ && !make_timed()) return false;
  const Packed row = packed();
  const Triplet placed(field, value, expire_ms, true);
  const char* old = row.find(field);
  const char* before = row.begin();  // the first field that ends later
  while (before != row.end() && row.expiry(before) >= 0 && (expire_ms < 0 || row.expiry(before) <= expire_ms))
    before = row.next(before);
  if (expire_ms < 0) before = row.end();
  const char* const old_end = old != nullptr ? row.next(old) : nullptr;
  const types::Scratch made(row.bytes() - (old != nullptr ? static_cast<size_t>(old_end - old) : 0) + placed.size());
  if (made.data() == nullptr) return false;
  Packed::write_header(made.data(), row.size() + (old == nullptr ? 1 : 0));
  char* to = made.data() + Packed::kHeader;
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
  return become(made.all(), kListpackEx);
}

bool Edit::set_expiry(Str field, int64_t expire_ms) noexcept {
  if (table_ != nullptr) return table_->set_expiry(field, expire_ms) == Added::kThere;
  if (!limits.take(view().size(), true)) return make_table() && table_->set_expiry(field, expire_ms) == Added::kThere;
  if (!timed_ && !make_timed()) return false;
  const Packed row = packed();
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
  View(packed(), nullptr, View::kAll).each([&](Str field, Str value, int64_t expire_ms) {
    return whole = made->put({field, value, expire_ms}) != Added::kNoMemory;
  });
  if (whole && become(made)) return true;
  ElementTable::destroy(made);
  return false;
}

char* Edit::splice(const char* at, size_t removed, size_t inserted, uint64_t fields) noexcept {
  const size_t was = size(), offset = static_cast<size_t>(at - data());
  const size_t behind = was - offset - removed;
  if (inserted >= removed) {
    char* p = resize(was + inserted - removed);
    if (p == nullptr) return nullptr;
    std::memmove(p + offset + inserted, p + offset + removed, behind);
    Packed::write_header(p, fields);
    return p + offset;
  }
  // Whether there is memory for less shows at the end.
  const types::Scratch made(was - removed + inserted);
  if (made.data() == nullptr) return nullptr;
  std::memcpy(made.data(), data(), offset);
  std::memcpy(made.data() + offset + inserted, at + removed, behind);
  Packed::write_header(made.data(), fields);
  return become(made.all(), timed_ ? kListpackEx : kListpack) ? data() + offset : nullptr;
}

bool Edit::erase(const char* from, const char* to, uint64_t fields) noexcept {
  return splice(from, static_cast<size_t>(to - from), 0, packed().size() - fields) != nullptr;
}

Removed Edit::remove(Str field) noexcept {
  if (table_ != nullptr) {
    if (view().has_ended() && !view().contains(field)) return Removed::kAbsent;
    return table_->erase(field) ? Removed::kGone : Removed::kAbsent;
  }
  const Packed row = packed();
  const char* p = row.find(field);
  if (p == nullptr || !view().lasts(row.expiry(p))) return Removed::kAbsent;
  return erase(p, row.next(p), 1) ? Removed::kGone : Removed::kNoMemory;
}

bool OwnEdit::become(ElementTable* table) noexcept {
  bytes_.clear();
  timed_ = false;
  table_ = table;
  return true;
}

bool OwnEdit::give(keel_ref& out) noexcept {
  if (table_ == nullptr) return bytes_.give(out, timed_ ? kListpackEx : kListpack);
  out.rep = KEEL_REP_OBJECT;
  out.enc = kTable;
  out.word = 0;
  out.v.object = std::exchange(table_, nullptr);
  return true;
}

}  // namespace hashes
