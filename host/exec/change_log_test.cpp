#include "host/exec/change_log.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace keel::exec {
namespace {

void append(ChangeLog& log, uint32_t db, const std::vector<std::string>& words) {
  std::vector<keel_str> argv;
  for (const std::string& w : words) argv.push_back({w.data(), w.size()});
  log.append(db, argv.data(), static_cast<uint32_t>(argv.size()));
}
std::string select(const std::string& db) {
  return "*2\r\n$6\r\nSELECT\r\n$" + std::to_string(db.size()) + "\r\n" + db + "\r\n";
}
const std::string kDelA = "*2\r\n$3\r\nDEL\r\n$1\r\na\r\n";

TEST(ChangeLogTest, KeepsNothingWhileNobodyReads) {
  ChangeLog log;
  EXPECT_FALSE(log.active());
  append(log, 0, {"DEL", "a"});
  EXPECT_EQ(log.end(), 0u);
  uint64_t at = log.open();
  EXPECT_TRUE(log.active());
  EXPECT_EQ(log.read(at, 1000), "");
  log.close(at);
  EXPECT_FALSE(log.active());
}

TEST(ChangeLogTest, CommandsInRespWithTheirDatabase) {
  ChangeLog log;
  uint64_t at = log.open();
  append(log, 0, {"DEL", "a"});
  append(log, 0, {"DEL", "a"});
  append(log, 12, {"SET", "k", std::string("\0\r\n", 3)});
  const std::string expected = select("0") + kDelA + kDelA + select("12") + "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\n" +
                               std::string("\0\r\n", 3) + "\r\n";
  EXPECT_EQ(log.end(), expected.size());
  EXPECT_EQ(log.read(at, 100000), expected);
  EXPECT_EQ(at, log.end());
  EXPECT_EQ(log.read(at, 100000), "");
  log.close(at);
}

TEST(ChangeLogTest, WhoeverBeginsLaterIsToldTheDatabase) {
  ChangeLog log;
  uint64_t first = log.open();
  append(log, 3, {"DEL", "a"});
  uint64_t second = log.open();
  append(log, 3, {"DEL", "a"});
  EXPECT_EQ(log.read(second, 1000), select("3") + kDelA);
  EXPECT_EQ(log.read(first, 1000), select("3") + kDelA + select("3") + kDelA);
  log.close(first);
  log.close(second);
}

TEST(ChangeLogTest, ReadsInPortionsOfAnySize) {
  ChangeLog log;
  uint64_t at = log.open(), whole = log.open();
  for (int i = 0; i < 2000; ++i) append(log, 0, {"SET", "key:" + std::to_string(i), std::string(300, 'x')});
  const std::string all = log.read(whole, SIZE_MAX);
  std::string together;
  for (size_t n = 1; at != log.end(); n = n * 2 % 70001 + 1) {
    const uint64_t before = at;
    const std::string part = log.read(at, n);
    ASSERT_LE(part.size(), n);
    ASSERT_EQ(at, before + part.size());
    together += part;
  }
  EXPECT_EQ(together, all);
  EXPECT_EQ(all.size(), log.end());
  log.close(at);
  log.close(whole);
}

TEST(ChangeLogTest, ASlowReaderKeepsWhatAFastOneHasRead) {
  ChangeLog log;
  uint64_t slow = log.open(), fast = log.open();
  std::string read_fast;
  for (int i = 0; i < 3000; ++i) {
    append(log, 0, {"SET", std::to_string(i), std::string(500, 'y')});
    read_fast += log.read(fast, SIZE_MAX);
  }
  log.close(fast);
  EXPECT_EQ(log.read(slow, SIZE_MAX), read_fast);
  log.close(slow);
}

TEST(ChangeLogTest, OffsetsGoOnWhenTheLastReaderHasGone) {
  ChangeLog log;
  uint64_t at = log.open();
  append(log, 0, {"DEL", "a"});
  log.close(at);
  const uint64_t end = log.end();
  append(log, 0, {"DEL", "unseen"});
  EXPECT_EQ(log.end(), end);
  at = log.open();
  EXPECT_EQ(at, end);
  append(log, 0, {"DEL", "a"});
  EXPECT_EQ(log.read(at, SIZE_MAX), select("0") + kDelA);
  log.close(at);
}

TEST(ChangeLogTest, TwoReadersAtOnePlace) {
  ChangeLog log;
  uint64_t a = log.open(), b = log.open();
  EXPECT_EQ(a, b);
  append(log, 0, {"DEL", "a"});
  EXPECT_EQ(log.read(a, 10).size(), 10u);
  log.close(a);
  EXPECT_TRUE(log.active());
  EXPECT_EQ(log.read(b, SIZE_MAX), select("0") + kDelA);
  log.close(b);
  EXPECT_FALSE(log.active());
}

TEST(ChangeLogTest, ReadersAreOtherThreads) {
  ChangeLog log;
  constexpr int kCommands = 20000;
  uint64_t begin[2] = {log.open(), log.open()};
  std::string got[2];
  std::atomic<bool> done{false};
  std::vector<std::jthread> threads;
  for (size_t r = 0; r < 2; ++r)
    threads.emplace_back([&, r] {
      uint64_t at = begin[r];
      while (!done || at != log.end()) got[r] += log.read(at, 5000 + 1000 * r);
      begin[r] = at;
    });
  for (int i = 0; i < kCommands; ++i) append(log, 0, {"DEL", std::to_string(i)});
  done = true;
  threads.clear();
  EXPECT_EQ(got[0].size(), log.end());
  EXPECT_EQ(got[0], got[1]);
  log.close(begin[0]);
  log.close(begin[1]);
}

}  // namespace
}  // namespace keel::exec
