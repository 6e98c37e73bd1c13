#include "host/keyspace/table.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <unordered_map>

#include "host/base/hash.h"
#include "host/base/random.h"

namespace keel::keyspace {
namespace {

class TableTest : public ::testing::Test {
 protected:
  ~TableTest() override {
    for (auto& [key, entry] : model_) entry->free_shell();
  }
  void add(const std::string& key) {
    EntrySpec spec;
    spec.key = key;
    spec.rep = KEEL_REP_INT;
    Entry* e = Entry::make(spec);
    ASSERT_TRUE(table_.insert(base::hash_bytes(key), e));
    model_[key] = e;
  }
  void remove(const std::string& key) {
    Entry* e = model_[key];
    table_.erase(base::hash_bytes(key), e);
    e->free_shell();
    model_.erase(key);
  }
  void expect_same() {
    ASSERT_EQ(table_.size(), model_.size());
    for (auto& [key, entry] : model_) ASSERT_EQ(table_.find(base::hash_bytes(key), key), entry) << key;
    size_t seen = 0;
    table_.each([&](Entry*) { ++seen; });
    ASSERT_EQ(seen, model_.size());
  }

  Table table_;
  std::unordered_map<std::string, Entry*> model_;
};

TEST_F(TableTest, GrowsAndShrinksLikeAMap) {
  for (int i = 0; i < 50000; ++i) add("key:" + std::to_string(i));
  expect_same();
  EXPECT_GT(static_cast<double>(table_.size()) / static_cast<double>(table_.slots()), 0.55);
  EXPECT_EQ(table_.find(base::hash_bytes("absent"), "absent"), nullptr);
  for (int i = 0; i < 49990; ++i) remove("key:" + std::to_string(i));
  expect_same();
  EXPECT_LE(table_.segments(), 4u);
  for (int i = 49990; i < 50000; ++i) remove("key:" + std::to_string(i));
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_EQ(table_.random(), nullptr);
}

TEST_F(TableTest, RandomWalk) {
  for (int step = 0; step < 60000; ++step) {
    const std::string key = std::to_string(base::fast_random_below(3000));
    const bool grow = (step / 10000) % 2 == 0;
    if (model_.count(key) == 0 ? (grow || base::fast_random_below(4) == 0) : false)
      add(key);
    else if (model_.count(key) != 0 && (!grow || base::fast_random_below(4) == 0))
      remove(key);
  }
  expect_same();
}

TEST_F(TableTest, ScanSeesAllThatStaysWhileTheTableGrowsAndShrinks) {
  for (int i = 0; i < 3000; ++i) add("stays:" + std::to_string(i));
  std::set<std::string> seen;
  uint64_t cursor = 0;
  int next = 0;
  do {
    cursor = table_.scan(cursor, [&](Entry* e) { seen.insert(std::string{e->key()}); });
    for (int i = 0; i < 40 && next < 20000; ++i, ++next) add("passes:" + std::to_string(next));
    if (next >= 20000)
      for (int i = 0; i < 80 && next < 40000; ++i, ++next) remove("passes:" + std::to_string(next - 20000));
  } while (cursor != 0);
  for (int i = 0; i < 3000; ++i) ASSERT_EQ(seen.count("stays:" + std::to_string(i)), 1u) << i;
}

TEST_F(TableTest, ScanVisitsOnceWhenNothingChanges) {
  for (int i = 0; i < 20000; ++i) add(std::to_string(i));
  size_t visits = 0;
  uint64_t cursor = 0;
  do {
    cursor = table_.scan(cursor, [&](Entry*) { ++visits; });
    ASSERT_LT(cursor, uint64_t{1} << 48);
  } while (cursor != 0);
  EXPECT_EQ(visits, 20000u);
}

TEST_F(TableTest, RandomReachesEveryEntry) {
  for (int i = 0; i < 200; ++i) add(std::to_string(i));
  std::set<Entry*> drawn;
  for (int i = 0; i < 20000; ++i) drawn.insert(table_.random());
  EXPECT_EQ(drawn.size(), 200u);
  Entry* sampled[16];
  EXPECT_EQ(table_.sample(sampled, 16), 16u);
}

TEST_F(TableTest, ReplaceKeepsThePlace) {
  for (int i = 0; i < 1000; ++i) add(std::to_string(i));
  EntrySpec spec;
  spec.key = "77";
  spec.rep = KEEL_REP_BYTES;
  spec.bytes = "new";
  Entry* now = Entry::make(spec);
  table_.replace(base::hash_bytes("77"), model_["77"], now);
  model_["77"]->free_shell();
  model_["77"] = now;
  expect_same();
}

// What was found last is asked for again: it may have gone, or been replaced, or the whole table may have.
TEST_F(TableTest, WhatWasFoundLastIsFoundAsItIsNow) {
  const uint64_t hash = base::hash_bytes("key");
  add("key");
  add("other");
  ASSERT_EQ(table_.find(hash, "key"), model_["key"]);
  EXPECT_EQ(table_.find(hash, "kex"), nullptr);  // were there another key of this hash
  remove("key");
  EXPECT_EQ(table_.find(hash, "key"), nullptr);
  add("key");
  ASSERT_EQ(table_.find(hash, "key"), model_["key"]);
  EntrySpec spec;
  spec.key = "key";
  spec.rep = KEEL_REP_INT;
  Entry* now = Entry::make(spec);
  table_.replace(hash, model_["key"], now);
  model_["key"]->free_shell();
  model_["key"] = now;
  expect_same();
  ASSERT_EQ(table_.find(hash, "key"), now);
  Table moved = std::move(table_);
  EXPECT_EQ(moved.find(hash, "key"), now);
  EXPECT_EQ(table_.find(hash, "key"), nullptr);
  table_ = std::move(moved);
  EXPECT_EQ(table_.find(hash, "key"), now);
  table_ = Table{};
  EXPECT_EQ(table_.find(hash, "key"), nullptr);
}

}  // namespace
}  // namespace keel::keyspace
