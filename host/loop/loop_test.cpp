#include "host/loop/loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "host/base/clock.h"
#include "host/loop/loop_set.h"

namespace keel::loop {
namespace {

struct Op {
  keel_op op{};
  std::function<void(Op&)> f;
};
struct Timed {
  keel_timer timer{};
  std::function<void()> f;
};

std::string text_of(const Op& op) {
  return {op.op.data.ptr, op.op.data.len};
}
std::string long_text(size_t n, size_t seed = 0) {
  std::string s(n, '\0');
  for (size_t i = 0; i < n; ++i) s[i] = static_cast<char>('a' + (i * 7 + i / 1000 + seed) % 26);
  return s;
}
void write_all(int fd, std::string_view s) {
  while (!s.empty()) {
    const ssize_t n = ::send(fd, s.data(), s.size(), MSG_NOSIGNAL);
    ASSERT_GT(n, 0) << std::strerror(errno);
    s.remove_prefix(static_cast<size_t>(n));
  }
}
std::string read_all(int fd, size_t n) {
  std::string s(n, '\0');
  size_t got = 0;
  while (got < n) {
    const ssize_t part = ::recv(fd, s.data() + got, n - got, 0);
    if (part <= 0) break;
    got += static_cast<size_t>(part);
  }
  s.resize(got);
  return s;
}

// A loop that runs on the test's thread; everything the test does happens in tasks of it.
class LoopTest : public ::testing::Test {
 protected:
  ~LoopTest() override {
    close_all();
    for (const int fd : fds_) ::close(fd);
  }

  // Runs f, and then the loop until stop().
  void run(std::function<void()> f) {
    guard_.timer.task.run = [](keel_task* t) noexcept { reinterpret_cast<Timed*>(t)->f(); };
    guard_.f = [this] {
      ADD_FAILURE() << "the loop did not come to its end";
      loop_->stop();
    };
    loop_->timer(&guard_.timer, base::monotonic_ns() + 10'000'000'000);
    loop_->post(std::move(f));
    loop_->run();
    loop_->timer(&guard_.timer, 0);
  }
  // For a test that runs twice: a loop that has been stopped stays so.
  void begin_anew() {
    close_all();
    loop_.emplace(0);
  }
  void stop() { loop_->stop(); }
  // A few turns later.
  void soon(std::function<void()> f, int64_t ns = 20'000'000) {
    timers_.push_back(std::make_unique<Timed>());
    Timed& t = *timers_.back();
    t.timer.task.run = guard_.timer.task.run;
    t.f = std::move(f);
    loop_->timer(&t.timer, base::monotonic_ns() + ns);
  }

  Op& op(std::function<void(Op&)> f) {
    ops_.push_back(std::make_unique<Op>());
    Op& o = *ops_.back();
    o.f = std::move(f);
    o.op.task.run = [](keel_task* t) noexcept {
      auto* mine = reinterpret_cast<Op*>(t);
      mine->f(*mine);
    };
    return o;
  }
  Op& never() {
    return op([](Op& o) { ADD_FAILURE() << "a dropped operation has run, with " << o.op.result; });
  }

  keel_file* adopt(int fd) {
    files_.push_back(loop_->adopt(fd));
    return files_.back();
  }
  void close(keel_file* file) {
    std::erase(files_, file);
    loop_->close(file);
  }
  void close_all() {
    for (keel_file* file : files_) loop_->close(file);
    files_.clear();
  }

  // A connection: the loop's end, and the other as a blocking descriptor.
  struct Pair {
    keel_file* file;
    int peer;
  };
  Pair pair() {
    int fd[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
    EXPECT_EQ(::fcntl(fd[0], F_SETFL, O_NONBLOCK), 0);
    fds_.push_back(fd[1]);
    return {adopt(fd[0]), fd[1]};
  }
  void close_peer(int fd) {
    ::close(fd);
    std::erase(fds_, fd);
  }
  // A listener on a free port of the loopback.
  keel_file* listener(sockaddr_in& address) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(fd, 64), 0);
    EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
    return adopt(fd);
  }
  int dial(const sockaddr_in& address) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    fds_.push_back(fd);
    return fd;
  }
  static int new_socket(int family) { return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

  std::optional<Loop> loop_{std::in_place, 0};
  std::vector<keel_file*> files_;
  std::vector<std::unique_ptr<Op>> ops_;
  std::vector<std::unique_ptr<Timed>> timers_;
  std::vector<int> fds_;
  Timed guard_;
};

// -- tasks and timers ------------------------------------------------------------------------------------------------

TEST_F(LoopTest, RunsPostedTasksInOrderOnItsThread) {
  std::vector<int> ran;
  EXPECT_EQ(Loop::current(), nullptr);
  run([&] {
    EXPECT_EQ(Loop::current(), &*loop_);
    loop_->post([&] { ran.push_back(1); });
    loop_->post([&] {
      ran.push_back(2);
      loop_->post([&] { stop(); });
    });
    ran.push_back(0);
  });
  EXPECT_EQ(ran, (std::vector{0, 1, 2}));
  EXPECT_EQ(Loop::current(), nullptr);
}

TEST_F(LoopTest, TakesTasksFromManyThreadsAndNoneIsLost) {
  constexpr int kThreads = 4, kEach = 5000;
  std::atomic<int> left{kThreads * kEach};
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        loop_->post([&] {
          EXPECT_EQ(Loop::current(), &*loop_);
          if (--left == 0) stop();
        });
        if (i % 1000 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));  // lets the loop fall asleep
      }
    });
  run([] {});
  EXPECT_EQ(left, 0);
}

TEST_F(LoopTest, IsStoppedWhileItSleeps) {
  std::jthread other{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    loop_->stop();
  }};
  run([] {});
}

TEST_F(LoopTest, TimersRunWhenTheyAreDueAndNotBefore) {
  const int64_t began = base::monotonic_ns();
  int64_t ran_after = 0;
  run([&] {
    soon(
        [&] {
          ran_after = base::monotonic_ns() - began;
          stop();
        },
        15'000'000);
  });
  EXPECT_GE(ran_after, 15'000'000);
  EXPECT_LT(ran_after, 500'000'000);
}

// The alarm is set for the first; it rings for nobody when that one is cancelled.
TEST_F(LoopTest, ACancelledTimerHoldsUpNoOther) {
  const int64_t began = base::monotonic_ns();
  bool cancelled_ran = false;
  run([&] {
    soon([&] { cancelled_ran = true; }, 5'000'000);
    soon([&] { stop(); }, 15'000'000);
    soon([&] { loop_->timer(&timers_.front()->timer, 0); }, 1'000'000);
  });
  EXPECT_FALSE(cancelled_ran);
  EXPECT_GE(base::monotonic_ns() - began, 15'000'000);
  EXPECT_LT(base::monotonic_ns() - began, 500'000'000);
}

TEST_F(LoopTest, TimersRunWhileTheLoopNeverSleeps) {
  loop_->at_turn_end([](void* arg) { static_cast<Loop*>(arg)->again(); }, &*loop_);
  const int64_t began = base::monotonic_ns();
  run([&] { soon([&] { soon([&] { stop(); }, 5'000'000); }, 5'000'000); });
  EXPECT_GE(base::monotonic_ns() - began, 10'000'000);
  EXPECT_LT(base::monotonic_ns() - began, 500'000'000);
}

TEST_F(LoopTest, AgainMakesATurnWithoutAnEvent) {
  static int turns;
  turns = 0;
  loop_->at_turn_end(
      [](void* arg) {
        auto& loop = *static_cast<Loop*>(arg);
        if (turns == 50) return;  // turns that end what was begun, after stop()
        ++turns < 50 ? loop.again() : loop.stop();
      },
      &*loop_);
  const int64_t began = base::monotonic_ns();
  run([] {});
  EXPECT_EQ(turns, 50);
  EXPECT_LT(base::monotonic_ns() - began, 1'000'000'000);
}

TEST_F(LoopTest, WatchesADescriptorThatIsNoStream) {
  const int fd = ::eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC | EFD_SEMAPHORE);
  fds_.push_back(fd);
  int calls = 0;
  loop_->watch(fd, [&] {
    eventfd_t n = 0;
    EXPECT_EQ(::eventfd_read(fd, &n), 0);
    if (++calls == 3) stop();  // level-triggered: it comes back until everything is read
  });
  run([] {});
  EXPECT_EQ(calls, 3);
}

// -- receiving -------------------------------------------------------------------------------------------------------

TEST_F(LoopTest, ReceivesIntoItsArena) {
  auto [file, peer] = pair();
  std::vector<std::string> got;
  run([&, file = file, peer = peer] {
    Op& o = op([&, file, peer](Op& mine) {
      got.push_back(text_of(mine));
      EXPECT_EQ(mine.op.result, static_cast<int64_t>(got.back().size()));
      if (got.size() == 3) return stop();
      loop_->recv(file, &mine.op, {nullptr, 0});
      write_all(peer, got.size() == 1 ? "two" : "three");
    });
    loop_->recv(file, &o.op, {nullptr, 0});
    write_all(peer, "one");
  });
  EXPECT_EQ(got, (std::vector<std::string>{"one", "two", "three"}));
}

TEST_F(LoopTest, ReceivesIntoTheCallersMemory) {
  auto [file, peer] = pair();
  std::string got;
  std::array<char, 4> room;
  run([&, file = file, peer = peer] {
    write_all(peer, "0123456789");
    loop_->recv(file, &op([&, file](Op& mine) {
                         ASSERT_GT(mine.op.result, 0);
                         EXPECT_EQ(mine.op.data.ptr, nullptr);
                         got.append(room.data(), static_cast<size_t>(mine.op.result));
                         if (got.size() == 10) return stop();
                         loop_->recv(file, &mine.op, {room.data(), room.size()});
                       }).op,
                {room.data(), room.size()});
  });
  EXPECT_EQ(got, "0123456789");
}

TEST_F(LoopTest, ATaskNeverRunsInsideTheCallThatStartedIt) {
  auto [file, peer] = pair();
  bool inside = false;
  int rounds = 0;
  run([&, file = file, peer = peer] {
    write_all(peer, std::string(100, 'x'));
    std::function<void(Op&)> again = [&, file](Op& mine) {
      EXPECT_FALSE(inside);
      if (++rounds == 100) return stop();
      inside = true;
      static char byte;
      loop_->recv(file, &mine.op, {&byte, 1});
      inside = false;
    };
    static char byte;
    inside = true;
    loop_->recv(file, &op(again).op, {&byte, 1});
    inside = false;
  });
  EXPECT_EQ(rounds, 100);
}

TEST_F(LoopTest, BytesThatCameBeforeTheReceiveAreNotLost) {
  auto [file, peer] = pair();
  std::string got;
  run([&, file = file, peer = peer] {
    write_all(peer, "early");
    soon([&, file] {  // the edge has come and gone
      loop_->recv(file, &op([&](Op& mine) {
                           got = text_of(mine);
                           stop();
                         }).op,
                  {nullptr, 0});
    });
  });
  EXPECT_EQ(got, "early");
}

TEST_F(LoopTest, TheEndComesAfterTheLastBytes) {
  for (const bool together : {true, false}) {
    begin_anew();
    auto [file, peer] = pair();
    std::string got;
    int64_t last = -1;
    run([&, file = file, peer = peer] {
      write_all(peer, "bye");
      if (together) close_peer(peer);
      loop_->recv(file, &op([&, file, peer](Op& mine) {
                           last = mine.op.result;
                           if (last <= 0) {
                             close(file);
                             return stop();
                           }
                           got += text_of(mine);
                           loop_->recv(file, &mine.op, {nullptr, 0});
                           if (!together) close_peer(peer);
                         }).op,
                  {nullptr, 0});
    });
    EXPECT_EQ(got, "bye");
    EXPECT_EQ(last, 0);
  }
}

TEST_F(LoopTest, AnEndThatCameBeforeTheReceiveIsSeen) {
  auto [file, peer] = pair();
  int64_t last = -1;
  run([&, file = file, peer = peer] {
    close_peer(peer);
    soon([&, file] {
      loop_->recv(file, &op([&](Op& mine) {
                           last = mine.op.result;
                           stop();
                         }).op,
                  {nullptr, 0});
    });
  });
  EXPECT_EQ(last, 0);
}

TEST_F(LoopTest, ABrokenConnectionIsAnError) {
  auto [file, peer] = pair();
  int64_t last = 1;
  run([&, file = file, peer = peer] {
    const keel_str unread{"unread", 6};
    EXPECT_EQ(loop_->send(file, &never().op, &unread, 1), KEEL_OK);
    close_peer(peer);  // with bytes that it has not read: a reset
    loop_->recv(file, &op([&](Op& mine) {
                         last = mine.op.result;
                         stop();
                       }).op,
                {nullptr, 0});
  });
  EXPECT_EQ(last, -ECONNRESET);
}

// Everything that was received in a turn stays valid until it ends, also when there is more of it than the arena holds.
TEST_F(LoopTest, ReceivedBytesStayUntilTheEndOfTheTurn) {
  constexpr size_t kPairs = 24, kEach = 100'000;
  struct Slice {
    size_t from;
    std::string_view bytes;
  };
  struct State {
    std::vector<Slice> slices;
    std::vector<std::string> got{kPairs};
    size_t ends = 0;
  } state;
  loop_->at_turn_end(
      [](void* arg) {
        auto& s = *static_cast<State*>(arg);
        for (const Slice& slice : s.slices) s.got[slice.from] += slice.bytes;
        s.slices.clear();
        ++s.ends;
      },
      &state);
  std::vector<Pair> pairs;
  for (size_t i = 0; i < kPairs; ++i) pairs.push_back(pair());
  std::vector<std::jthread> writers;
  for (size_t i = 0; i < kPairs; ++i) writers.emplace_back([&, i] { write_all(pairs[i].peer, long_text(kEach, i)); });
  size_t total = 0;
  run([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // so that one turn finds all of them full
    for (size_t i = 0; i < kPairs; ++i)
      loop_->recv(pairs[i].file, &op([&, i](Op& mine) {
                                    ASSERT_GT(mine.op.result, 0);
                                    state.slices.push_back({i, {mine.op.data.ptr, mine.op.data.len}});
                                    total += mine.op.data.len;
                                    if (total == kPairs * kEach) return stop();
                                    loop_->recv(pairs[i].file, &mine.op, {nullptr, 0});
                                  }).op,
                  {nullptr, 0});
  });
  for (size_t i = 0; i < kPairs; ++i) EXPECT_TRUE(state.got[i] == long_text(kEach, i)) << i;
  EXPECT_GT(state.ends, 1u);
}

// -- sending ---------------------------------------------------------------------------------------------------------

TEST_F(LoopTest, SendsAtOnceWhatFits) {
  auto [file, peer] = pair();
  run([&, file = file] {
    const keel_str one{"one", 3};
    EXPECT_EQ(loop_->send(file, &never().op, &one, 1), KEEL_OK);
    const keel_str parts[] = {{"", 0}, {"two", 3}, {nullptr, 0}, {"three", 5}};
    EXPECT_EQ(loop_->send(file, &never().op, parts, 4), KEEL_OK);
    EXPECT_EQ(loop_->send(file, &never().op, parts, 1), KEEL_OK);
    EXPECT_EQ(loop_->send(file, &never().op, parts, 0), KEEL_OK);
    soon([&] { stop(); });
  });
  EXPECT_EQ(read_all(peer, 11), "onetwothree");
}

TEST_F(LoopTest, SendsBigBatchesInPortions) {
  for (const size_t parts : {size_t{1}, size_t{3}, size_t{500}}) {
    begin_anew();
    auto [file, peer] = pair();
    const std::string all = long_text(8'000'000);
    std::string got;
    std::jthread reader{[&, peer = peer] { got = read_all(peer, all.size()); }};
    run([&, file = file] {
      {
        std::vector<keel_str> iov;  // gone when send() returns; only the bytes are borrowed
        for (size_t i = 0; i < parts; ++i) {
          const size_t from = all.size() * i / parts, to = all.size() * (i + 1) / parts;
          iov.push_back({all.data() + from, to - from});
          if (i % 7 == 0) iov.push_back({nullptr, 0});
        }
        EXPECT_EQ(loop_->send(file, &op([&](Op& mine) {
                                       EXPECT_EQ(mine.op.result, static_cast<int64_t>(all.size()));
                                       stop();
                                     }).op,
                              iov.data(), static_cast<uint32_t>(iov.size())),
                  KEEL_PENDING);
      }
    });
    reader.join();
    EXPECT_TRUE(got == all) << parts;
  }
}

TEST_F(LoopTest, SendingAndReceivingDoNotDisturbEachOther) {
  auto [file, peer] = pair();
  const std::string there = long_text(5'000'000, 1), back = long_text(5'000'000, 2);
  std::string got_there, got_back;
  std::jthread reader{[&, peer = peer] { got_there = read_all(peer, there.size()); }};
  std::jthread writer{[&, peer = peer] { write_all(peer, back); }};
  bool sent = false;
  auto done = [&] {
    if (sent && got_back.size() == back.size()) stop();
  };
  run([&, file = file] {
    const keel_str all{there.data(), there.size()};
    EXPECT_EQ(loop_->send(file, &op([&](Op&) {
                                   sent = true;
                                   done();
                                 }).op,
                          &all, 1),
              KEEL_PENDING);
    loop_->recv(file, &op([&, file](Op& mine) {
                         ASSERT_GT(mine.op.result, 0);
                         got_back += text_of(mine);
                         if (got_back.size() < back.size()) loop_->recv(file, &mine.op, {nullptr, 0});
                         done();
                       }).op,
                {nullptr, 0});
  });
  reader.join();
  EXPECT_TRUE(got_there == there);
  EXPECT_TRUE(got_back == back);
}

TEST_F(LoopTest, AnEcho) {
  auto [file, peer] = pair();
  const std::string text = long_text(3'000'000);
  std::string got, held;
  std::jthread reader{[&, peer = peer] { got = read_all(peer, text.size()); }};
  std::jthread writer{[&, peer = peer] { write_all(peer, text); }};
  size_t echoed = 0;
  std::function<void()> next;
  Op* in = nullptr;
  Op* out = nullptr;
  run([&, file = file] {
    next = [&, file] {
      echoed += held.size();
      if (echoed == text.size()) return stop();
      loop_->recv(file, &in->op, {nullptr, 0});
    };
    out = &op([&](Op& mine) {
      EXPECT_EQ(mine.op.result, static_cast<int64_t>(held.size()));
      next();
    });
    in = &op([&, file](Op& mine) {
      held = text_of(mine);
      const keel_str all{held.data(), held.size()};
      const keel_status s = loop_->send(file, &out->op, &all, 1);
      ASSERT_TRUE(s == KEEL_OK || s == KEEL_PENDING);
      if (s == KEEL_OK) next();
    });
    loop_->recv(file, &in->op, {nullptr, 0});
  });
  reader.join();
  EXPECT_TRUE(got == text);
}

TEST_F(LoopTest, SendingToAPeerThatHasGone) {
  auto [file, peer] = pair();
  const std::string all = long_text(5'000'000);
  const keel_str text{all.data(), all.size()};
  run([&, file = file, peer = peer] {
    EXPECT_EQ(loop_->send(file, &op([&, file](Op& mine) {
                                   EXPECT_LT(mine.op.result, 0);
                                   EXPECT_EQ(loop_->send(file, &never().op, &text, 1), KEEL_E_IO);
                                   const keel_str two[] = {text, text};
                                   EXPECT_EQ(loop_->send(file, &never().op, two, 2), KEEL_E_IO);
                                   stop();
                                 }).op,
                          &text, 1),
              KEEL_PENDING);
    close_peer(peer);
  });
}

// -- closing ---------------------------------------------------------------------------------------------------------

TEST_F(LoopTest, CloseDropsWhatWaits) {
  auto [file, peer] = pair();
  const std::string all = long_text(5'000'000);
  run([&, file = file, peer = peer] {
    const keel_str text{all.data(), all.size()};
    EXPECT_EQ(loop_->send(file, &never().op, &text, 1), KEEL_PENDING);
    loop_->recv(file, &never().op, {nullptr, 0});
    write_all(peer, "x");
    close(file);
    close(file);  // twice is once
    soon([&] { stop(); });
  });
  EXPECT_LT(read_all(peer, all.size()).size(), all.size());
}

TEST_F(LoopTest, CloseInsideItsOwnTask) {
  auto [file, peer] = pair();
  run([&, file = file, peer = peer] {
    write_all(peer, "x");
    loop_->recv(file, &op([&, file](Op&) {
                         close(file);
                         soon([&] { stop(); });
                       }).op,
                {nullptr, 0});
  });
  EXPECT_EQ(read_all(peer, 1), "");
}

TEST_F(LoopTest, CloseInsideTheTaskOfASend) {
  auto [file, peer] = pair();
  const std::string all = long_text(5'000'000);
  std::jthread reader{[&, peer = peer] { EXPECT_EQ(read_all(peer, all.size() + 1).size(), all.size()); }};
  run([&, file = file] {
    const keel_str text{all.data(), all.size()};
    loop_->recv(file, &never().op, {nullptr, 0});
    EXPECT_EQ(loop_->send(file, &op([&, file](Op&) {
                                   close(file);
                                   soon([&] { stop(); });
                                 }).op,
                          &text, 1),
              KEEL_PENDING);
  });
}

// All are readable in one turn, and the first one whose task runs closes the others.
TEST_F(LoopTest, CloseOthersThatAreReadyInTheSameTurn) {
  for (const bool edge_has_gone : {false, true}) {
    begin_anew();
    std::vector<Pair> pairs;
    for (int i = 0; i < 10; ++i) pairs.push_back(pair());
    int ran = 0;
    run([&] {
      for (const Pair& p : pairs) write_all(p.peer, "x");
      auto receive = [&] {
        for (const Pair& p : pairs)
          loop_->recv(p.file, &op([&](Op&) {
                                 ++ran;
                                 for (const Pair& q : pairs) close(q.file);
                                 soon([&] { stop(); });
                               }).op,
                      {nullptr, 0});
      };
      if (edge_has_gone)
        soon(receive);  // they wait in the loop's own list then
      else
        receive();
    });
    EXPECT_EQ(ran, 1);
  }
}

TEST_F(LoopTest, CloseAndOpenAgainWithTheSameDescriptor) {
  std::string got;
  auto [file, peer] = pair();
  run([&, file = file, peer = peer] {
    write_all(peer, "x");
    loop_->recv(file, &op([&, file](Op&) {
                         const int fd = file->fd;
                         close(file);
                         const Pair fresh = pair();  // the kernel gives the lowest number that is free
                         EXPECT_EQ(fresh.file->fd, fd);
                         loop_->recv(fresh.file, &op([&](Op& mine) {
                                                    got = text_of(mine);
                                                    stop();
                                                  }).op,
                                     {nullptr, 0});
                         write_all(fresh.peer, "y");
                       }).op,
                {nullptr, 0});
  });
  EXPECT_EQ(got, "y");
}

// -- accepting and connecting ----------------------------------------------------------------------------------------

TEST_F(LoopTest, AcceptsSoManyInATurn) {
  sockaddr_in address;
  keel_file* l = listener(address);
  struct State {
    int now = 0, most = 0, all = 0;
  };
  static State state;
  state = {};
  loop_->at_turn_end([](void*) { state.now = 0; }, nullptr);
  for (int i = 0; i < 20; ++i) dial(address);
  run([&] {
    loop_->accept(l, &op([&](Op& mine) {
                        ASSERT_GE(mine.op.result, 0);
                        const int fd = static_cast<int>(mine.op.result);
                        EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
                        EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
                        ::close(fd);
                        state.most = std::max(state.most, ++state.now);
                        if (++state.all == 20) stop();
                      }).op,
                  3);
  });
  EXPECT_EQ(state.all, 20);
  EXPECT_EQ(state.most, 3);
}

TEST_F(LoopTest, AListenerMayBeClosedInItsTask) {
  sockaddr_in address;
  keel_file* l = listener(address);
  for (int i = 0; i < 3; ++i) dial(address);
  int accepted = 0;
  run([&] {
    loop_->accept(l, &op([&](Op& mine) {
                        ++accepted;
                        ::close(static_cast<int>(mine.op.result));
                        close(l);
                        soon([&] { stop(); });
                      }).op,
                  10);
  });
  EXPECT_EQ(accepted, 1);
}

TEST_F(LoopTest, AListenerLearnsHowManyToAccept) {
  sockaddr_in address;
  keel_file* l = listener(address);
  for (int i = 0; i < 6; ++i) dial(address);
  std::vector<int> turns;  // in which they came
  int turn = 0, accepted = 0;
  run([&] {
    loop_->at_turn_end([](void* t) { ++*static_cast<int*>(t); }, &turn);
    Op& accept = op([&](Op& mine) {
      ::close(static_cast<int>(mine.op.result));
      turns.push_back(turn);
      if (++accepted == 2) loop_->accept(l, &mine.op, 2);
      if (accepted == 6) soon([&] { stop(); });
    });
    loop_->accept(l, &accept.op, 1);
  });
  ASSERT_EQ(turns.size(), 6u);
  EXPECT_LT(turns[0], turns[1]) << "one in a turn";
  EXPECT_EQ(turns[5] - turns[1], 2) << "from the second on two in a turn";
}

TEST_F(LoopTest, AcceptsAgainWhenThereAreDescriptors) {
  sockaddr_in address;
  keel_file* l = listener(address);
  dial(address);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int lowest = ::dup(0);  // every number below is taken
  ::close(lowest);
  std::vector<int64_t> results;
  const int64_t began = base::monotonic_ns();
  run([&] {
    const rlimit none{static_cast<rlim_t>(lowest), before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    loop_->accept(l, &op([&](Op& mine) {
                        results.push_back(mine.op.result);
                        if (mine.op.result >= 0) {
                          ::close(static_cast<int>(mine.op.result));
                          return stop();
                        }
                        ::setrlimit(RLIMIT_NOFILE, &before);
                      }).op,
                  10);
  });
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_EQ(results.size(), 2u) << "the error is told once";
  EXPECT_EQ(results[0], -EMFILE);
  EXPECT_GE(results[1], 0);
  EXPECT_GT(base::monotonic_ns() - began, 50'000'000);
}

TEST_F(LoopTest, AListenerThatPausesMayBeClosed) {
  sockaddr_in address;
  keel_file* l = listener(address);
  dial(address);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int lowest = ::dup(0);
  ::close(lowest);
  run([&] {
    const rlimit none{static_cast<rlim_t>(lowest), before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    loop_->accept(l, &op([&](Op& mine) {
                        EXPECT_EQ(mine.op.result, -EMFILE);
                        ::setrlimit(RLIMIT_NOFILE, &before);
                        close(l);
                        soon([&] { stop(); }, 150'000'000);
                      }).op,
                  10);
  });
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(LoopTest, ConnectsAndTalks) {
  sockaddr_in address;
  keel_file* l = listener(address);
  std::string got;
  run([&] {
    loop_->accept(l, &op([&](Op& mine) {
                        keel_file* server = adopt(static_cast<int>(mine.op.result));
                        const keel_str hello{"hello", 5};
                        EXPECT_EQ(loop_->send(server, &never().op, &hello, 1), KEEL_OK);
                      }).op,
                  10);
    keel_file* client = adopt(new_socket(AF_INET));
    loop_->connect(client, &op([&, client](Op& mine) {
                              EXPECT_EQ(mine.op.result, 0);
                              loop_->recv(client, &op([&](Op& in) {
                                                     got = text_of(in);
                                                     stop();
                                                   }).op,
                                          {nullptr, 0});
                            }).op,
                   &address, sizeof address);
  });
  EXPECT_EQ(got, "hello");
}

TEST_F(LoopTest, ARefusedConnectIsTold) {
  sockaddr_in address;
  keel_file* l = listener(address);
  int64_t result = 0;
  run([&] {
    close(l);
    keel_file* client = adopt(new_socket(AF_INET));
    loop_->connect(client, &op([&](Op& mine) {
                              result = mine.op.result;
                              soon([&] { stop(); });
                            }).op,
                   &address, sizeof address);
  });
  EXPECT_EQ(result, -ECONNREFUSED);
}

TEST_F(LoopTest, AConnectThatFailsAtOnceIsToldOnceAndLater) {
  sockaddr_un nowhere{};
  nowhere.sun_family = AF_UNIX;
  std::strcpy(nowhere.sun_path, "/nonexistent/socket");
  std::vector<int64_t> results;
  bool inside = false;
  auto dial_nowhere = [&] {
    keel_file* client = adopt(new_socket(AF_UNIX));
    inside = true;
    loop_->connect(client, &op([&](Op& mine) {
                              EXPECT_FALSE(inside);
                              results.push_back(mine.op.result);
                              soon([&] { stop(); });
                            }).op,
                   &nowhere, sizeof nowhere);
    inside = false;
  };
  // From a task and from a timer: the event of the dead socket comes after, or before, what the loop notes for later.
  run(dial_nowhere);
  EXPECT_EQ(results, std::vector<int64_t>{-ENOENT});
  begin_anew();
  run([&] { soon(dial_nowhere, 1'000'000); });
  EXPECT_EQ(results, (std::vector<int64_t>{-ENOENT, -ENOENT}));
}

TEST_F(LoopTest, AConnectMayBeGivenUp) {
  sockaddr_un nowhere{};
  nowhere.sun_family = AF_UNIX;
  std::strcpy(nowhere.sun_path, "/nonexistent/socket");
  run([&] {
    keel_file* client = adopt(new_socket(AF_UNIX));
    loop_->connect(client, &never().op, &nowhere, sizeof nowhere);
    close(client);
    soon([&] { stop(); });
  });
}

TEST_F(LoopTest, AdoptRefusesWhatIsNoDescriptor) {
  EXPECT_EQ(loop_->adopt(-1), nullptr);
}

// -- several loops ---------------------------------------------------------------------------------------------------

TEST(LoopSetTest, LoopsRunOnTheirOwnThreadsAndPostToEachOther) {
  LoopSet set(3);
  const keel_loops& table = LoopSet::table();
  EXPECT_EQ(table.count(), 3u);
  EXPECT_EQ(table.at(3), nullptr);
  EXPECT_NE(table.at(2), nullptr);
  EXPECT_NE(table.assign(), table.assign());
  std::vector<std::thread::id> threads;
  set[0].post([&] {
    threads.push_back(std::this_thread::get_id());
    set[1].post([&] {
      EXPECT_EQ(Loop::current(), &set[1]);
      threads.push_back(std::this_thread::get_id());
      set[2].post([&] {
        EXPECT_EQ(table.current(), table.at(2));
        threads.push_back(std::this_thread::get_id());
        set.stop();
      });
    });
  });
  set.run();
  ASSERT_EQ(threads.size(), 3u);
  EXPECT_EQ(threads[0], std::this_thread::get_id());
  EXPECT_NE(threads[0], threads[1]);
  EXPECT_NE(threads[1], threads[2]);
}

}  // namespace
}  // namespace keel::loop
