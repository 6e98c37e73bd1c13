#include "host/exec/slow_log.h"

#include <gtest/gtest.h>

namespace keel::exec {
namespace {

void add(SlowLog& log, const std::vector<std::string>& words, size_t most = 128) {
  std::vector<keel_str> argv;
  for (const std::string& w : words) argv.push_back({w.data(), w.size()});
  log.add(argv.data(), static_cast<uint32_t>(argv.size()), 123, 1700000000, "127.0.0.1:5000", "me", most);
}

TEST(SlowLogTest, NewestFirstWithRisingIds) {
  SlowLog log;
  add(log, {"GET", "a"});
  add(log, {"GET", "b"});
  ASSERT_EQ(log.entries().size(), 2u);
  const SlowEntry& newest = log.entries().front();
  EXPECT_EQ(newest.id, 1u);
  EXPECT_EQ(newest.words, (std::vector<std::string>{"GET", "b"}));
  EXPECT_EQ(newest.us, 123u);
  EXPECT_EQ(newest.time_s, 1700000000);
  EXPECT_EQ(newest.peer, "127.0.0.1:5000");
  EXPECT_EQ(newest.client_name, "me");
  EXPECT_EQ(log.entries().back().id, 0u);
}

TEST(SlowLogTest, KeepsAsManyAsAllowedAndIdsGoOn) {
  SlowLog log;
  for (int i = 0; i < 10; ++i) add(log, {std::to_string(i)}, 3);
  ASSERT_EQ(log.entries().size(), 3u);
  EXPECT_EQ(log.entries().back().words[0], "7");
  log.trim(1);
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries().front().words[0], "9");
  log.clear();
  EXPECT_TRUE(log.entries().empty());
  add(log, {"next"});
  EXPECT_EQ(log.entries().front().id, 10u);
  add(log, {"none"}, 0);
  EXPECT_TRUE(log.entries().empty());
}

TEST(SlowLogTest, LongWordsAreCutWithARemark) {
  SlowLog log;
  add(log, {"SET", std::string(128, 'k'), std::string(129, 'v'), std::string(1000, 'w')});
  const auto& words = log.entries().front().words;
  EXPECT_EQ(words[1], std::string(128, 'k'));
  EXPECT_EQ(words[2], std::string(128, 'v') + "... (1 more bytes)");
  EXPECT_EQ(words[3], std::string(128, 'w') + "... (872 more bytes)");
}

TEST(SlowLogTest, ManyWordsAreCutWithARemark) {
  SlowLog log;
  std::vector<std::string> words(32, "w");
  add(log, words);
  EXPECT_EQ(log.entries().front().words, words);
  words.push_back("one too many");
  add(log, words);
  ASSERT_EQ(log.entries().front().words.size(), 32u);
  EXPECT_EQ(log.entries().front().words[30], "w");
  EXPECT_EQ(log.entries().front().words[31], "... (2 more arguments)");
}

}  // namespace
}  // namespace keel::exec
