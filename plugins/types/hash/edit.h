// plugins/types/hash/edit.h - changing a hash: the steps from a listpack to a table, for a hash under a key and for one
// that is being loaded.
#pragma once
#include "plugins/types/common/growing_bytes.h"
#include "plugins/types/common/removed.h"
#include "plugins/types/hash/view.h"

namespace hashes {

using types::Added;
using types::Removed;

class Edit {
 public:
  virtual ~Edit() = default;
  Edit(const Edit&) = delete;
  Edit& operator=(const Edit&) = delete;

  View view() const noexcept { return {packed(), table_, now_}; }
  // Adds a field or replaces value and expiry (Unix ms, -1 = none); a hash that is empty becomes one of this field.
  // What has ended is new.  The texts must not lie in the hash.  kNoMemory: every field has the value that it had.
  Added put(Str field, Str value, int64_t expire_ms = kNoExpiry) noexcept;
  // Adds a field that is known not to be there.
  Added add(Str field, Str value, int64_t expire_ms = kNoExpiry) noexcept;
  // Sets the expiry of a field that is there.  False = out of memory.
  bool set_expiry(Str field, int64_t expire_ms) noexcept;
  Removed remove(Str field) noexcept;
  // Removes fields that have ended, each after a call of f(Str field); see ElementTable::take_ended().
  template <class F>
  void take_ended(F f) noexcept;
  // False = out of memory.
  bool make_table() noexcept;

 protected:
  explicit Edit(int64_t now) noexcept : now_(now) {}
  // The row, or nullptr, and its bytes.
  virtual char* data() const noexcept = 0;
  virtual size_t size() const noexcept = 0;
  // BYTES: changes the length, what is there stays; where they are now, or nullptr = out of memory.
  virtual char* resize(size_t) noexcept = 0;
  virtual bool become(Str bytes, Encoding) noexcept = 0;
  // Takes the table over, unless it returns false.
  virtual bool become(ElementTable*) noexcept = 0;

  ElementTable* table_ = nullptr;
  bool timed_ = false;  // the row is a kListpackEx

 private:
  Added append(Str field, Str value, int64_t expire_ms) noexcept;
  // Writes the whole row anew with the field where its expiry belongs.
  bool place(Str field, Str value, int64_t expire_ms) noexcept;
  // From kListpack to kListpackEx.
  bool make_timed() noexcept;
  bool erase(const char* from, const char* to, uint64_t fields) noexcept;
  Packed packed() const noexcept { return {data(), data() != nullptr ? size() : 0, timed_}; }
  // `removed` bytes of the row give way to `inserted` ones, which the caller writes where the result points, and it has
  // that many fields from now on.  nullptr = out of memory, the row is as it was.
  char* splice(const char* at, size_t removed, size_t inserted, uint64_t fields) noexcept;

  int64_t now_;
};

template <class F>
void Edit::take_ended(F f) noexcept {
  constexpr uint64_t kAtATime = 1000;  // a small part of a millisecond
  if (table_ != nullptr) return table_->take_ended(now_, kAtATime, [&f](const types::Element& e) { f(e.key); });
  const Packed row = packed();
  if (!row.there()) return;
  uint64_t n = 0;
  const char* p = row.begin();
  for (; p != row.end() && n < kAtATime; p = row.next(p), ++n)
    if (const int64_t at = row.expiry(p); at < 0 || at > now_) break;
  if (n == 0) return;
  const char* q = row.begin();
  for (uint64_t i = 0; i < n; ++i, q = row.next(q)) {
    Room room;
    f(listpack::element(q).text(room.digits));
  }
  erase(row.begin(), p, n);
}

// A hash under a key, or one that shall come there: the ref is filled by Ctx::write().
class KeyEdit final : public Edit {
 public:
  KeyEdit(Ctx c, Ref& r) noexcept : Edit(c.now_ms()), c_(c), r_(r) { fill(); }

 private:
  char* data() const noexcept override { return r_.rep() == KEEL_REP_BYTES ? r_.data() : nullptr; }
  size_t size() const noexcept override { return r_.bytes().size(); }
  char* resize(size_t n) noexcept override { return c_.resize(r_, n) == KEEL_OK ? r_.data() : nullptr; }
  bool become(Str bytes, Encoding encoding) noexcept override {
    return c_.put(r_, plugin(c_).type, encoding, bytes) == KEEL_OK && fill();
  }
  bool become(ElementTable* table) noexcept override {
    return c_.put_object(r_, plugin(c_).type, kTable, table, 0) == KEEL_OK && fill();
  }
  bool fill() noexcept {
    table_ = r_.rep() == KEEL_REP_OBJECT ? &r_.object<ElementTable>() : nullptr;
    timed_ = r_.rep() == KEEL_REP_BYTES && r_.encoding() == kListpackEx;
    return true;
  }

  Ctx c_;
  Ref& r_;
};

// A hash of its own, which becomes the one that load() gives.
class OwnEdit final : public Edit {
 public:
  explicit OwnEdit(const keel_core& core) noexcept : Edit(View::kAll), bytes_(core) {}
  ~OwnEdit() override {
    if (table_ != nullptr) ElementTable::destroy(table_);
  }
  // Of a hash that is not empty; false = out of memory.
  bool give(keel_ref& out) noexcept;

 private:
  char* data() const noexcept override { return bytes_.data(); }
  size_t size() const noexcept override { return bytes_.size(); }
  char* resize(size_t n) noexcept override { return bytes_.resize(n); }
  bool become(Str bytes, Encoding encoding) noexcept override {
    if (!bytes_.assign(bytes)) return false;
    timed_ = encoding == kListpackEx;
    return true;
  }
  bool become(ElementTable*) noexcept override;

  types::GrowingBytes bytes_;  // none when it is a table
};

}  // namespace hashes
