#include "host/loop/timers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "host/base/random.h"

namespace keel::loop {
namespace {

struct Timed {
  keel_timer timer{};
  std::function<void()> f;
};
void run(keel_task* t) noexcept {
  reinterpret_cast<Timed*>(t)->f();
}

class TimersTest : public ::testing::Test {
 protected:
  Timed& make(std::function<void()> f) {
    made_.push_back(std::make_unique<Timed>());
    made_.back()->timer.task.run = run;
    made_.back()->f = std::move(f);
    return *made_.back();
  }
  Timed& at(int64_t due, int number) {
    Timed& t = make([this, number] { ran_.push_back(number); });
    timers_.set(&t.timer, due);
    return t;
  }
  std::vector<int> run_at(int64_t now) {
    timers_.run_due(now);
    return std::exchange(ran_, {});
  }

  Timers timers_;
  std::vector<int> ran_;
  std::vector<std::unique_ptr<Timed>> made_;
};

using Ran = std::vector<int>;

TEST_F(TimersTest, RunsWhatIsDueInTheOrderOfTime) {
  EXPECT_TRUE(timers_.empty());
  EXPECT_EQ(timers_.next_due_ns(), -1);
  at(30, 3);
  at(10, 1);
  at(20, 2);
  EXPECT_EQ(timers_.next_due_ns(), 10);
  EXPECT_EQ(run_at(9), Ran{});
  EXPECT_EQ(run_at(20), (Ran{1, 2}));
  EXPECT_EQ(timers_.next_due_ns(), 30);
  EXPECT_EQ(run_at(100), Ran{3});
  EXPECT_TRUE(timers_.empty());
}

TEST_F(TimersTest, MovesAndCancels) {
  Timed& a = at(10, 1);
  Timed& b = at(20, 2);
  Timed& c = at(30, 3);
  timers_.set(&a.timer, 40);
  timers_.set(&b.timer, 0);
  timers_.set(&b.timer, 0);
  timers_.set(&c.timer, 5);
  EXPECT_EQ(run_at(5), Ran{3});
  EXPECT_EQ(run_at(39), Ran{});
  EXPECT_EQ(run_at(40), Ran{1});
  timers_.set(&b.timer, 50);
  EXPECT_EQ(run_at(50), Ran{2});
}

TEST_F(TimersTest, CancelsWhatNeverRan) {
  Timed& t = make([] {});
  timers_.set(&t.timer, 0);
  EXPECT_TRUE(timers_.empty());
}

TEST_F(TimersTest, ATaskSetsItselfAnew) {
  int runs = 0;
  Timed* t = nullptr;
  t = &make([&] { timers_.set(&t->timer, 10 * ++runs + 10); });
  timers_.set(&t->timer, 10);
  timers_.run_due(10);
  EXPECT_EQ(runs, 1);
  timers_.run_due(19);
  EXPECT_EQ(runs, 1);
  timers_.run_due(20);
  EXPECT_EQ(runs, 2);
}

// One that is always late must not keep the loop from everything else.
TEST_F(TimersTest, ATaskThatIsDueAgainAtOnceRunsInTheNextTurn) {
  int runs = 0;
  Timed* t = nullptr;
  t = &make([&] {
    if (++runs < 1000) timers_.set(&t->timer, 1);
  });
  timers_.set(&t->timer, 1);
  at(5, 5);
  EXPECT_EQ(run_at(10), Ran{5});
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(timers_.next_due_ns(), 11);
  EXPECT_EQ(run_at(11), Ran{});
  EXPECT_EQ(runs, 2);
}

TEST_F(TimersTest, ATaskCancelsAndMovesOthers) {
  Timed& late = at(11, 1);
  Timed& gone = at(12, 2);
  Timed& killer = make([&] {
    timers_.set(&gone.timer, 0);
    timers_.set(&late.timer, 100);
  });
  timers_.set(&killer.timer, 10);
  EXPECT_EQ(run_at(50), Ran{});
  EXPECT_EQ(run_at(100), Ran{1});
}

TEST_F(TimersTest, RandomWalk) {
  constexpr size_t kTimers = 200;
  std::vector<int64_t> due(kTimers, 0);
  int64_t now = 1;
  for (size_t i = 0; i < kTimers; ++i) make([this, i] { ran_.push_back(static_cast<int>(i)); });
  for (int step = 0; step < 5000; ++step) {
    const size_t i = base::fast_random_below(kTimers);
    due[i] = base::fast_random_below(4) == 0 ? 0 : now + 1 + static_cast<int64_t>(base::fast_random_below(1000));
    timers_.set(&made_[i]->timer, due[i]);
    if (step % 10 != 0) continue;
    now += static_cast<int64_t>(base::fast_random_below(50));
    const Ran ran = run_at(now);
    int64_t last = 0;
    for (const int r : ran) {
      int64_t& d = due[static_cast<size_t>(r)];
      ASSERT_NE(d, 0);
      ASSERT_LE(d, now);
      ASSERT_GE(d, last);
      last = std::exchange(d, 0);
    }
    for (const int64_t d : due) ASSERT_TRUE(d == 0 || d > now);
  }
}

}  // namespace
}  // namespace keel::loop
