#include "host/exec/checks.h"

#include <gtest/gtest.h>

#include "host/base/log.h"

namespace keel::exec {
namespace {

std::vector<std::string> lines;

class ChecksTest : public testing::Test {
 protected:
  void SetUp() override {
    lines.clear();
    base::set_log_sink(
        [](base::LogLevel, std::string_view line, const base::LogField*, size_t) { lines.emplace_back(line); });
    write_.name = "x.write";
    write_.owner = "x";
    write_.row.flags = KEEL_CMD_WRITE;
    read_ = {};
    read_.name = "x.read";
    read_.owner = "x";
    read_.row.flags = KEEL_CMD_READONLY;
    ctx_.keys = keys_;
    ctx_.nkeys = 2;
    checks_.turn(true);
  }

  keel_ref ref(uint32_t key) const {
    keel_ref r{};
    r.key = key;
    r.stamp = checks_.stamp();
    return r;
  }
  bool change(keel_ref& r) {
    if (!checks_.allows(ctx_, r)) return false;
    checks_.changed(ctx_, r);
    return true;
  }

  keel_keyref keys_[2] = {{1, 0, 111}, {2, 0, 222}};
  keel_ctx ctx_{};
  Command write_, read_;
  Checks checks_;
};

TEST_F(ChecksTest, LooksAtPluginsOnly) {
  EXPECT_TRUE(checks_.wanted(write_));
  write_.owner.clear();
  EXPECT_FALSE(checks_.wanted(write_));
  checks_.turn(false);
  EXPECT_FALSE(checks_.wanted(read_));
}

TEST_F(ChecksTest, AGoodCommandIsNotMentioned) {
  EXPECT_FALSE(checks_.active());
  auto outer = checks_.begin(write_);
  EXPECT_TRUE(checks_.active());
  keel_ref a = ref(0), b = ref(1);
  EXPECT_TRUE(change(a));
  EXPECT_TRUE(change(a)) << "put, then resize";
  EXPECT_TRUE(change(b)) << "another key is another matter";
  checks_.committed(ctx_, a);
  checks_.committed(ctx_, b);
  checks_.end(std::move(outer));
  EXPECT_FALSE(checks_.active());
  EXPECT_TRUE(lines.empty());
}

TEST_F(ChecksTest, EachKeyIsCommitted) {
  auto outer = checks_.begin(write_);
  keel_ref a = ref(0), b = ref(1);
  change(a);
  change(b);
  checks_.committed(ctx_, a);
  checks_.end(std::move(outer));
  EXPECT_EQ(lines, std::vector<std::string>{"plugin 'x' broke the contract in command 'x.write': it changed a key and "
                                            "did not commit() the change"});
}

TEST_F(ChecksTest, AChangeAfterTheCommitIsAnother) {
  auto outer = checks_.begin(write_);
  keel_ref a = ref(0);
  change(a);
  checks_.committed(ctx_, a);
  change(a);
  checks_.end(std::move(outer));
  EXPECT_EQ(lines.size(), 1u);
}

TEST_F(ChecksTest, RefusesAChangeInAReadingCommand) {
  auto outer = checks_.begin(read_);
  keel_ref a = ref(0);
  EXPECT_FALSE(change(a));
  EXPECT_EQ(checks_.no_reply(),
            "ERR plugin 'x' broke the contract in command 'x.read': it changes a key although it is "
            "not marked WRITE");
  checks_.end(std::move(outer));
  EXPECT_EQ(lines.size(), 1u) << "not committed is no second fault, and no reply neither";
}

TEST_F(ChecksTest, RefusesAStaleRef) {
  auto outer = checks_.begin(write_);
  keel_ref a = ref(0), same = ref(0), kept = ref(1);
  EXPECT_TRUE(change(a));
  EXPECT_FALSE(change(same));
  checks_.committed(ctx_, a);
  keel_ref again = ref(0);
  EXPECT_TRUE(change(again)) << "it was filled after the change";
  checks_.committed(ctx_, again);
  checks_.end(std::move(outer));
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("it uses a ref that was not filled in this command"), std::string::npos);

  outer = checks_.begin(write_);
  EXPECT_FALSE(change(kept)) << "a ref of an earlier command";
  keel_ref empty{};
  EXPECT_FALSE(change(empty)) << "a ref that nobody has filled";
  checks_.end(std::move(outer));
  EXPECT_EQ(lines.size(), 1u) << "said once";
}

TEST_F(ChecksTest, RefusesAKeyThatIsOnlyNamed) {
  auto outer = checks_.begin(write_);
  keel_ref named = ref(UINT32_MAX);
  EXPECT_FALSE(change(named));
  checks_.end(std::move(outer));
  EXPECT_EQ(lines, std::vector<std::string>{
                       "plugin 'x' broke the contract in command 'x.write': it changes a key that is none of its own"});
}

TEST_F(ChecksTest, NoReplyIsAnswered) {
  auto outer = checks_.begin(read_);
  EXPECT_EQ(checks_.no_reply(), "ERR plugin 'x' broke the contract in command 'x.read': it wrote no reply");
  checks_.end(std::move(outer));
  EXPECT_EQ(lines.size(), 1u);
}

TEST_F(ChecksTest, ACommandInsideACommand) {
  auto outer = checks_.begin(write_);
  keel_ref a = ref(0);
  Command inner = {};
  inner.name = "x.inner";
  inner.owner = "x";
  inner.row.flags = KEEL_CMD_WRITE;
  auto middle = checks_.begin(inner);
  EXPECT_FALSE(change(a)) << "a ref of the outer command is none of this one's";
  keel_ref fresh = ref(0);
  EXPECT_TRUE(change(fresh));
  checks_.committed(ctx_, fresh);
  checks_.end(std::move(middle));
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("'x.inner'"), std::string::npos);
  EXPECT_FALSE(change(a)) << "what the inner one has changed";
  checks_.end(std::move(outer));
  EXPECT_EQ(lines.size(), 2u);
}

TEST_F(ChecksTest, SaysItAgainAfterItWasOff) {
  for (int round = 0; round < 2; ++round) {
    auto outer = checks_.begin(read_);
    checks_.no_reply();
    checks_.end(std::move(outer));
    checks_.turn(false);
    checks_.turn(true);
  }
  EXPECT_EQ(lines.size(), 2u);
}

}  // namespace
}  // namespace keel::exec
