#include "plugins/types/list/list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <random>
#include <string>

namespace lists {
namespace {

// Memory that is counted, and that can be refused.
struct Memory {
  size_t bytes = 0;
  size_t allocations = 0;
  int refuse_one_in = 0;  // 0 = none
  std::mt19937 random{3};
};
Memory g_memory;

keel_core make_core() {
  keel_core core{};
  core.alloc = [](size_t n, uint32_t) noexcept -> void* {
    if (g_memory.refuse_one_in > 0 && g_memory.random() % static_cast<unsigned>(g_memory.refuse_one_in) == 0)
      return nullptr;
    g_memory.bytes += n;
    ++g_memory.allocations;
    return std::malloc(n);
  };
  core.free = [](void* p, size_t n, uint32_t) noexcept {
    if (p == nullptr) return;
    g_memory.bytes -= n;
    std::free(p);
  };
  return core;
}
const keel_core kCore = make_core();

using Model = std::deque<std::string>;

class ListTest : public testing::Test {
 protected:
  void SetUp() override {
    types::memory_core = &kCore;
    g_memory = {};
  }
  void TearDown() override {
    if (list != nullptr) List::destroy(list);
    free_scratch();
    EXPECT_EQ(g_memory.bytes, 0u);
  }
  static std::string text_of(const char* p) {
    char room[20];
    return std::string(listpack::element(p).text(room));
  }
  std::string at(uint64_t i) const {
    const Place p = list->find(i);
    return text_of(listpack::advance(entries_of(*p.node).data(), p.i));
  }
  Model contents(const List& l) const {
    Model all;
    for (const Node* n = l.first(); n != nullptr; n = n->next) {
      const std::string_view e = entries_of(*n);
      for (const char* p = e.data(); p != e.data() + e.size(); p = listpack::next(p)) all.push_back(text_of(p));
    }
    return all;
  }
  void same(const Model& model) const {
    ASSERT_EQ(list->size(), model.size());
    const char* why = list->broken();
    ASSERT_EQ(why, nullptr) << why;
    ASSERT_EQ(contents(*list), model);
  }

  List* list = nullptr;
};

TEST_F(ListTest, PushesAndPopsAtBothEnds) {
  list = List::make(0);
  Model model;
  for (int i = 0; i < 100000; ++i) {
    const std::string text = "element:" + std::to_string(i);
    const Side side = i % 3 == 0 ? Side::kFront : Side::kBack;
    ASSERT_TRUE(list->push(side, text, {}));
    side == Side::kFront ? model.push_front(text) : model.push_back(text);
  }
  same(model);
  for (uint64_t i = 0; i < model.size(); i += 997) ASSERT_EQ(at(i), model[i]);
  while (list->size() > 0) {
    const Side side = list->size() % 3 == 0 ? Side::kFront : Side::kBack;
    ASSERT_EQ(text_of(list->peek(side)), side == Side::kFront ? model.front() : model.back());
    ASSERT_TRUE(list->pop(side));
    side == Side::kFront ? model.pop_front() : model.pop_back();
  }
  same(model);
  EXPECT_EQ(list->nodes(), 0u);
}

// A queue whose length stays the same takes no more memory however much passes.
TEST_F(ListTest, AQueueStaysSmall) {
  list = List::make(0);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(list->push(Side::kFront, "an element", {}));
  const size_t bytes = g_memory.bytes;
  const size_t allocations = g_memory.allocations;
  for (int i = 0; i < 100000; ++i) {
    ASSERT_TRUE(list->push(Side::kFront, "an element", {}));
    ASSERT_TRUE(list->pop(Side::kBack));
  }
  EXPECT_LE(g_memory.bytes, 2 * bytes);
  EXPECT_LE(g_memory.allocations, allocations + 2);
}

TEST_F(ListTest, AppendedNodesAreFull) {
  list = List::make(0);
  for (int i = 0; i < 1000000; ++i) ASSERT_TRUE(list->push(Side::kBack, "0123456789", {}));
  EXPECT_LE(g_memory.bytes, 12'000'000u * 103 / 100);  // 12 bytes an entry
  same(Model(1000000, "0123456789"));
}

// Any operation at any place against a deque; with memory that is refused now and then, what fails changes nothing.
void run(List*& list, Limits limits, int refuse_one_in, unsigned seed, const auto& check) {
  std::mt19937 random(seed);
  Model model;
  const auto any_text = [&]() -> std::string {
    switch (random() % 12) {
      case 0:
        return std::to_string(random());
      case 1:
        return std::string(random() % 300, static_cast<char>('a' + random() % 3));
      case 2:
        return random() % 40 == 0 ? std::string(20000, 'L') : "";
      default:
        return "v" + std::to_string(random() % 10);
    }
  };
  const auto place = [&](uint64_t i) { return model.begin() + static_cast<std::ptrdiff_t>(i); };
  for (int turn = 0; turn < 30000; ++turn) {
    g_memory.refuse_one_in = refuse_one_in;
    const uint64_t size = model.size();
    const std::string text = any_text();
    const uint64_t i = size == 0 || random() % 16 == 0 ? 0 : random() % 16 == 0 ? size - 1 : random() % size;
    switch (random() % 14) {
      case 0:
      case 1:
      case 2:
        if (list->push(Side::kFront, text, limits)) model.push_front(text);
        break;
      case 3:
      case 4:
      case 5:
        if (list->push(Side::kBack, text, limits)) model.push_back(text);
        break;
      case 6:
        if (size > 0 && list->pop(Side::kFront)) model.pop_front();
        break;
      case 7:
        if (size > 0 && list->pop(Side::kBack)) model.pop_back();
        break;
      case 8:
      case 9:
      case 10:
        if (size > 0 && list->insert(i, text, limits)) model.insert(place(i), text);
        break;
      case 11:
        if (size > 1 && random() % 2 == 0) {
          const Side side = random() % 2 == 0 ? Side::kFront : Side::kBack;
          const std::string moved = side == Side::kFront ? model.front() : model.back();
          if (!list->rotate(side, moved, limits)) break;
          if (side == Side::kFront) {
            model.pop_front();
            model.push_back(moved);
          } else {
            model.pop_back();
            model.push_front(moved);
          }
          break;
        }
        if (size > 0 && list->replace(i, text, limits)) model[i] = text;
        break;
      case 12: {
        const uint64_t n = std::min<uint64_t>(size - i, random() % (random() % 20 == 0 ? 100 : 5));
        if (size > 0 && list->erase(i, n)) model.erase(place(i), place(i + n));
        break;
      }
      default: {
        if (random() % 20 == 0 && size > 300) {
          const uint64_t n = 1 + random() % (size - i);
          if (list->keep(i, n)) model = Model(place(i), place(i + n));
          break;
        }
        const std::string needle = "v" + std::to_string(random() % 10);
        const Side side = random() % 2 == 0 ? Side::kFront : Side::kBack;
        const uint64_t most = random() % 20 == 0 ? UINT64_MAX : random() % 4;
        uint64_t removed = 0;
        const bool all = list->remove(listpack::Needle(needle), side, most, limits, removed);
        const auto equal = static_cast<uint64_t>(std::count(model.begin(), model.end(), needle));
        ASSERT_TRUE(!all || removed == std::min(most, equal));
        for (uint64_t gone = 0; gone < removed; ++gone) {
          if (side == Side::kFront)
            model.erase(std::find(model.begin(), model.end(), needle));
          else
            model.erase(std::prev(std::find(model.rbegin(), model.rend(), needle).base()));
        }
      }
    }
    g_memory.refuse_one_in = 0;
    ASSERT_EQ(list->size(), model.size());
    if (turn % 50 == 0) check(model);
    if (testing::Test::HasFatalFailure()) return;
  }
  check(model);
}

TEST_F(ListTest, BehavesAsARowOfTexts) {
  unsigned seed = 0;
  for (const int64_t listpack_size : {-2, 1, 3, 16})
    for (const uint32_t depth : std::initializer_list<uint32_t>{0, 1, 3})
      for (const int refuse_one_in : {0, 7}) {
        SCOPED_TRACE(testing::Message() << listpack_size << " " << depth << " " << refuse_one_in);
        list = List::make(depth);
        run(list, Limits::of(listpack_size, depth), refuse_one_in, ++seed, [this](const Model& model) { same(model); });
        if (HasFatalFailure()) return;
        List* twin = List::copy(*list);
        ASSERT_NE(twin, nullptr);
        EXPECT_EQ(contents(*twin), contents(*list));
        EXPECT_EQ(twin->broken(), nullptr);
        List::destroy(list);
        list = twin;
        free_scratch();
        EXPECT_EQ(list->memory(0), g_memory.bytes);
        List::destroy(list);
        list = nullptr;
      }
}

TEST_F(ListTest, PacksWhatLiesInside) {
  const Limits limits = Limits::of(-2, 2);
  list = List::make(2);
  for (int i = 0; i < 100000; ++i) ASSERT_TRUE(list->push(Side::kBack, "the same again and again", limits));
  uint64_t packed = 0;
  for (const Node* n = list->first(); n != nullptr; n = n->next) packed += n->packed() ? 1u : 0u;
  EXPECT_EQ(packed, list->nodes() - 4);
  EXPECT_LT(g_memory.bytes, 300'000u);
  same(Model(100000, "the same again and again"));
}

// The new element is a node of its own, and the old one's node comes inside before it has lost its element.
TEST_F(ListTest, ReplacesAnEndWithABigElementWherePackingIsOn) {
  const Limits limits = Limits::of(-2, 1);
  list = List::make(1);
  Model model(3000, "the same again and again");
  for (const std::string& text : model) ASSERT_TRUE(list->push(Side::kBack, text, limits));
  for (const uint64_t i : std::initializer_list<uint64_t>{0, 2999, 1500}) {
    model[i] = std::string(20000, 'x');
    ASSERT_TRUE(list->replace(i, model[i], limits));
    same(model);
  }
}

TEST_F(ListTest, FindsInTheMiddleOfManyNodes) {
  const Limits limits = Limits::of(1, 0);  // the worst: a node for each element
  list = List::make(0);
  for (int i = 0; i < 200000; ++i)
    ASSERT_TRUE(list->push(i % 2 == 0 ? Side::kFront : Side::kBack, std::to_string(i), limits));
  EXPECT_EQ(at(100000), "1");
  EXPECT_EQ(at(99999), "0");
  EXPECT_EQ(at(0), "199998");
  EXPECT_EQ(at(199999), "199999");
  ASSERT_TRUE(list->insert(100000, "between", limits));
  EXPECT_EQ(at(100000), "between");
  EXPECT_EQ(list->broken(), nullptr);
}

TEST(Limits, AreRedis) {
  EXPECT_EQ(Limits::of(-1, 0).bytes, 4096u);
  EXPECT_EQ(Limits::of(-5, 0).bytes, 65536u);
  EXPECT_EQ(Limits::of(-100, 0).bytes, 65536u);
  EXPECT_EQ(Limits::of(INT64_MIN + 1, 0).bytes, 65536u);
  EXPECT_EQ(Limits::of(0, 0).elements, 1u);
  EXPECT_EQ(Limits::of(5, 0).elements, 5u);
  EXPECT_EQ(Limits::of(5, 0).bytes, 8192u);
  EXPECT_TRUE(Limits::of(-1, 0).allow(4096 - 7 - 8 - 10, 1, 10));
  EXPECT_FALSE(Limits::of(-1, 0).allow(4096 - 7 - 8 - 9, 1, 10));
}

}  // namespace
}  // namespace lists
