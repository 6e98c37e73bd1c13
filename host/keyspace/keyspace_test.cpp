#include "host/keyspace/keyspace.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/base/hash.h"

namespace keel::keyspace {
namespace {

using base::hash_bytes;

// A type whose objects are numbers on the heap; the word is how many allocations freeing one is said to take.
constexpr uint16_t kNumber = 9, kUncopyable = 10;
int g_alive = 0;

keel_type number_type() {
  keel_type t{};
  t.head = {sizeof t, 0};
  t.name = "number";
  t.free = [](void* o, uint64_t) noexcept {
    delete static_cast<int*>(o);
    --g_alive;
  };
  t.free_effort = [](const keel_ref* r) noexcept -> uint64_t { return r->word; };
  t.memory = [](const keel_ref*, uint32_t) noexcept -> uint64_t { return 1000; };
  t.copy = [](const keel_ref* from, keel_ref* to) noexcept -> keel_status {
    to->v.object = new int(*static_cast<int*>(from->v.object));
    to->word = from->word;
    ++g_alive;
    return KEEL_OK;
  };
  return t;
}

std::vector<keel_task*> g_deferred;
void defer(keel_task* t) {
  g_deferred.push_back(t);
}
size_t run_deferred() {
  const auto tasks = std::exchange(g_deferred, {});
  for (keel_task* t : tasks) t->run(t);
  return tasks.size();
}

class KeyspaceTest : public ::testing::Test {
 protected:
  KeyspaceTest() {
    uncopyable_.copy = nullptr;
    types_.add(kNumber, &number_);
    types_.add(kUncopyable, &uncopyable_);
  }
  void SetUp() override { g_alive = 0; }
  void TearDown() override {
    for (size_t i = 0; i < keyspace_.count(); ++i) keyspace_.flush(keyspace_[i], false);
    run_deferred();
    EXPECT_EQ(g_alive, 0);
    EXPECT_EQ(keyspace_.lazy_pending(), 0u);
    EXPECT_EQ(base::counted_bytes(base::MemoryTag::kValue), before_) << "not everything was freed";
  }

  Entry* add(const EntrySpec& s, size_t db = 0) {
    Entry* e = Entry::make(s);
    EXPECT_TRUE(keyspace_.add(keyspace_[db], hash_bytes(s.key), e));
    return e;
  }
  Entry* add_number(std::string_view key, int n, uint64_t effort = 1, int64_t at = -1, uint16_t type = kNumber) {
    EntrySpec s;
    s.key = key;
    s.expire_ms = at;
    s.type = type;
    s.rep = KEEL_REP_OBJECT;
    s.object = new int(n);
    s.word = effort;
    ++g_alive;
    return add(s);
  }
  Entry* add_bytes(std::string_view key, std::string_view value, int64_t at = -1) {
    EntrySpec s;
    s.key = key;
    s.expire_ms = at;
    s.rep = KEEL_REP_BYTES;
    s.bytes = value;
    return add(s);
  }
  Entry* add_apart(std::string_view key, size_t n, int64_t at = -1) {
    EntrySpec s;
    s.key = key;
    s.expire_ms = at;
    s.rep = KEEL_REP_BYTES;
    s.blob = base::Blob::make(n);
    std::memset(s.blob->data(), 'x', n);
    s.bytes = {s.blob->data(), n};
    return add(s);
  }
  Entry* find(std::string_view key, size_t db = 0) const { return keyspace_[db].keys.find(hash_bytes(key), key); }
  bool expires(std::string_view key, size_t db = 0) const {
    Entry* e = keyspace_[db].expires.find(hash_bytes(key), key);
    EXPECT_TRUE(e == nullptr || e == find(key, db)) << "the two tables know different entries";
    return e != nullptr;
  }
  bool due(std::string_view key, size_t db = 0) const {
    Entry* e = keyspace_[db].due.find(hash_bytes(key), key);
    EXPECT_TRUE(e == nullptr || e == find(key, db)) << "the two tables know different entries";
    EXPECT_EQ(e != nullptr, find(key, db) != nullptr && find(key, db)->due());
    return e != nullptr;
  }
  void set_due(std::string_view key, bool yes) {
    EXPECT_TRUE(keyspace_.set_due(keyspace_[0], hash_bytes(key), find(key), yes));
  }
  void remove(std::string_view key, bool lazy = false) {
    keyspace_.remove(keyspace_[0], hash_bytes(key), find(key), lazy);
  }
  static std::string_view value_of(Entry* e) { return {e->bytes(), e->bytes_len()}; }

 private:
  const int64_t before_ = base::counted_bytes(base::MemoryTag::kValue);
  keel_type number_ = number_type(), uncopyable_ = number_type();
  Types types_;

 protected:
  Keyspace keyspace_{4, types_, defer};
  Database& db_ = keyspace_[0];
};

TEST_F(KeyspaceTest, AddsAndRemoves) {
  add_bytes("a", "1");
  add_bytes("b", "2", 1000);
  EXPECT_EQ(value_of(find("a")), "1");
  EXPECT_FALSE(expires("a"));
  EXPECT_TRUE(expires("b"));
  remove("b");
  EXPECT_EQ(find("b"), nullptr);
  EXPECT_FALSE(expires("b"));
  remove("a");
  EXPECT_EQ(db_.keys.size() + db_.expires.size(), 0u);
}

TEST_F(KeyspaceTest, ReplacesAndFreesTheOldValue) {
  for (const int64_t was_at : {int64_t{-1}, int64_t{1000}}) {
    for (const int64_t now_at : {int64_t{-1}, int64_t{2000}}) {
      Entry* was = add_number("k", 1, 1, was_at);
      EntrySpec s;
      s.key = "k";
      s.rep = KEEL_REP_INT;
      s.number = 5;
      s.expire_ms = now_at;
      ASSERT_TRUE(keyspace_.replace(db_, hash_bytes("k"), was, Entry::make(s), false, false));
      EXPECT_EQ(g_alive, 0);
      EXPECT_EQ(find("k")->number(), 5);
      EXPECT_EQ(expires("k"), now_at >= 0);
      EXPECT_EQ(db_.expires.size(), now_at >= 0 ? 1u : 0u);
      remove("k");
    }
  }
}

TEST_F(KeyspaceTest, SetsExpiryOfEveryRepresentation) {
  EntrySpec s;
  s.key = "int";
  s.rep = KEEL_REP_INT;
  s.number = 42;
  add(s);
  add_bytes("beside", "value");
  add_apart("apart", 1000);
  add_number("object", 7);
  for (const std::string key : {"int", "beside", "apart", "object"}) {
    for (const int64_t at : {int64_t{1000}, int64_t{2000}, int64_t{-1}, int64_t{-1}, int64_t{0}}) {
      Entry* was = find(key);
      was->access(77);
      Entry* e = keyspace_.set_expiry(db_, hash_bytes(key), was, at);
      ASSERT_NE(e, nullptr);
      EXPECT_EQ(e, find(key));
      EXPECT_EQ(e->expire_ms(), at);
      EXPECT_EQ(expires(key), at >= 0);
      EXPECT_EQ(e->access(), 77u);
    }
  }
  EXPECT_EQ(find("int")->number(), 42);
  EXPECT_EQ(value_of(find("beside")), "value");
  EXPECT_EQ(value_of(find("apart")), std::string(1000, 'x'));
  EXPECT_EQ(*static_cast<int*>(find("object")->object()), 7);
  EXPECT_EQ(g_alive, 1);
}

TEST_F(KeyspaceTest, TakesAnEntryToAnotherDatabase) {
  Entry* e = add_bytes("k", "v", 1000);
  ASSERT_TRUE(keyspace_.add(keyspace_[1], hash_bytes("k"), e));
  keyspace_.take(db_, hash_bytes("k"), e);
  EXPECT_EQ(find("k"), nullptr);
  EXPECT_FALSE(expires("k"));
  EXPECT_EQ(find("k", 1), e);
  EXPECT_TRUE(expires("k", 1));
}

TEST_F(KeyspaceTest, CopiesAreIndependent) {
  add_bytes("beside", "value", 1000);
  add_apart("apart", 500);
  Entry* object = add_number("object", 7);
  for (const std::string key : {"beside", "apart", "object"}) {
    Entry* copy = keyspace_.copy(find(key), key + "2", true);
    ASSERT_NE(copy, nullptr);
    EXPECT_EQ(copy->key(), key + "2");
    EXPECT_EQ(copy->expire_ms(), find(key)->expire_ms());
    ASSERT_TRUE(keyspace_.add(db_, hash_bytes(copy->key()), copy));
  }
  EXPECT_EQ(value_of(find("beside2")), "value");
  EXPECT_NE(find("apart2")->blob(), find("apart")->blob());
  EXPECT_EQ(value_of(find("apart2")), value_of(find("apart")));
  EXPECT_NE(find("object2")->object(), object->object());
  EXPECT_EQ(*static_cast<int*>(find("object2")->object()), 7);
  remove("object");
  EXPECT_EQ(g_alive, 1);

  Entry* without = keyspace_.copy(find("beside"), "x", false);
  EXPECT_FALSE(without->has_expiry());
  without->free_shell();
}

TEST_F(KeyspaceTest, ACopyUnderALongKeyLiesApart) {
  add_bytes("k", std::string(100, 'v'));
  Entry* copy = keyspace_.copy(find("k"), std::string(200, 'k'), false);
  EXPECT_FALSE(copy->beside());
  EXPECT_EQ(value_of(copy), std::string(100, 'v'));
  keyspace_.free_value(copy, false);
  copy->free_shell();
}

TEST_F(KeyspaceTest, WhatCannotBeCopiedIsNot) {
  Entry* e = add_number("k", 1, 1, -1, kUncopyable);
  EXPECT_EQ(keyspace_.copy(e, "k2", true), nullptr);
}

TEST_F(KeyspaceTest, RenamesEveryRepresentation) {
  EntrySpec s;
  s.key = "int";
  s.rep = KEEL_REP_INT;
  s.number = 42;
  add(s);
  add_bytes("beside", "value", 1000);
  add_apart("apart", 1000);
  add_number("object", 7);
  for (const std::string key : {"int", "beside", "apart", "object"})
    ASSERT_TRUE(keyspace_.rename(db_, hash_bytes(key), find(key), hash_bytes(key + "2"), key + "2", nullptr, false));
  EXPECT_EQ(db_.keys.size(), 4u);
  EXPECT_EQ(find("int"), nullptr);
  EXPECT_FALSE(expires("beside"));
  EXPECT_EQ(find("int2")->number(), 42);
  EXPECT_EQ(value_of(find("beside2")), "value");
  EXPECT_EQ(find("beside2")->expire_ms(), 1000);
  EXPECT_TRUE(expires("beside2"));
  EXPECT_EQ(value_of(find("apart2")), std::string(1000, 'x'));
  EXPECT_EQ(*static_cast<int*>(find("object2")->object()), 7);
  EXPECT_EQ(g_alive, 1);
}

TEST_F(KeyspaceTest, RenameReplacesATarget) {
  add_bytes("from", "value");
  add_number("to", 7, 1, 1000);
  ASSERT_TRUE(keyspace_.rename(db_, hash_bytes("from"), find("from"), hash_bytes("to"), "to", find("to"), false));
  EXPECT_EQ(value_of(find("to")), "value");
  EXPECT_EQ(find("from"), nullptr);
  EXPECT_FALSE(expires("to"));
  EXPECT_EQ(db_.keys.size(), 1u);
  EXPECT_EQ(g_alive, 0);
}

TEST_F(KeyspaceTest, RenameToALongKeyPutsTheValueApartAndBackIsNoMatter) {
  const std::string long_key(300, 'k'), value(100, 'v');
  add_bytes("k", value);
  ASSERT_TRUE(keyspace_.rename(db_, hash_bytes("k"), find("k"), hash_bytes(long_key), long_key, nullptr, false));
  EXPECT_FALSE(find(long_key)->beside());
  EXPECT_EQ(value_of(find(long_key)), value);
  ASSERT_TRUE(keyspace_.rename(db_, hash_bytes(long_key), find(long_key), hash_bytes("k"), "k", nullptr, false));
  EXPECT_EQ(value_of(find("k")), value);
}

TEST_F(KeyspaceTest, FreesBigValuesLater) {
  add_number("small", 1, 64);
  add_number("big", 2, 65);
  add_number("eager", 3, 65);
  remove("small", true);
  EXPECT_TRUE(g_deferred.empty());
  EXPECT_EQ(g_alive, 2);
  remove("eager", false);
  EXPECT_EQ(g_alive, 1);
  remove("big", true);
  EXPECT_EQ(g_alive, 1);
  EXPECT_EQ(keyspace_.lazy_pending(), 1u);
  const uint64_t freed = keyspace_.lazy_freed();
  EXPECT_EQ(run_deferred(), 1u);
  EXPECT_EQ(g_alive, 0);
  EXPECT_EQ(keyspace_.lazy_pending(), 0u);
  EXPECT_EQ(keyspace_.lazy_freed(), freed + 1);
}

TEST_F(KeyspaceTest, FreesBigBytesLater) {
  add_apart("small", 100'000);
  add_apart("big", 2'000'000);
  remove("small", true);
  EXPECT_TRUE(g_deferred.empty());
  remove("big", true);
  EXPECT_EQ(run_deferred(), 1u);
}

TEST_F(KeyspaceTest, FlushesAtOnceOrLater) {
  keyspace_.reset_lazy_freed();
  for (const bool lazy : {false, true}) {
    for (int i = 0; i < 1000; ++i) add_number("key:" + std::to_string(i), i, 1, i % 2 == 0 ? 1000 : -1);
    EXPECT_EQ(db_.expires.size(), 500u);
    db_.average_ttl = 5;
    db_.expire_cursor = 7;
    EXPECT_EQ(keyspace_.flush(db_, lazy), 1000u);
    EXPECT_EQ(db_.keys.size() + db_.expires.size(), 0u);
    EXPECT_EQ(db_.average_ttl, 0);
    EXPECT_EQ(db_.expire_cursor, 0u);
    EXPECT_EQ(g_alive, lazy ? 1000 : 0);
    EXPECT_EQ(keyspace_.lazy_pending(), lazy ? 1000u : 0u);
    EXPECT_EQ(keyspace_.lazy_freed(), 0u) << "what is freed at once is not lazy";
    add_bytes("new", "while the old ones are freed");
    EXPECT_EQ(run_deferred(), lazy ? 1u : 0u);
    EXPECT_EQ(g_alive, 0);
    remove("new");
  }
  EXPECT_EQ(keyspace_.lazy_freed(), 1000u);
  EXPECT_EQ(keyspace_.flush(db_, true), 0u);
  EXPECT_TRUE(g_deferred.empty());
}

TEST_F(KeyspaceTest, KnowsWhereSomethingInsideEnds) {
  Database& db = keyspace_[0];
  add_number("a", 1);
  add_bytes("b", "value", 77);
  set_due("a", true);
  set_due("a", true);
  set_due("b", true);
  EXPECT_EQ(keyspace_.due(), 2u);
  EXPECT_TRUE(due("a") && due("b"));
  // It goes along with the value ...
  ASSERT_NE(keyspace_.set_expiry(db, hash_bytes("a"), find("a"), 99), nullptr);
  EXPECT_TRUE(due("a") && expires("a"));
  ASSERT_TRUE(keyspace_.rename(db, hash_bytes("a"), find("a"), hash_bytes("c"), "c", nullptr, false));
  EXPECT_TRUE(due("c") && !due("a"));
  Entry* copy = keyspace_.copy(find("c"), "d", true);
  ASSERT_TRUE(copy != nullptr && keyspace_.add(db, hash_bytes("d"), copy));
  EXPECT_TRUE(due("d"));
  Entry* moved = find("d");
  keyspace_.take(db, hash_bytes("d"), moved);
  ASSERT_TRUE(keyspace_.add(keyspace_[1], hash_bytes("d"), moved));
  EXPECT_TRUE(due("d", 1) && !due("d"));
  EXPECT_EQ(keyspace_.due(), 3u);
  // ... and leaves with it.
  ASSERT_TRUE(keyspace_.rename(db, hash_bytes("b"), find("b"), hash_bytes("c"), "c", find("c"), false));
  EXPECT_TRUE(due("c"));
  EXPECT_EQ(keyspace_.due(), 2u);
  add_number("plain", 2);
  ASSERT_TRUE(keyspace_.rename(db, hash_bytes("plain"), find("plain"), hash_bytes("c"), "c", find("c"), false));
  EXPECT_FALSE(due("c"));
  set_due("c", true);
  set_due("c", false);
  EXPECT_FALSE(due("c"));
  EXPECT_EQ(keyspace_.due(), 1u);
  keyspace_.flush(keyspace_[1], false);
  EXPECT_EQ(keyspace_.due(), 0u);
}

TEST_F(KeyspaceTest, SwapsDatabases) {
  add_bytes("a", "zero", 1000);
  add_number("b", 1);
  Database* zero = &db_;
  keyspace_.swap(0, 3);
  EXPECT_EQ(&keyspace_[0], zero);
  EXPECT_EQ(db_.keys.size() + db_.expires.size(), 0u);
  EXPECT_EQ(value_of(find("a", 3)), "zero");
  EXPECT_TRUE(expires("a", 3));
  keyspace_.swap(3, 3);
  EXPECT_EQ(keyspace_[3].keys.size(), 2u);
}

TEST_F(KeyspaceTest, FootprintCountsWhatLiesElsewhere) {
  Entry* beside = add_bytes("a", "v");
  Entry* apart = add_apart("b", 5000);
  Entry* object = add_number("c", 1);
  Entry* expiring = add_bytes("d", "v", 1000);
  EXPECT_GT(keyspace_.footprint(beside, 5), beside->footprint());
  EXPECT_GE(keyspace_.footprint(apart, 5), apart->footprint() + 5000);
  EXPECT_GE(keyspace_.footprint(object, 5), object->footprint() + 1000);
  EXPECT_GT(keyspace_.footprint(expiring, 5), keyspace_.footprint(beside, 5));
}

}  // namespace
}  // namespace keel::keyspace
