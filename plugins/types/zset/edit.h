// plugins/types/zset/edit.h - changing a sorted set: the steps from a listpack to a SortedSet, for one under a key and
// for one that is being made.
#pragma once
#include "plugins/types/common/growing_bytes.h"
#include "plugins/types/common/removed.h"
#include "plugins/types/common/scratch.h"
#include "plugins/types/zset/view.h"

namespace zsets {

using types::Removed;

// Texts that are handed in must not lie in the sorted set.
class Edit {
 public:
  virtual ~Edit() = default;
  Edit(const Edit&) = delete;
  Edit& operator=(const Edit&) = delete;

  View view() const noexcept { return {data(), set_}; }

  // A member, if it is there; valid until the sorted set changes.
  struct Found {
    explicit operator bool() const noexcept { return member != nullptr || entry != nullptr; }
    Member* member;     // of a SortedSet
    const char* entry;  // of a listpack
    double score;
  };
  Found find(Str member) const noexcept;
  // Adds a member that is not there; one that is the first makes the sorted set.  These return false when they are out
  // of memory, and nothing has changed.
  bool add(Str member, double score) noexcept;
  bool set_score(const Found&, Str member, double score) noexcept;
  Removed remove(Str member) noexcept;
  bool remove_range(Ranks) noexcept;
  bool make_big() noexcept;

 protected:
  Edit() noexcept = default;
  // The listpack, or nullptr.
  virtual char* data() const noexcept = 0;
  // BYTES: changes the length, what is there stays; where they are now, or nullptr = out of memory.
  virtual char* resize(size_t) noexcept = 0;
  virtual bool become(Str bytes) noexcept = 0;
  // Takes the set over, unless it returns false.
  virtual bool become(SortedSet*) noexcept = 0;

  SortedSet* set_ = nullptr;

 private:
  bool add_first(Str member, double score) noexcept;
  bool add_packed(Str member, double score) noexcept;
};

// A sorted set under a key, or one that shall come there: the ref is filled by Ctx::write().
class KeyEdit final : public Edit {
 public:
  KeyEdit(Ctx c, Ref& r, uint16_t type) noexcept : c_(c), r_(r), type_(type) { fill(); }
  KeyEdit(Ctx c, Ref& r) noexcept : KeyEdit(c, r, plugin(c).type) {}

 private:
  char* data() const noexcept override { return r_.rep() == KEEL_REP_BYTES ? r_.data() : nullptr; }
  char* resize(size_t n) noexcept override { return c_.resize(r_, n) == KEEL_OK ? r_.data() : nullptr; }
  bool become(Str bytes) noexcept override { return c_.put(r_, type_, kListpack, bytes) == KEEL_OK && fill(); }
  bool become(SortedSet* set) noexcept override { return c_.put_object(r_, type_, kBig, set, 0) == KEEL_OK && fill(); }
  bool fill() noexcept {
    set_ = r_.rep() == KEEL_REP_OBJECT ? &r_.object<SortedSet>() : nullptr;
    return true;
  }

  Ctx c_;
  Ref& r_;
  uint16_t type_;
};

// One of its own: loaded, or the result of a command.
class OwnEdit final : public Edit {
 public:
  explicit OwnEdit(const keel_core& core) noexcept : bytes_(core) {}
  ~OwnEdit() override {
    if (set_ != nullptr) SortedSet::destroy(set_);
  }
  // Becomes that SortedSet, which it owns from now on.
  void take(SortedSet*) noexcept;
  // A SortedSet whose members are few and short becomes a listpack; false = out of memory.
  bool make_small() noexcept;
  // As load() fills it; false = out of memory.  It is not empty.
  bool give(keel_ref& out) noexcept;
  // Becomes the value under a ref, which write() has filled; its expiry is the ref's.
  bool put(Ctx c, Ref& r, uint16_t type) noexcept;

 private:
  char* data() const noexcept override { return bytes_.data(); }
  char* resize(size_t n) noexcept override { return bytes_.resize(n); }
  bool become(Str bytes) noexcept override { return bytes_.assign(bytes); }
  bool become(SortedSet*) noexcept override;

  types::GrowingBytes bytes_;  // none when it is a SortedSet
};

}  // namespace zsets
