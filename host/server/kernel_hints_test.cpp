#include "host/server/kernel_hints.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace keel::server {
namespace {

class Score : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/keel-oom-XXXXXX";
    const int fd = ::mkstemp(name);
    ASSERT_GE(fd, 0);
    ::close(fd);
    file = name;
    write("100\n");
  }
  void TearDown() override { std::filesystem::remove(file); }
  void write(const char* text) const { std::ofstream{file} << text; }
  std::string read() const {
    std::ifstream in{file};
    std::string line;
    std::getline(in, line);
    return line;
  }

  std::string file;
  base::Settings settings;
};

TEST_F(Score, IsLeftAloneUntilItIsAskedFor) {
  OomScore score{"/nowhere/oom_score_adj"};
  EXPECT_TRUE(score.apply(settings));
  settings.oom_score_adj.set(base::OomScoreAdj::kAbsolute);
  EXPECT_FALSE(score.apply(settings));
  settings.oom_score_adj.set(base::OomScoreAdj::kNo);
  EXPECT_TRUE(score.apply(settings)) << "what was refused need not be undone";
}

TEST_F(Score, IsRelativeToWhatItWasOrAbsoluteAndComesBack) {
  OomScore score{file};
  settings.oom_score_adj_values[base::kOomPrimary].set(30);
  settings.oom_score_adj.set(base::OomScoreAdj::kRelative);
  EXPECT_TRUE(score.apply(settings));
  EXPECT_EQ(read(), "130");
  EXPECT_TRUE(score.apply(settings));
  EXPECT_EQ(read(), "130") << "the base is that of the start";
  settings.oom_score_adj.set(base::OomScoreAdj::kAbsolute);
  EXPECT_TRUE(score.apply(settings));
  EXPECT_EQ(read(), "30");
  settings.oom_score_adj_values[base::kOomPrimary].set(-2000);
  EXPECT_TRUE(score.apply(settings));
  EXPECT_EQ(read(), "-1000");
  settings.oom_score_adj.set(base::OomScoreAdj::kNo);
  write("5\n");
  EXPECT_TRUE(score.apply(settings));
  EXPECT_EQ(read(), "100");
}

}  // namespace
}  // namespace keel::server
