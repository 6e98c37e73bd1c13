#include "host/exec/waits.h"

#include <gtest/gtest.h>

namespace keel::exec {
namespace {

constexpr KeyName kA{0, 11, "a"}, kB{0, 22, "b"}, kOther{1, 11, "a"};
constexpr uint16_t kList = 3, kStream = 5;
constexpr Waits::State kAbsent{false, 0}, kHasList{true, kList};

struct Waiter : Client {
  Waiter(Waits& w, uint64_t client_id) : Client(client_id), waits(w) {}
  ~Waiter() { stop(); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  Waiter& on(std::initializer_list<KeyName> keys, uint16_t type = kList, bool gone = false) {
    Wait& w = waits.begin(*this, false, 0, "nil");
    w.want_gone = gone;
    uint32_t i = 0;
    for (const KeyName& k : keys) waits.add_key(w, k, i++, type, keys.size());
    return *this;
  }
  void stop() {
    if (wait) waits.end(*this);
  }
  Waits& waits;
};

// Serves all that is ready, at most `most` of those who wait; the ids of those that were run.
std::vector<uint64_t> serve(Waits& waits, size_t most = SIZE_MAX, Waits::State state = kHasList) {
  std::vector<uint64_t> order;
  while (waits.any_ready())
    waits.serve_one([&](const KeyRecord&) { return order.size() < most ? state : kAbsent; },
                    [&](KeyWait& link) {
                      order.push_back(link.wait->client->id);
                      waits.end(*link.wait->client);
                    });
  return order;
}
using Ids = std::vector<uint64_t>;

TEST(WaitsTest, FirstComeFirstServed) {
  Waits waits;
  Waiter one{waits, 1}, two{waits, 2}, three{waits, 3}, four{waits, 4};
  three.on({kA}), one.on({kB, kA}), two.on({kA, kA, kB}), four.on({kOther});
  EXPECT_EQ(waits.size(), 4u);
  waits.changed(kA, kHasList, true);
  waits.changed(kA, kHasList, true);
  EXPECT_EQ(serve(waits, 2), (Ids{3, 1}));
  EXPECT_FALSE(waits.any_ready());
  waits.changed(kB, kHasList, true);
  EXPECT_EQ(serve(waits), Ids{2});
  EXPECT_EQ(waits.size(), 1u);
  four.stop();
  EXPECT_FALSE(waits.any_keys());
}

TEST(WaitsTest, WhoGoesOnWaitingKeepsItsPlace) {
  Waits waits;
  Waiter one{waits, 1}, two{waits, 2};
  one.on({kA}), two.on({kA});
  waits.changed(kA, kHasList, true);
  Ids seen;
  waits.serve_one([](const KeyRecord&) { return kHasList; },
                  [&](KeyWait& link) { seen.push_back(link.wait->client->id); });
  EXPECT_EQ(seen, (Ids{1, 2}));
  waits.changed(kA, kHasList, true);
  EXPECT_EQ(serve(waits), (Ids{1, 2}));
}

TEST(WaitsTest, OnlyValuesOfTheTypeWakeUnlessGoneIsWanted) {
  Waits waits;
  Waiter list{waits, 1}, stream{waits, 2}, any{waits, 3};
  list.on({kA}, kList), stream.on({kA}, kStream, true);
  waits.changed(kA, {true, 9}, false);
  EXPECT_TRUE(waits.any_ready()) << "the stream's is to be told of another type";
  EXPECT_EQ(serve(waits, SIZE_MAX, {true, 9}), Ids{2});
  waits.changed(kA, {true, 9}, true);
  EXPECT_FALSE(waits.any_ready());
  waits.changed(kA, kAbsent, false);
  EXPECT_FALSE(waits.any_ready());
  waits.changed(kA, kHasList, false);
  EXPECT_FALSE(waits.any_ready()) << "a change that is no signal";
  any.on({kA}, 0);
  waits.changed(kA, {true, 9}, true);
  EXPECT_EQ(serve(waits, SIZE_MAX, {true, 9}), Ids{3});
}

TEST(WaitsTest, WhoeverLeavesWhileItsKeyIsReady) {
  Waits waits;
  Waiter one{waits, 1}, two{waits, 2};
  one.on({kA}), two.on({kB});
  waits.changed(kA, kHasList, true);
  waits.all_changed(0);
  one.stop();
  EXPECT_EQ(serve(waits), Ids{2});
  EXPECT_FALSE(waits.any_keys());
}

TEST(WaitsTest, Deadlines) {
  Waits waits;
  Waiter one{waits, 1}, two{waits, 2}, three{waits, 3};
  waits.begin(one, false, 200, "");
  waits.begin(two, false, 100, "");
  waits.begin(three, false, 0, "");
  EXPECT_EQ(waits.with_deadline(), 2u);
  EXPECT_EQ(waits.next_deadline_ms(), 100);
  EXPECT_EQ(waits.due(99), nullptr);
  EXPECT_EQ(waits.due(100)->client, &two);
  two.stop();
  EXPECT_EQ(waits.next_deadline_ms(), 200);
  one.stop();
  EXPECT_EQ(waits.next_deadline_ms(), 0);
  EXPECT_EQ(waits.size(), 1u);
}

TEST(WaitsTest, ClientsThatHaveToGo) {
  Waits waits;
  Waiter one{waits, 1}, two{waits, 2};
  Client victim{3}, other{4};
  for (Waiter* w : {&one, &two}) waits.add_leaving(waits.begin(*w, false, 0, ""), &victim);
  waits.add_leaving(*one.wait, &other);
  EXPECT_EQ(waits.size(), 0u) << "those do not count";
  Ids done;
  const auto end = [&](Client& c) {
    done.push_back(c.id);
    waits.end(c);
  };
  waits.gone(&victim, end);
  EXPECT_EQ(done, Ids{2});
  waits.gone(&other, end);
  EXPECT_EQ(done, (Ids{2, 1}));
  one.on({kA});
  EXPECT_EQ(waits.size(), 1u);
}

}  // namespace
}  // namespace keel::exec
