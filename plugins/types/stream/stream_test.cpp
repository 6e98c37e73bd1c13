// The structures of a stream against simple models, and IDs as words.
#include "plugins/types/stream/stream.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "plugins/types/stream/trim_options.h"

namespace streams {
namespace {

struct Row {
  Id id;
  uint64_t value;
};

// Random inserts and erasures in a range of IDs, from where they are likely: at both ends and between.
void play_map(uint32_t seed, uint64_t steps, uint64_t range) {
  std::mt19937_64 random(seed);
  IdMap<Row> map;
  std::map<Id, uint64_t> model;
  uint64_t last = range;
  for (uint64_t i = 0; i < steps; ++i) {
    const uint64_t what = random() % 100;
    const Id any{random() % range, random() % 3};
    if (what < 40) {
      const Id id{++last, 0};
      ASSERT_NE(map.insert({id, i}), nullptr);
      model[id] = i;
    } else if (what < 55) {
      if (model.contains(any)) continue;
      ASSERT_NE(map.insert({any, i}), nullptr);
      model[any] = i;
    } else if (what < 75 && !model.empty()) {
      const Id first = model.begin()->first;
      ASSERT_EQ(map.first().id, first);
      const auto next = map.erase(map.begin());
      model.erase(first);
      ASSERT_TRUE(model.empty() ? next == map.end() : map.at(next).id == model.begin()->first);
    } else {
      ASSERT_EQ(map.erase(any), model.erase(any) > 0);
    }
    const auto expected = model.lower_bound(any);
    const auto found = map.lower(any);
    ASSERT_EQ(found == map.end(), expected == model.end());
    if (expected != model.end()) {
      ASSERT_EQ(map.at(found).id, expected->first);
      ASSERT_EQ(map.at(found).value, expected->second);
      if (expected != model.begin()) {
        ASSERT_EQ(map.at(map.previous(found)).id, std::prev(expected)->first);
      }
    }
    if (i % 512 == 0) {
      ASSERT_EQ(map.broken(), nullptr);
    }
  }
  ASSERT_EQ(map.broken(), nullptr);
  ASSERT_EQ(map.size(), model.size());
  IdMap<Row> copy;
  ASSERT_TRUE(copy.copy(map));
  ASSERT_EQ(copy.broken(), nullptr);
  auto p = copy.begin();
  for (const auto& [id, value] : model) {
    ASSERT_EQ(copy.at(p).id, id);
    ASSERT_EQ(copy.at(p).value, value);
    p = copy.next(p);
  }
  ASSERT_TRUE(p == copy.end());
}

TEST(IdMap, HoldsWhatAModelHolds) {
  play_map(1, 60'000, 50);
  play_map(2, 60'000, 3'000);
  play_map(3, 60'000, 1'000'000);
}

TEST(IdMap, ShrinksWhenRowsGoFromTheMiddle) {
  IdMap<Row> map;
  constexpr uint64_t kRows = 100'000;
  for (uint64_t i = 0; i < kRows; ++i) ASSERT_NE(map.insert({{i, 0}, i}), nullptr);
  const uint64_t full = map.memory();
  EXPECT_LT(full, kRows * sizeof(Row) * 11 / 10);
  for (uint64_t i = 0; i < kRows; ++i)
    if (i % 64 != 0) {
      ASSERT_TRUE(map.erase(Id{i, 0}));
    }
  EXPECT_LT(map.memory(), full / 8);
  EXPECT_EQ(map.broken(), nullptr);
}

using Fields = std::vector<std::string>;

std::vector<keel_str> words_of(const Fields& fields) {
  std::vector<keel_str> words;
  for (const std::string& f : fields) words.push_back(keel::str(f));
  return words;
}

std::map<Id, Fields> contents(const Stream& s, Id from, Id to, bool backwards) {
  std::map<Id, Fields> out;
  const auto take = [&](const BlockReader& r, const Entry& e) {
    Fields fields;
    r.each(e, [&fields](const listpack::Element& name, const listpack::Element& value) {
      char digits[20];
      fields.emplace_back(name.text(digits));
      fields.emplace_back(value.text(digits));
    });
    EXPECT_TRUE(out.emplace(e.id, fields).second);
    return true;
  };
  backwards ? s.each_backwards(from, to, take) : s.each(from, to, take);
  return out;
}

TEST(Stream, HoldsWhatAModelHolds) {
  std::mt19937_64 random(7);
  for (const Limits some : {Limits{4096, 100}, Limits{300, 0}, Limits{0, 3}, Limits{0, 1}, Limits{0, 300}}) {
    limits = some;
    Stream* s = Stream::make();
    std::map<Id, Fields> model;
    Id last;
    for (int i = 0; i < 6'000; ++i) {
      const Id any{random() % (last.ms + 2), random() % 3};
      const uint64_t what = random() % 100;
      if (what < 70) {
        last = {last.ms + random() % 3, last.seq + 1};
        Fields fields;
        for (uint64_t n = random() % 3 + 1; n > 0; --n) {
          fields.push_back(random() % 4 != 0 ? "name" : std::to_string(random() % 300));
          fields.emplace_back(random() % 90, static_cast<char>('a' + random() % 26));
        }
        ASSERT_EQ(s->add(last, words_of(fields)), Added::kYes);
        model[last] = fields;
      } else if (what < 95) {
        ASSERT_EQ(s->exists(any), model.contains(any));
        ASSERT_EQ(s->remove(any) == KEEL_OK, model.erase(any) > 0);
      } else {
        Trim how;
        how.kind = random() % 2 != 0 ? Trim::kMaxLength : Trim::kMinId;
        how.max_length = model.size() - std::min<size_t>(model.size(), random() % 40);
        how.min_id =
            model.empty() ? Id{} : std::next(model.begin(), static_cast<long>(random() % model.size() / 8))->first;
        uint64_t gone = 0;
        while (!model.empty() &&
               (how.kind == Trim::kMaxLength ? model.size() > how.max_length : model.begin()->first < how.min_id)) {
          model.erase(model.begin());
          ++gone;
        }
        ASSERT_EQ(s->trim(how), gone);
      }
      ASSERT_EQ(s->length, model.size());
      ASSERT_EQ(s->first_id, model.empty() ? Id{} : model.begin()->first);
      ASSERT_EQ(s->find_last(), model.empty() ? Id{} : model.rbegin()->first);
      if (i % 100 != 0) continue;
      ASSERT_STREQ(s->broken(), nullptr);
      const std::map<Id, Fields> part(model.lower_bound(any), model.end());
      ASSERT_EQ(contents(*s, any, kLastId, false), part);
      ASSERT_EQ(contents(*s, any, kLastId, true), part);
    }
    Stream* copy = s->copy();
    ASSERT_NE(copy, nullptr);
    EXPECT_STREQ(copy->broken(), nullptr);
    EXPECT_EQ(contents(*copy, {}, kLastId, false), model);
    Stream::destroy(copy);
    Stream::destroy(s);
  }
  limits = {};
}

TEST(Stream, TrimmedByTheBlockIsLoggedAsItTurnedOut) {
  limits = {4096, 3};
  Stream* s = Stream::make();
  const Fields fields{"name", "value"};
  for (uint64_t ms = 1; ms <= 6; ++ms) ASSERT_EQ(s->add({ms, 0}, words_of(fields)), Added::kYes);
  Trim how;
  how.kind = Trim::kMinId;
  how.approximate = true;
  how.min_id = {6, 0};
  EXPECT_EQ(s->trim(how), 3u);
  const TrimWords some(how, *s);
  EXPECT_EQ(some.name(), "MINID");
  EXPECT_EQ(some.value(), "4-0");
  how.min_id = {7, 0};
  EXPECT_EQ(s->trim(how), 3u);
  const TrimWords all(how, *s);
  EXPECT_EQ(all.name(), "MAXLEN");
  EXPECT_EQ(all.value(), "0");
  Stream::destroy(s);
  limits = {};
}

TEST(Group, KeepsBothListsInStep) {
  std::mt19937_64 random(11);
  Stream* s = Stream::make();
  Group* g = s->add_group("g", {}, 0);
  std::map<Id, std::string> model;
  for (int i = 0; i < 50'000; ++i) {
    const Id id{random() % 2'000, 0};
    const std::string name = "c" + std::to_string(random() % 5);
    const uint64_t what = random() % 100;
    if (what < 60) {
      Consumer* c = g->find(name);
      if (c == nullptr) c = g->add(name, 1);
      ASSERT_NE(c, nullptr);
      ASSERT_NE(g->assign(id, *c, i, 1), nullptr);
      model[id] = name;
    } else if (what < 99) {
      ASSERT_EQ(g->acknowledge(id), model.erase(id) > 0);
    } else if (Consumer* c = g->find(name); c != nullptr && i % 7 == 0) {
      g->remove(*c);
      std::erase_if(model, [&name](const auto& entry) { return entry.second == name; });
    }
    if (i % 1'000 == 0) {
      ASSERT_STREQ(g->broken(), nullptr);
    }
  }
  ASSERT_EQ(g->pending.size(), model.size());
  for (const auto& [id, name] : model) ASSERT_EQ(g->pending.find(id)->consumer->name, name);
  Stream* copy = s->copy();
  ASSERT_NE(copy, nullptr);
  EXPECT_STREQ(copy->broken(), nullptr);
  Stream::destroy(copy);
  Stream::destroy(s);
}

TEST(Id, IsReadFromWords) {
  EXPECT_EQ(parse_id("5", 7), (Id{5, 7}));
  EXPECT_EQ(parse_id("5-3", 7), (Id{5, 3}));
  EXPECT_EQ(parse_id("18446744073709551615-18446744073709551615", 0), kLastId);
  EXPECT_EQ(parse_id("007-01", 0), (Id{7, 1}));
  for (const Str bad : {Str{""}, Str{"-"}, Str{"+"}, Str{"x"}, Str{"1-"}, Str{"-1"}, Str{"1--1"}, Str{"1-*"},
                        Str{"18446744073709551616"}, Str{"1-1-1"}})
    EXPECT_FALSE(parse_id(bad, 0)) << bad;
  EXPECT_FALSE(parse_id(std::string(500, '1'), 0));
  EXPECT_FALSE(parse_new_id("5-*")->whole);
  EXPECT_EQ(parse_edge("+", 0), kLastId);
  EXPECT_EQ(Str{IdText(kLastId)}, "18446744073709551615-18446744073709551615");
}

TEST(Id, HasNeighbours) {
  EXPECT_EQ((Id{1, UINT64_MAX}).next(), (Id{2, 0}));
  EXPECT_EQ((Id{2, 0}).previous(), (Id{1, UINT64_MAX}));
  EXPECT_FALSE(kLastId.next());
  EXPECT_FALSE(Id{}.previous());
}

TEST(Block, IsRefusedWhenItIsMalformed) {
  const Fields fields{"a", "b", "n", "5"}, others{"c", "d"};
  Block b;
  ASSERT_TRUE(make(b, {5, 0}, words_of(fields)));
  ASSERT_TRUE(append(b, {5, 1}, words_of(fields)));
  ASSERT_TRUE(append(b, {6, 0}, words_of(others)));
  const std::string good(b.bytes, b.size());
  Id last;
  EXPECT_TRUE(valid(good, {5, 0}, last));
  EXPECT_EQ(last, (Id{6, 0}));
  EXPECT_TRUE(valid(good, {9, 9}, last)) << "the ID of a block is where its differences begin";
  EXPECT_FALSE(valid(good, kLastId, last)) << "IDs that overflow fall";
  EXPECT_FALSE(valid(good.substr(1), {5, 0}, last));
  for (size_t cut = 0; cut < good.size(); ++cut) EXPECT_FALSE(valid(good.substr(0, cut), {5, 0}, last));
  const auto with = [&good](size_t at, char c) {
    std::string bad = good;
    bad[at] = c;
    return bad;
  };
  EXPECT_FALSE(valid(with(6, 2), {5, 0}, last)) << "one entry more than the count";
  EXPECT_FALSE(valid(with(8, 1), {5, 0}, last)) << "none is deleted";
  EXPECT_FALSE(valid(with(10, 3), {5, 0}, last)) << "a field that is not there";
  release(b);
}

}  // namespace
}  // namespace streams
