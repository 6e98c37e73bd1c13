#include <gtest/gtest.h>

#include "host/exec/transaction.h"

namespace keel::exec {
namespace {

constexpr KeyName kA{0, 11, "a"}, kB{0, 22, "b"}, kOtherA{1, 11, "a"}, kSameHash{0, 11, "c"};

struct Watcher : Client {
  Watcher(Watches& w, uint64_t client_id) : Client(client_id), watches(w) { transact(); }
  ~Watcher() { watches.forget(*this); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  Watcher& on(const KeyName& key, bool expired = false) {
    watches.add(*this, key, expired);
    return *this;
  }
  bool dirty() const { return transaction->dirty; }
  Watches& watches;
};

TEST(WatchesTest, TellsThoseWhoWatchTheKey) {
  Watches watches;
  Watcher one{watches, 1}, two{watches, 2}, three{watches, 3};
  one.on(kA).on(kB), two.on(kB).on(kA), three.on(kOtherA).on(kSameHash);
  watches.touched(kA, true);
  EXPECT_TRUE(one.dirty());
  EXPECT_TRUE(two.dirty());
  EXPECT_FALSE(three.dirty());
  EXPECT_TRUE(one.transaction->watches.empty()) << "who is dirty has nothing to watch";
  EXPECT_EQ(one.traffic.transaction, 0u);
  watches.touched(kB, true);
  watches.touched(kSameHash, false);
  EXPECT_TRUE(three.dirty());
  EXPECT_TRUE(watches.none());
}

TEST(WatchesTest, AKeyIsWatchedOnceAndForgotten) {
  Watches watches;
  Watcher one{watches, 1}, two{watches, 2}, three{watches, 3};
  one.on(kA).on(kA), two.on(kA), three.on(kA);
  EXPECT_EQ(one.transaction->watches.size(), 1u);
  EXPECT_GT(one.traffic.transaction, 0u);
  watches.forget(two);
  watches.forget(two);
  watches.touched(kA, false);
  EXPECT_TRUE(one.dirty());
  EXPECT_FALSE(two.dirty());
  EXPECT_TRUE(three.dirty());
  EXPECT_TRUE(watches.none());
}

TEST(WatchesTest, TheRemovalOfAnExpiredKeyIsNoChange) {
  Watches watches;
  Watcher one{watches, 1};
  one.on(kA, true);
  watches.touched(kA, false);
  EXPECT_FALSE(one.dirty());
  watches.touched(kA, true);
  EXPECT_TRUE(one.dirty());
}

TEST(WatchesTest, DatabasesThatAreReplaced) {
  using State = Watches::State;
  constexpr State kAbsent{false, false}, kThere{true, false}, kExpired{true, true};
  struct Row {
    bool was_expired;
    State now, then;
    bool dirty;
  };
  for (const Row& row :
       {Row{false, kThere, kAbsent, true}, Row{false, kAbsent, kThere, true}, Row{false, kThere, kThere, true},
        Row{false, kAbsent, kAbsent, false}, Row{false, kAbsent, kExpired, false}, Row{false, kThere, kExpired, true},
        Row{true, kExpired, kAbsent, false}, Row{true, kExpired, kExpired, false}, Row{true, kExpired, kThere, true}}) {
    Watches watches;
    Watcher one{watches, 1}, other{watches, 2};
    one.on(kA, row.was_expired).on(kB);
    other.on(kOtherA);
    watches.replaced(0, true, [&](bool then, const KeyRecord& k) {
      return k.key != "a" ? kAbsent : then ? row.then : row.now;
    });
    EXPECT_EQ(one.dirty(), row.dirty);
    EXPECT_FALSE(other.dirty());
  }
}

}  // namespace
}  // namespace keel::exec
