#include "host/exec/watchdog.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "host/base/log.h"

namespace keel::exec {
namespace {

using namespace std::chrono_literals;

std::mutex mutex;
std::vector<std::string> lines;
std::vector<std::string> said() {
  const std::lock_guard lock(mutex);
  return lines;
}

class WatchdogTest : public testing::Test {
 protected:
  void SetUp() override {
    lines.clear();
    base::set_log_sink([](base::LogLevel, std::string_view line, const base::LogField*, size_t) {
      const std::lock_guard lock(mutex);
      lines.emplace_back(line);
    });
    slow_.name = "x.slow";
    slow_.owner = "x";
  }
  void TearDown() override { dog_.stop(); }
  // Until something is said; false after ten seconds.
  static bool hears(size_t n) {
    for (int i = 0; i < 1000 && said().size() < n; ++i) std::this_thread::sleep_for(10ms);
    return said().size() >= n;
  }

  Command slow_;
  Watchdog dog_;
};

TEST_F(WatchdogTest, NamesAHandlerThatHasNotReturned) {
  dog_.watch(5);
  const auto outer = dog_.begin(slow_);
  ASSERT_TRUE(hears(1));
  std::this_thread::sleep_for(30ms);
  dog_.end(outer);
  ASSERT_EQ(said().size(), 1u) << "once a run";
  EXPECT_EQ(said()[0].find("plugin 'x' broke the contract in command 'x.slow': it has held up every client for "), 0u);
  EXPECT_TRUE(said()[0].ends_with(" ms and has not returned")) << said()[0];
  const auto again = dog_.begin(slow_);
  EXPECT_TRUE(hears(2)) << "the next run is another";
  dog_.end(again);
}

TEST_F(WatchdogTest, IsQuietBetweenCommandsAndBelowTheLimit) {
  dog_.watch(60'000);
  const auto outer = dog_.begin(slow_);
  std::this_thread::sleep_for(20ms);
  dog_.end(outer);
  dog_.watch(5);
  std::this_thread::sleep_for(40ms);
  EXPECT_TRUE(said().empty());
}

TEST_F(WatchdogTest, StopsAtOnceAndStartsAgain) {
  dog_.watch(3'600'000);
  const auto began = std::chrono::steady_clock::now();
  dog_.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  dog_.watch(1);
  const auto outer = dog_.begin(slow_);
  EXPECT_TRUE(hears(1));
  dog_.end(outer);
}

}  // namespace
}  // namespace keel::exec
