// host/exec/key_index.h - records about keys that somebody watches or waits for, whether they exist or not.
//
// A record derives from KeyRecord and stays where it is until it is erased. Found by the hash that the key has anyway.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

namespace keel::exec {

struct KeyName {
  uint32_t db;
  uint64_t hash;  // of the key
  std::string_view key;
};

struct KeyRecord {
  explicit KeyRecord(const KeyName& n) : db(n.db), hash(n.hash), key(n.key) {}
  const uint32_t db;
  const uint64_t hash;
  const std::string key;
  KeyName name() const noexcept { return {db, hash, key}; }
};

template <class Record>
class KeyIndex {
 public:
  bool empty() const noexcept { return records_.empty(); }
  size_t size() const noexcept { return records_.size(); }
  // nullptr = there is none.
  Record* find(const KeyName& n) const noexcept {
    const auto found = records_.find(n);
    return found == records_.end() ? nullptr : found->get();
  }
  // The one that is there, or a new one.
  Record& get(const KeyName& n) {
    if (Record* found = find(n)) return *found;
    return **records_.insert(std::make_unique<Record>(n)).first;
  }
  void erase(const Record& r) noexcept { records_.erase(records_.find(r.name())); }
  // f(Record&) must neither add nor erase records.
  template <class F>
  void each(F&& f) const {
    for (const auto& r : records_) f(*r);
  }

 private:
  using Owned = std::unique_ptr<Record>;
  struct Hash {
    using is_transparent = void;
    size_t operator()(const KeyName& n) const noexcept { return n.hash + n.db; }
    size_t operator()(const Owned& r) const noexcept { return (*this)(r->name()); }
  };
  struct Same {
    using is_transparent = void;
    static KeyName name(const KeyName& n) noexcept { return n; }
    static KeyName name(const Owned& r) noexcept { return r->name(); }
    bool operator()(const auto& left, const auto& right) const noexcept {
      const KeyName a = name(left), b = name(right);
      return a.hash == b.hash && a.db == b.db && a.key == b.key;
    }
  };
  std::unordered_set<Owned, Hash, Same> records_;
};

}  // namespace keel::exec
