// The structure of big sorted sets against a simple model.
#include "plugins/types/zset/sorted_set.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace zsets {
namespace {

struct Destroy {
  void operator()(SortedSet* s) const noexcept { SortedSet::destroy(s); }
};
using Owned = std::unique_ptr<SortedSet, Destroy>;

struct Model {
  std::map<std::string, double> scores;
  std::set<std::pair<double, std::string>> order;

  void put(const std::string& member, double score) {
    erase(member);
    scores[member] = score;
    order.insert({score, member});
  }
  bool erase(const std::string& member) {
    const auto at = scores.find(member);
    if (at == scores.end()) return false;
    order.erase({at->second, member});
    scores.erase(at);
    return true;
  }
};

void put(SortedSet& set, const std::string& member, double score) {
  Member* there = set.find(member);
  ASSERT_TRUE(there == nullptr ? set.add(member, score) : set.set_score(there, score));
}

void expect_same(const SortedSet& set, const Model& model) {
  ASSERT_EQ(set.broken(), nullptr);
  ASSERT_EQ(set.size(), model.order.size());
  uint64_t rank = 0;
  auto expected = model.order.begin();
  set.order().each([&](const Member* m) {
    ASSERT_EQ(m->score, expected->first);
    ASSERT_EQ(m->text(), expected->second);
    if (rank % 7 == 0) {
      ASSERT_EQ(set.order().rank(*m), rank);
      ASSERT_EQ(set.order().at(rank)->member, m);
    }
    ++rank;
    ++expected;
  });
}

void random_operations(int scores, int members, int steps, unsigned seed) {
  std::mt19937 random(seed);
  const Owned set(SortedSet::make());
  Model model;
  const auto below = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int step = 0; step < steps; ++step) {
    const std::string member = "member:" + std::to_string(below(members));
    // Times in which it grows, and times in which it shrinks.
    const bool grows = step / 4000 % 2 == 0;
    if (below(10) < (grows ? 8 : 3)) {
      const double score = below(scores) - scores / 2.0;
      put(*set, member, score);
      model.put(member, score);
    } else if (below(40) == 0 && set->size() > 0) {
      const auto from = static_cast<uint64_t>(below(static_cast<int>(set->size())));
      const uint64_t n = std::min<uint64_t>(static_cast<uint64_t>(below(300)), set->size() - from);
      auto first = std::next(model.order.begin(), static_cast<std::ptrdiff_t>(from));
      for (uint64_t i = 0; i < n; ++i) {
        model.scores.erase(first->second);
        first = model.order.erase(first);
      }
      set->erase_range(from, n);
    } else {
      ASSERT_EQ(set->erase(member), model.erase(member));
    }
    if (step % 997 == 0) expect_same(*set, model);
  }
  expect_same(*set, model);
  const Owned copy(set->copy());
  expect_same(*copy, model);
  while (set->size() > 0) set->erase_range(0, std::min<uint64_t>(set->size(), 100));
  EXPECT_EQ(set->broken(), nullptr);
  EXPECT_EQ(set->order().memory(), 0u);
}

TEST(SortedSet, RandomOperationsManyScores) {
  random_operations(1'000'000, 20'000, 60'000, 1);
}
TEST(SortedSet, RandomOperationsFewScores) {
  random_operations(5, 20'000, 60'000, 2);
}
TEST(SortedSet, RandomOperationsFewMembers) {
  random_operations(1000, 150, 20'000, 3);
}

TEST(SortedSet, MembersWhoseHashesCollide) {
  const uint64_t mask = types::hash_key.mask;
  types::hash_key.mask = 0xff;
  random_operations(1000, 3000, 12'000, 4);
  types::hash_key.mask = mask;
}

TEST(SortedSet, InOrderLeavesAreFull) {
  const Owned up(SortedSet::make()), down(SortedSet::make());
  Model model;
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(up->add(std::to_string(i), i));
    ASSERT_TRUE(down->add(std::to_string(99'999 - i), 99'999 - i));
    model.put(std::to_string(i), i);
  }
  expect_same(*up, model);
  expect_same(*down, model);
  EXPECT_LT(up->order().memory(), 100'000u * 18);
  EXPECT_LT(down->order().memory(), 100'000u * 18);
}

TEST(SortedSet, CountWhileFindsTheEndOfWhatHolds) {
  const Owned set(SortedSet::make());
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(set->add(std::to_string(i), std::floor(i / 10.0)));
  for (const double score : {-1.0, 0.0, 3.0, 250.5, 499.0, 1e9}) {
    const auto expected = static_cast<uint64_t>(std::min(std::max(0.0, std::ceil(score) * 10), 5000.0));
    EXPECT_EQ(set->order().count_while([score](const Entry& e) { return e.score < score; }), expected) << score;
  }
}

TEST(SortedSet, TheRangeIsWalkedInBothDirections) {
  const Owned set(SortedSet::make());
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(set->add(std::to_string(i), i));
  auto up = set->order().at(100), down = set->order().at(899);
  for (int i = 100; i < 900; ++i, up.forward(), down.back()) {
    ASSERT_EQ(up->score, i);
    ASSERT_EQ(down->score, 999 - i);
  }
}

TEST(SortedSet, ScanVisitsEachMember) {
  const Owned set(SortedSet::make());
  for (int i = 0; i < 3000; ++i) ASSERT_TRUE(set->add(std::to_string(i), i));
  std::set<std::string> seen;
  uint64_t cursor = 0, calls = 0;
  do {
    cursor = set->scan(cursor, [&](const Member& m) { seen.insert(std::string(m.text())); });
    ++calls;
  } while (cursor != 0);
  EXPECT_EQ(seen.size(), 3000u);
  EXPECT_GT(calls, 10u);
}

TEST(SortedSet, LongAndEmptyMembers) {
  const Owned set(SortedSet::make());
  Model model;
  for (size_t i = 0; i < 400; ++i) {
    const std::string member(i * i, static_cast<char>('a' + i % 26));
    put(*set, member, static_cast<double>(i % 3));
    model.put(member, static_cast<double>(i % 3));
  }
  expect_same(*set, model);
}

TEST(SortedSet, DefragmentationMovesEverything) {
  const Owned set(SortedSet::make());
  Model model;
  for (int i = 0; i < 3000; ++i) {
    ASSERT_TRUE(set->add(std::to_string(i), i % 50));
    model.put(std::to_string(i), i % 50);
  }
  uint64_t cursor = 0, moved = 0;
  do {
    cursor = set->move(cursor, [&moved](void* p, size_t n) {
      void* to = types::take_memory(n);
      std::memcpy(to, p, n);
      types::give_memory(p, n);
      ++moved;
      return to;
    });
  } while (cursor != 0);
  EXPECT_GT(moved, 3000u);
  expect_same(*set, model);
}

TEST(SortedSet, GatheredFirstAndArrangedThen) {
  const Owned set(SortedSet::make());
  Model model;
  std::mt19937 random(6);
  for (int i = 0; i < 30'000; ++i) {
    const std::string member = std::to_string(random() % 9000);
    Member* m = set->gather(member);
    ASSERT_NE(m, nullptr);
    const double score = static_cast<double>(random() % 100);
    m->score += score;
    model.put(member, m->score);
  }
  EXPECT_EQ(set->size(), 0u);
  ASSERT_TRUE(set->arrange());
  expect_same(*set, model);

  const Owned left(SortedSet::make());  // is freed without having been arranged
  for (int i = 0; i < 1000; ++i) ASSERT_NE(left->gather(std::to_string(i)), nullptr);
}

// A host that runs out of memory after so many blocks.
int64_t blocks_left = INT64_MAX;

TEST(SortedSet, OutOfMemoryChangesNothing) {
  static keel_core core{};
  core.alloc = [](size_t n, uint32_t) noexcept -> void* { return blocks_left-- > 0 ? std::malloc(n) : nullptr; };
  core.free = [](void* p, size_t, uint32_t) noexcept { std::free(p); };
  types::memory_core = &core;
  {
    const Owned set(SortedSet::make());
    Model model;
    std::mt19937 random(5);
    for (int i = 0; i < 20'000; ++i) {
      blocks_left = static_cast<int64_t>(random() % 5);
      const std::string member = std::to_string(random() % 6000);
      const double score = static_cast<double>(random() % 1000);
      Member* there = set->find(member);
      if (there == nullptr ? set->add(member, score) : set->set_score(there, score)) model.put(member, score);
      if (i % 500 == 0) expect_same(*set, model);
    }
    blocks_left = 100;
    EXPECT_EQ(set->copy(), nullptr);
    blocks_left = INT64_MAX;
    expect_same(*set, model);
  }
  types::memory_core = nullptr;
}

TEST(SortedSet, FetchesWhatIsFarAwayInSteps) {
  const Owned set(SortedSet::make());
  const auto steps_to = [&set](const std::string& member) {
    keel_ahead ahead{};
    while (set->prefetch(member, ahead)) ++ahead.step;
    return ahead.step;
  };
  for (int i = 0; i < 100; ++i) put(*set, "member:" + std::to_string(i), i);
  EXPECT_EQ(steps_to("member:1"), 0u) << "a small one is near";
  for (int i = 100; i < 20'000; ++i) put(*set, "member:" + std::to_string(i), i);
  uint32_t absent = 0;
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_EQ(steps_to("member:" + std::to_string(i)), 2u) << "tags, word, member";
    absent += steps_to("none:" + std::to_string(i));
  }
  EXPECT_LT(absent, 2 * 20'000u) << "most ends where no tag fits";
  EXPECT_GE(absent, 20'000u);
}

}  // namespace
}  // namespace zsets
