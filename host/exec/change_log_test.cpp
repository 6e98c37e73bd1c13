#include "host/exec/change_log.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace keel::exec {
namespace {

struct Reader : keel_log_reader {
  explicit Reader(ChangeLog& l, uint64_t from = KEEL_LOG_END) : log(l) {
    grown = [](keel_log_reader* r) noexcept { ++static_cast<Reader*>(r)->told; };
    impl = nullptr;
    status = log.open(*this, from, &error);
  }
  ~Reader() {
    if (impl != nullptr) log.close(*this);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  // At most `most` bytes.
  std::string take(size_t most = SIZE_MAX) {
    std::string out;
    while (out.size() < most) {
      const keel_str bytes = log.read(*this);
      const size_t n = std::min(bytes.len, most - out.size());
      if (n == 0) break;
      out.append(bytes.ptr, n);
      log.advance(*this, n);
    }
    return out;
  }

  ChangeLog& log;
  keel_error error{};
  keel_status status;
  int told = 0;
};

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
  log.publish();
  EXPECT_EQ(log.end(), 0u);
  {
    Reader reader{log};
    EXPECT_TRUE(log.active());
    EXPECT_EQ(reader.take(), "");
  }
  EXPECT_FALSE(log.active());
}

TEST(ChangeLogTest, CommandsInRespWithTheirDatabase) {
  ChangeLog log;
  Reader reader{log};
  append(log, 0, {"DEL", "a"});
  append(log, 0, {"DEL", "a"});
  append(log, 12, {"SET", "k", std::string("\0\r\n", 3)});
  log.publish();
  const std::string expected = select("0") + kDelA + kDelA + select("12") + "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\n" +
                               std::string("\0\r\n", 3) + "\r\n";
  EXPECT_EQ(log.end(), expected.size());
  EXPECT_EQ(reader.take(), expected);
  EXPECT_EQ(log.position(reader), log.end());
  EXPECT_EQ(reader.take(), "");
}

TEST(ChangeLogTest, ReadersAreToldOncePerTurn) {
  ChangeLog log;
  Reader reader{log};
  append(log, 0, {"DEL", "a"});
  append(log, 0, {"DEL", "a"});
  EXPECT_EQ(reader.take(), "");  // not published
  EXPECT_EQ(reader.told, 0);
  log.publish();
  EXPECT_EQ(reader.told, 1);
  log.publish();
  EXPECT_EQ(reader.told, 1);
  EXPECT_EQ(reader.take(), select("0") + kDelA + kDelA);
}

TEST(ChangeLogTest, WhoeverBeginsLaterIsToldTheDatabase) {
  ChangeLog log;
  Reader first{log};
  append(log, 3, {"DEL", "a"});
  Reader second{log};  // in the middle of a turn
  append(log, 3, {"DEL", "a"});
  log.publish();
  EXPECT_EQ(second.take(), select("3") + kDelA);
  EXPECT_EQ(first.take(), select("3") + kDelA + select("3") + kDelA);
}

TEST(ChangeLogTest, BeginsAtAnOlderOffsetThatIsKept) {
  ChangeLog log;
  Reader keeps{log};
  append(log, 0, {"DEL", "a"});
  log.publish();
  const uint64_t between = log.end();
  append(log, 0, {"DEL", "b"});
  log.publish();
  Reader later{log, between};
  EXPECT_EQ(later.status, KEEL_OK);
  EXPECT_EQ(later.take(), "*2\r\n$3\r\nDEL\r\n$1\r\nb\r\n");
  Reader beyond{log, log.end() + 1};
  EXPECT_EQ(beyond.status, KEEL_E_ARG);
  EXPECT_NE(beyond.error.len, 0u);
}

TEST(ChangeLogTest, AnOffsetThatIsGoneIsRefused) {
  ChangeLog log;
  Reader reader{log};
  for (int i = 0; i < 1000; ++i) append(log, 0, {"SET", "k", std::string(1000, 'x')});
  log.publish();
  reader.take();
  EXPECT_GT(log.begin(), 0u);
  EXPECT_EQ(Reader(log, 0).status, KEEL_E_ARG);
}

TEST(ChangeLogTest, ReadsInPortionsOfAnySize) {
  ChangeLog log;
  Reader parts{log}, whole{log};
  for (int i = 0; i < 2000; ++i) append(log, 0, {"SET", "key:" + std::to_string(i), std::string(300, 'x')});
  log.publish();
  const std::string all = whole.take();
  std::string together;
  for (size_t n = 1; log.position(parts) != log.end(); n = n * 2 % 70001 + 1) {
    const uint64_t before = log.position(parts);
    const std::string part = parts.take(n);
    ASSERT_EQ(log.position(parts), before + part.size());
    together += part;
  }
  EXPECT_EQ(together, all);
  EXPECT_EQ(all.size(), log.end());
}

TEST(ChangeLogTest, ASlowReaderKeepsWhatAFastOneHasRead) {
  ChangeLog log;
  Reader slow{log};
  std::string read_fast;
  {
    Reader fast{log};
    for (int i = 0; i < 3000; ++i) {
      append(log, 0, {"SET", std::to_string(i), std::string(500, 'y')});
      log.publish();
      read_fast += fast.take();
    }
  }
  EXPECT_EQ(slow.take(), read_fast);
}

TEST(ChangeLogTest, MemoryFollowsTheSlowest) {
  ChangeLog log;
  const int64_t before = base::counted_bytes(base::MemoryTag::kLog);
  Reader reader{log};
  for (int i = 0; i < 100; ++i) {
    append(log, 0, {"SET", "k", std::string(100'000, 'x')});
    log.publish();
    reader.take();
  }
  EXPECT_LE(base::counted_bytes(base::MemoryTag::kLog) - before, 600'000);
}

TEST(ChangeLogTest, OffsetsGoOnWhenTheLastReaderHasGone) {
  ChangeLog log;
  {
    Reader reader{log};
    append(log, 0, {"DEL", "a"});
    append(log, 0, {"SET", "k", std::string(300'000, 'x')});
    log.publish();
  }
  const uint64_t end = log.end();
  append(log, 0, {"DEL", "unseen"});
  log.publish();
  EXPECT_EQ(log.end(), end);
  Reader reader{log};
  EXPECT_EQ(log.position(reader), end);
  append(log, 0, {"DEL", "a"});
  log.publish();
  EXPECT_EQ(reader.take(), select("0") + kDelA);
}

TEST(ChangeLogTest, ReadersAreOtherThreads) {
  ChangeLog log;
  constexpr int kCommands = 50'000;
  Reader readers[2] = {Reader{log}, Reader{log}};
  std::string got[2];
  std::atomic<bool> done{false};
  std::vector<std::jthread> threads;
  for (size_t r = 0; r < 2; ++r)
    threads.emplace_back([&, r] {
      while (!done || log.position(readers[r]) != log.end()) got[r] += readers[r].take(5000 + 1000 * r);
    });
  for (int i = 0; i < kCommands; ++i) {
    append(log, 0, {"DEL", std::to_string(i)});
    if (i % 7 == 0) log.publish();
  }
  log.publish();
  done = true;
  threads.clear();
  EXPECT_EQ(got[0].size(), log.end());
  EXPECT_EQ(got[0], got[1]);
}

TEST(ChangeLogTest, MarksAroundATransactionThatChangesSomething) {
  ChangeLog log;
  Reader reader{log};
  log.begin_group();
  log.end_group();
  log.publish();
  EXPECT_EQ(reader.take(), "");
  log.begin_group();
  append(log, 0, {"DEL", "a"});
  append(log, 3, {"DEL", "a"});
  log.end_group();
  append(log, 3, {"DEL", "a"});
  log.publish();
  EXPECT_EQ(reader.take(),
            "*1\r\n$5\r\nMULTI\r\n" + select("0") + kDelA + select("3") + kDelA + "*1\r\n$4\r\nEXEC\r\n" + kDelA);
}

TEST(ChangeLogTest, NobodyBeginsInTheMiddleOfATransaction) {
  ChangeLog log;
  Reader first{log};
  log.begin_group();
  append(log, 0, {"DEL", "a"});
  Reader second{log};
  append(log, 0, {"DEL", "a"});
  log.end_group();
  log.publish();
  const std::string multi = "*1\r\n$5\r\nMULTI\r\n", end = "*1\r\n$4\r\nEXEC\r\n";
  EXPECT_EQ(second.take(), multi + select("0") + kDelA + end);
  EXPECT_EQ(first.take(), multi + select("0") + kDelA + end + multi + select("0") + kDelA + end);
}

}  // namespace
}  // namespace keel::exec
