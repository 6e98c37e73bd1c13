#include "plugins/types/common/element_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace types {
namespace {

struct Destroy {
  void operator()(ElementTable* t) const { ElementTable::destroy(t); }
};
using Table = std::unique_ptr<ElementTable, Destroy>;
using Model = std::map<std::string, std::pair<std::string, int64_t>>;

Table make(Form form) {
  return Table(ElementTable::make(form));
}
std::string text(size_t i) {
  return "element:" + std::to_string(i);
}
Element member(std::string_view key) {
  return {key, {}, -1};
}

Model contents(const ElementTable& t) {
  Model m;
  t.each([&m](const Element& e) { m[std::string(e.key)] = {std::string(e.value), e.expire_ms}; });
  return m;
}

// The bits of the hash that are left out for as long as it lives.
class WeakHash {
 public:
  explicit WeakHash(uint64_t mask) { hash_key.mask = mask; }
  ~WeakHash() { hash_key.mask = ~uint64_t{0}; }
};

// Random operations, as the model does them, with elements of these lengths.
void behaves(Form form, size_t keys, size_t longest_key, size_t longest_value, size_t steps, uint64_t seed) {
  std::mt19937_64 dice(seed);
  Table t = make(form);
  Model model;
  const auto below = [&dice](size_t n) { return n == 0 ? 0 : static_cast<size_t>(dice() % n); };
  for (size_t step = 0; step < steps; ++step) {
    // Waves: mostly in, then mostly out.
    const bool filling = step * 6 / steps % 2 == 0;
    std::string key = std::to_string(below(keys));
    key.resize(std::max(key.size(), std::hash<std::string>{}(key) % (longest_key + 1)), 'k');
    if (below(10) < (filling ? 8u : 2u)) {
      const std::string value =
          form == Form::kPairs ? std::string(below(longest_value), static_cast<char>('a' + below(26))) : "";
      const int64_t expire = form == Form::kPairs && below(4) == 0 ? static_cast<int64_t>(below(1000)) : -1;
      const bool there = model.contains(key);
      const Added added = form == Form::kPairs ? t->put({key, value, expire}) : t->add({key, value, expire});
      ASSERT_EQ(added, there ? Added::kThere : Added::kNew);
      model[key] = {value, expire};
    } else if (form == Form::kPairs && below(4) == 0) {
      const int64_t expire = below(3) == 0 ? -1 : static_cast<int64_t>(below(1000));
      ASSERT_EQ(t->set_expiry(key, expire), model.contains(key) ? Added::kThere : Added::kNew);
      if (model.contains(key)) model[key].second = expire;
    } else {
      ASSERT_EQ(t->erase(key), model.erase(key) == 1);
    }
    if (form == Form::kPairs && below(50) == 0) {
      const auto now = static_cast<int64_t>(below(100));
      bool whole = true;
      for (size_t calls = 0; t->due() >= 0 && t->due() <= now; ++calls) {
        t->take_ended(now, 1 + below(100), [&](const Element& e) {
          const auto found = model.find(std::string(e.key));
          whole = whole && found != model.end() && found->second.second == e.expire_ms && e.expire_ms <= now;
          if (found != model.end()) model.erase(found);
        });
        ASSERT_LT(calls, 10000u);
      }
      ASSERT_TRUE(whole);
      for (const auto& [k, v] : model) ASSERT_TRUE(v.second < 0 || v.second > now) << k;
    }
    ASSERT_EQ(t->size(), model.size());
    const auto found = t->find(key);
    ASSERT_EQ(found.has_value(), model.contains(key));
    if (found) {
      ASSERT_EQ(std::pair(std::string(found->value), found->expire_ms), model[key]);
    }
    if (step % (steps / 20) == 0) {
      ASSERT_EQ(t->broken(), nullptr) << t->broken();
      ASSERT_EQ(contents(*t), model);
      const Table copy(t->copy());
      ASSERT_EQ(copy->broken(), nullptr) << copy->broken();
      ASSERT_EQ(contents(*copy), model);
    }
  }
  ASSERT_EQ(t->broken(), nullptr) << t->broken();
}

TEST(ElementTable, BehavesLikeAMapOfMembers) {
  behaves(Form::kMembers, 3000, 30, 0, 30000, 1);
}
TEST(ElementTable, BehavesLikeAMapOfPairs) {
  behaves(Form::kPairs, 3000, 30, 60, 30000, 2);
}
TEST(ElementTable, TakesLongElements) {
  behaves(Form::kPairs, 500, 700, 2000, 20000, 3);
  behaves(Form::kMembers, 500, 5000, 0, 20000, 4);
}
TEST(ElementTable, TakesElementsWhoseHashesCollide) {
  {
    const WeakHash all(0);
    behaves(Form::kMembers, 2000, 20, 0, 10000, 5);
    behaves(Form::kPairs, 700, 600, 700, 10000, 6);
  }
  const WeakHash top(~uint64_t{0} >> 60);  // tags differ, places do not
  behaves(Form::kPairs, 3000, 20, 30, 20000, 7);
}

TEST(ElementTable, NothingIsDueOnceNothingExpires) {
  const Table t = make(Form::kPairs);
  for (size_t i = 0; i < 5000; ++i) t->put({text(i), "v", -1});
  EXPECT_EQ(t->due(), -1);
  EXPECT_EQ(t->set_expiry(text(7), 100), Added::kThere);
  EXPECT_EQ(t->set_expiry(text(4000), 50), Added::kThere);
  EXPECT_EQ(t->expiring(), 2u);
  EXPECT_EQ(t->due(), 50);
  size_t gone = 0;
  for (size_t calls = 0; t->due() == 50; ++calls) {  // a segment at a time
    t->take_ended(50, 1, [&](const Element& e) { gone += e.key == text(4000); });
    ASSERT_LT(calls, 5000u);
  }
  EXPECT_EQ(gone, 1u);
  EXPECT_EQ(t->due(), 100);
  EXPECT_EQ(t->set_expiry(text(7), -1), Added::kThere);
  EXPECT_EQ(t->due(), -1);
  EXPECT_EQ(t->size(), 4999u);
  EXPECT_EQ(t->broken(), nullptr);
}

TEST(ElementTable, TheEmptyElementIsOne) {
  const Table t = make(Form::kPairs);
  EXPECT_FALSE(t->contains(""));
  EXPECT_EQ(t->put({"", "", -1}), Added::kNew);
  EXPECT_TRUE(t->contains(""));
  EXPECT_EQ(t->put({"", "v", 5}), Added::kThere);
  EXPECT_EQ(t->find("")->value, "v");
  EXPECT_EQ(t->find("")->expire_ms, 5);
  EXPECT_TRUE(t->erase(""));
  EXPECT_EQ(t->size(), 0u);
}

// No step copies more than one allocation: the biggest one bounds the time of any of them.
class BiggestAllocation {
 public:
  BiggestAllocation() {
    core_.alloc = [](size_t n, uint32_t) noexcept -> void* {
      biggest_ = std::max(biggest_, n);
      return std::malloc(n);
    };
    core_.free = [](void* p, size_t, uint32_t) noexcept { std::free(p); };
    memory_core = &core_;
    biggest_ = 0;
  }
  ~BiggestAllocation() { memory_core = nullptr; }
  static size_t bytes() { return biggest_; }

 private:
  keel_core core_{};
  static inline size_t biggest_ = 0;
};

TEST(ElementTable, GrowsToManySegmentsAndBack) {
  constexpr size_t kCount = 600'000;  // enough for directories in two levels
  const BiggestAllocation biggest;
  const Table t = make(Form::kMembers);
  const uint64_t empty = t->memory();
  for (size_t i = 0; i < kCount; ++i) ASSERT_EQ(t->add(member(text(i))), Added::kNew);
  EXPECT_EQ(t->broken(), nullptr) << t->broken();
  EXPECT_GT(t->segments(), 2048u);
  // 14 characters: the element, its length, tag and slot are 18 bytes.
  EXPECT_LT(t->memory() / kCount, 22u);
  const Table copy(t->copy());
  EXPECT_EQ(copy->broken(), nullptr) << copy->broken();
  EXPECT_EQ(copy->memory(), t->memory());
  for (size_t i = 0; i < kCount; ++i) ASSERT_TRUE(t->contains(text(i)));
  for (size_t i = kCount; i-- > 100;) ASSERT_TRUE(t->erase(text(i)));
  EXPECT_EQ(t->broken(), nullptr) << t->broken();
  EXPECT_EQ(t->size(), 100u);
  EXPECT_LT(t->memory(), empty + 16384);
  EXPECT_LE(t->segments(), 8u);
  for (size_t i = 0; i < 100; ++i) ASSERT_TRUE(t->erase(text(i)));
  EXPECT_EQ(t->broken(), nullptr) << t->broken();
  EXPECT_EQ(t->memory(), empty);
  EXPECT_LE(biggest.bytes(), 16'384u);
}

// What is there all the time is seen, whatever happens between two calls.
// How many steps it makes to fetch this key.
uint32_t steps_to(const ElementTable& t, const std::string& key) {
  keel_ahead ahead{};
  while (t.prefetch(key, ahead)) ++ahead.step;
  return ahead.step;
}

TEST(ElementTable, FetchesWhatIsFarAwayInSteps) {
  const Table t = make(Form::kPairs);
  for (size_t i = 0; i < 100; ++i) t->add({text(i), "value", -1});
  EXPECT_EQ(steps_to(*t, text(1)), 0u) << "a small one is near";
  const std::string outside(5000, 'v');
  for (size_t i = 100; i < 20'000; ++i) t->add({text(i), i % 100 == 0 ? outside : "value", i % 7 == 0 ? 1000 : -1});
  size_t absent = 0;
  for (size_t i = 0; i < 20'000; ++i) {
    ASSERT_EQ(steps_to(*t, text(i)), 2u) << "segment, slot, element";
    absent += steps_to(*t, "no " + text(i));
  }
  EXPECT_LT(absent, 2 * 20'000u) << "most ends where no tag fits";
  EXPECT_GE(absent, 20'000u);
}

TEST(ElementTable, ScanSeesWhatStays) {
  for (const size_t start : {10u, 1000u, 50'000u})
    for (const int trend : {-1, 0, 1}) {
      std::mt19937_64 dice(start + static_cast<size_t>(trend + 1));
      const Table t = make(Form::kMembers);
      for (size_t i = 0; i < start; ++i) t->add(member(text(i)));
      size_t more = start, fewer = start;
      const size_t stays = start / 20;
      std::set<std::string> seen;
      uint64_t cursor = 0;
      do {
        cursor = t->scan(cursor, [&seen](const Element& e) { seen.emplace(e.key); });
        for (int n = 0; n < 400; ++n) {
          if (trend > 0) t->add(member(text(more++)));
          if (trend < 0 && fewer > stays) t->erase(text(--fewer));
        }
        ASSERT_LT(cursor, uint64_t{1} << 48);
        if (more > start * 20) break;  // new elements may come for ever; this many are enough
      } while (cursor != 0);
      if (cursor != 0) continue;
      for (size_t i = 0; i < stays; ++i) ASSERT_TRUE(seen.contains(text(i))) << i << " of " << start;
      if (trend == 0) {
        EXPECT_EQ(seen.size(), start);
      }
    }
}

TEST(ElementTable, AnyCursorIsValid) {
  const Table t = make(Form::kMembers);
  for (size_t i = 0; i < 5000; ++i) t->add(member(text(i)));
  std::mt19937_64 dice(1);
  for (int i = 0; i < 1000; ++i) {
    uint64_t cursor = dice();
    for (int calls = 0; calls < 200; ++calls)
      if ((cursor = t->scan(cursor, [](const Element&) {})) == 0) break;
    EXPECT_EQ(cursor, 0u);
  }
}

// Chi-squared of how often each was drawn, in standard deviations from what chance gives (Wilson and Hilferty, 1931:
// the cube root is nearly normal, for few elements too).
double deviation(const std::map<std::string, size_t>& drawn, size_t elements, size_t draws) {
  const double expected = static_cast<double>(draws) / static_cast<double>(elements);
  double sum = expected * static_cast<double>(elements - drawn.size());
  for (const auto& [key, n] : drawn)
    sum += (static_cast<double>(n) - expected) * (static_cast<double>(n) - expected) / expected;
  const auto freedom = static_cast<double>(elements - 1);
  const double spread = 2 / (9 * freedom);
  return (std::cbrt(sum / freedom) - (1 - spread)) / std::sqrt(spread);
}

TEST(ElementTable, DrawsEvenly) {
  for (const size_t elements : {3u, 300u, 10'000u})
    for (const size_t length : {0u, 300u}) {
      const Table t = make(Form::kMembers);
      for (size_t i = 0; i < elements; ++i) t->add(member(text(i) + std::string(length, 'x')));
      std::map<std::string, size_t> drawn;
      const size_t draws = elements * 40;
      for (size_t i = 0; i < draws; ++i) ++drawn[std::string(t->random().key)];
      EXPECT_LT(std::abs(deviation(drawn, elements, draws)), 6) << elements << " of " << length;
    }
}

TEST(ElementTable, SamplesDifferOnes) {
  const Table t = make(Form::kMembers);
  constexpr size_t kCount = 4000;
  for (size_t i = 0; i < kCount; ++i) t->add(member(text(i)));
  for (const size_t n : {0u, 1u, 7u, 100u, 1500u, 4000u}) {
    std::map<std::string, size_t> drawn;
    size_t rounds = 0;
    for (size_t total = 0; total < kCount * 20 && (n > 0 || rounds < 3); total += n, ++rounds) {
      std::set<std::string> once;
      t->sample(n, [&](const Element& e) {
        once.emplace(e.key);
        ++drawn[std::string(e.key)];
      });
      ASSERT_EQ(once.size(), n);
    }
    if (n > 0 && n < kCount) {
      // Drawn without putting back: a little more even than chance.
      EXPECT_LT(deviation(drawn, kCount, rounds * n), 6) << n;
    }
  }
}

TEST(ElementTable, TakesSamples) {
  for (const size_t n : {1u, 50u, 2000u, 19'900u, 20'000u}) {
    const Table t = make(Form::kPairs);
    constexpr size_t kCount = 20'000;
    for (size_t i = 0; i < kCount; ++i) t->put({text(i), i % 50 == 0 ? std::string(1000, 'v') : "v", -1});
    std::set<std::string> taken;
    t->take_sample(n, [&](const Element& e) { taken.emplace(e.key); });
    EXPECT_EQ(taken.size(), n);
    EXPECT_EQ(t->size(), kCount - n);
    EXPECT_EQ(t->broken(), nullptr) << t->broken();
    for (const std::string& key : taken) ASSERT_FALSE(t->contains(key));
    if (n > kCount / 2) {
      EXPECT_LT(t->memory(), 90'000u);
    }
  }
}

TEST(ElementTable, MovesItsAllocations) {
  const Table t = make(Form::kPairs);
  for (size_t i = 0; i < 3000; ++i) t->put({text(i), i % 10 == 0 ? std::string(900, 'v') : "v", i % 3 == 0 ? 77 : -1});
  const Model before = contents(*t);
  uint64_t cursor = 0, moves = 0;
  do
    cursor = t->move(cursor, [&moves](void* p, size_t n) {
      void* moved = take_memory(n);
      std::memcpy(moved, p, n);
      give_memory(p, n);
      ++moves;
      return moved;
    });
  while (cursor != 0);
  EXPECT_GT(moves, 300u + t->segments());
  EXPECT_EQ(t->broken(), nullptr) << t->broken();
  EXPECT_EQ(contents(*t), before);
}

}  // namespace
}  // namespace types
