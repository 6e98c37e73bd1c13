#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "host/log/line.h"
#include "host/log/sink.h"

namespace keel::log {
namespace {

using base::LogField;
using base::LogFormat;
using base::LogLevel;
using namespace std::string_view_literals;

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}
std::string logfmt(std::string_view text) {
  std::string out;
  append_logfmt_value(out, text);
  return out;
}
std::string line(LogFormat format, LogLevel level, std::string_view message, std::vector<LogField> fields = {}) {
  std::string out;
  const std::chrono::system_clock::time_point when{std::chrono::milliseconds(1700000000123)};
  append_line(out, format, {level, message, fields.data(), fields.size(), when, 42, 'M'});
  return out;
}

TEST(Line, Utf8IsMeasuredStrictly) {
  EXPECT_EQ(utf8_length("a"), 1u);
  EXPECT_EQ(utf8_length("\xc3\xa4"), 2u);
  EXPECT_EQ(utf8_length("\xe2\x82\xac"), 3u);
  EXPECT_EQ(utf8_length("\xf0\x9f\x98\x80"), 4u);
  for (const std::string_view bad :
       {"\x80"sv, "\xc3"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x80\x80"sv, "\xed\xa0\x80"sv, "\xf0\x80\x80\x80"sv,
        "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xff"sv, "\xe2\x82"sv, ""sv})
    EXPECT_EQ(utf8_length(bad), 0u);
}

TEST(Line, JsonStrings) {
  EXPECT_EQ(json("plain \xc3\xa4"), "\"plain \xc3\xa4\"");
  EXPECT_EQ(json("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json("\n\r\t\b\f"), R"("\n\r\t\b\f")");
  EXPECT_EQ(json("\0\x01\x1b\x7f"sv), R"("\u0000\u0001\u001b\u007f")");
  EXPECT_EQ(json("a\xff"
                 "b\xc3"),
            "\"a\xef\xbf\xbd"
            "b\xef\xbf\xbd\"");
}

TEST(Line, LogfmtValues) {
  EXPECT_EQ(logfmt("plain"), "plain");
  EXPECT_EQ(logfmt(""), "\"\"");
  EXPECT_EQ(logfmt("a b"), "\"a b\"");
  EXPECT_EQ(logfmt("a=b"), "\"a=b\"");
  EXPECT_EQ(logfmt("a\"b\\\n\x02"), R"("a\"b\\\n\x02")");
}

TEST(Line, TheThreeForms) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  const std::vector<LogField> fields = {{"peer", "127.0.0.1:5"}, {"why", "it\nbroke"}};
  EXPECT_EQ(line(LogFormat::kText, LogLevel::kNotice, "Ready", fields),
            "42:M 14 Nov 2023 22:13:20.123 * Ready peer=127.0.0.1:5 why=\"it\\nbroke\"");
  EXPECT_EQ(line(LogFormat::kLogfmt, LogLevel::kWarning, "not ready", fields),
            "time=2023-11-14T22:13:20.123Z level=warning pid=42 role=M msg=\"not ready\" peer=127.0.0.1:5 "
            "why=\"it\\nbroke\"");
  EXPECT_EQ(
      line(LogFormat::kJson, LogLevel::kDebug, "x", fields),
      R"({"time":"2023-11-14T22:13:20.123Z","level":"debug","pid":42,"role":"M","msg":"x","peer":"127.0.0.1:5","why":"it\nbroke"})");
  EXPECT_EQ(line(LogFormat::kText, LogLevel::kVerbose, "forged\n42:M fake"),
            "42:M 14 Nov 2023 22:13:20.123 - forged\\n42:M fake");
  EXPECT_EQ(line(LogFormat::kLogfmt, LogLevel::kDebug, "m", {{"a b=\"", "1"}}),
            "time=2023-11-14T22:13:20.123Z level=debug pid=42 role=M msg=m a_b__=1");
}

class SinkTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/keel-log-XXXXXX";
    directory = ::mkdtemp(name);
    file = directory + "/keel.log";
  }
  void TearDown() override {
    close_log();
    base::set_log_level(LogLevel::kNotice);
    std::filesystem::remove_all(directory);
  }
  static std::string read(const std::string& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::string directory, file;
};

TEST_F(SinkTest, WritesAppendsAndFilters) {
  std::ofstream(file) << "before\n";
  std::string error;
  ASSERT_TRUE(open_log(file, LogFormat::kLogfmt, error)) << error;
  base::log(LogLevel::kNotice, "one", {{"n", "1"}});
  base::log(LogLevel::kDebug, "hidden");
  base::set_log_level(LogLevel::kDebug);
  base::log(LogLevel::kDebug, "seen");
  set_log_format(LogFormat::kJson);
  base::log(LogLevel::kWarning, "two");
  const std::string text = read(file);
  EXPECT_TRUE(text.starts_with("before\n"));
  EXPECT_NE(text.find(" msg=one n=1\n"), std::string::npos);
  EXPECT_EQ(text.find("hidden"), std::string::npos);
  EXPECT_NE(text.find(" msg=seen\n"), std::string::npos);
  EXPECT_NE(text.find("\"msg\":\"two\"}\n"), std::string::npos);
}

TEST_F(SinkTest, ReopensAfterARotation) {
  std::string error;
  ASSERT_TRUE(open_log(file, LogFormat::kText, error));
  base::log(LogLevel::kNotice, "first");
  std::filesystem::rename(file, file + ".1");
  base::log(LogLevel::kNotice, "second");
  ASSERT_TRUE(reopen_log(error)) << error;
  base::log(LogLevel::kNotice, "third");
  EXPECT_NE(read(file + ".1").find("second"), std::string::npos);
  EXPECT_EQ(read(file).find("second"), std::string::npos);
  EXPECT_NE(read(file).find("* third\n"), std::string::npos);
}

TEST_F(SinkTest, AFileThatCannotBeOpenedIsSaid) {
  std::string error;
  EXPECT_FALSE(open_log(directory + "/none/keel.log", LogFormat::kText, error));
  EXPECT_EQ(error, "No such file or directory");
  EXPECT_FALSE(std::filesystem::exists(directory + "/none"));
  EXPECT_FALSE(open_log(directory, LogFormat::kText, error));
  EXPECT_EQ(error, "Is a directory");
  ASSERT_TRUE(open_log(file, LogFormat::kText, error));
  std::filesystem::rename(file, file + ".1");
  std::filesystem::create_directory(file);
  EXPECT_FALSE(reopen_log(error));
  base::log(LogLevel::kNotice, "still here");
  EXPECT_NE(read(file + ".1").find("still here"), std::string::npos);
}

TEST_F(SinkTest, AFullDiskIsSurvived) {
  std::string error;
  ASSERT_TRUE(open_log("/dev/full", LogFormat::kText, error)) << error;
  base::log(LogLevel::kNotice, std::string(100'000, 'x'));
  base::log(LogLevel::kNotice, "still alive");
}

TEST_F(SinkTest, ManyThreadsWriteWholeLines) {
  std::string error;
  ASSERT_TRUE(open_log(file, LogFormat::kLogfmt, error));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] {
      for (int n = 0; n < 200; ++n) base::log(LogLevel::kNotice, "message", {{"tail", "end"}});
    });
  std::string ignored;
  for (int i = 0; i < 20; ++i) reopen_log(ignored);
  for (std::thread& thread : threads) thread.join();
  std::ifstream in(file);
  size_t lines = 0;
  for (std::string one; std::getline(in, one); ++lines) {
    EXPECT_TRUE(one.starts_with("time=")) << one;
    EXPECT_TRUE(one.ends_with(" msg=message tail=end")) << one;
  }
  EXPECT_EQ(lines, 800u);
}

}  // namespace
}  // namespace keel::log
