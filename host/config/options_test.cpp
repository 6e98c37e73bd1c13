#include "host/config/options.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "host/base/settings.h"
#include "host/config/server_options.h"

namespace keel::config {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

class OptionsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string error;
    ASSERT_TRUE(declare_server_options(options, settings, error)) << error;
    ASSERT_TRUE(options.apply_all(error)) << error;
  }
  Pairs get(std::vector<std::string_view> patterns) { return options.get(patterns); }
  // The error, or "OK".
  std::string set(std::vector<std::string_view> arguments, bool local = true) {
    std::string reply;
    return options.set(arguments, local, reply) ? "OK" : reply;
  }
  static std::string failed(const std::string& argument, const std::string& why) {
    return "ERR CONFIG SET failed (possibly related to argument '" + argument + "') - " + why;
  }

  base::Settings settings;
  Options options;
};

TEST_F(OptionsTest, GetTakesNamesAndPatterns) {
  EXPECT_EQ(get({"maxmemory"}), (Pairs{{"maxmemory", "0"}}));
  EXPECT_EQ(get({"MaxMemory", "maxmemory", "MAXMEMORY"}), (Pairs{{"MaxMemory", "0"}}));
  EXPECT_EQ(get({"*[*", "por?", "PORT"}), (Pairs{{"port", "6379"}}));
  EXPECT_EQ(get({"MAXMEMOR[x-z]", "maxmemory"}), (Pairs{{"maxmemory", "0"}}));
  EXPECT_EQ(get({"nothing", "\\maxmemory", "user"}), Pairs{});
  EXPECT_EQ(get({"lazyfree*", "lazyfree-lazy-e*"}).size(), 5u);
  EXPECT_EQ(get({"*"}).size(), options.names().size() - 1) << "all but rename-command";
  EXPECT_EQ(get({"rename-command", "rename*"}), Pairs{});
  EXPECT_EQ(get({}), Pairs{});
}

TEST_F(OptionsTest, SetOfSeveralIsAllOrNothing) {
  EXPECT_EQ(set({"maxmemory", "100", "timeout", "7"}), "OK");
  EXPECT_EQ(settings.maxmemory.get(), 100u);
  EXPECT_EQ(settings.timeout.get(), 7);
  EXPECT_EQ(set({"maxmemory", "200", "timeout", "-1"}),
            failed("timeout", "argument must be between 0 and 2147483647 inclusive"));
  EXPECT_EQ(settings.maxmemory.get(), 100u);
  EXPECT_EQ(get({"maxmemory"}), (Pairs{{"maxmemory", "100"}}));
}

TEST_F(OptionsTest, SetRefusesAsRedisDoes) {
  EXPECT_EQ(set({"a", "b"}), "ERR Unknown option or number of arguments for CONFIG SET - 'a'");
  EXPECT_EQ(set({"timeout", "abc", "foo", "bar"}), "ERR Unknown option or number of arguments for CONFIG SET - 'foo'");
  EXPECT_EQ(set({"rename-command", "x"}),
            "ERR Unknown option or number of arguments for CONFIG SET - 'rename-command'");
  EXPECT_EQ(set({"maxmemory", "1", "a"}), "ERR syntax error");
  EXPECT_EQ(set({}), "ERR wrong number of arguments for 'config|set' command");
  EXPECT_EQ(set({"maxmemory", "1", "MAXMEMORY", "2"}), failed("MAXMEMORY", "duplicate parameter"));
  EXPECT_EQ(set({"DATABASES", "4"}), failed("DATABASES", "can't set immutable config"));
  EXPECT_EQ(set({"timeout", "abc", "databases", "4"}), failed("databases", "can't set immutable config"));
  EXPECT_EQ(set({"databases", "4", "foo", "bar"}), failed("databases", "can't set immutable config"));
  EXPECT_EQ(set({"dir", "/"}), failed("dir", "can't set protected config"));
  EXPECT_EQ(set({"port", "99999"}), failed("port", "argument must be between 0 and 65535 inclusive"));
  EXPECT_EQ(set({"requirepass", std::string(100'000, 'x')}),
            failed("requirepass", "argument is longer than 65536 bytes"));
}

TEST_F(OptionsTest, ProtectedOptionsFollowTheirPermission) {
  std::string error;
  ASSERT_TRUE(options.assign("enable-protected-configs", {"local"}, Source::kFile, error));
  EXPECT_EQ(set({"dir", "/nonexistent"}, false), failed("dir", "can't set protected config"));
  EXPECT_EQ(set({"dir", "/nonexistent"}, true), failed("dir", "No such file or directory"));
  EXPECT_EQ(set({"dir", "/etc/passwd"}, true), failed("dir", "Not a directory"));
  ASSERT_TRUE(options.assign("enable-protected-configs", {"yes"}, Source::kFile, error));
  EXPECT_EQ(set({"dir", ""}, false), failed("dir", "No such file or directory"));
}

TEST_F(OptionsTest, TheOlderNameIsTheSameOption) {
  EXPECT_EQ(set({"lua-time-limit", "100"}), "OK");
  EXPECT_EQ(get({"busy-reply-threshold", "lua-time-limit"}),
            (Pairs{{"busy-reply-threshold", "100"}, {"lua-time-limit", "100"}}));
  EXPECT_EQ(settings.busy_reply_threshold.get(), 100);
  EXPECT_EQ(set({"lua-time-limit", "5000", "busy-reply-threshold", "6000"}), "OK");
  EXPECT_EQ(settings.busy_reply_threshold.get(), 6000);
  EXPECT_EQ(set({"slave-lazy-flush", "yes"}), "OK");
  EXPECT_TRUE(settings.replica_lazy_flush.get());
}

TEST_F(OptionsTest, HooksRunOnceAndMayRefuse) {
  int calls = 0;
  bool refuse = false;
  std::vector<std::string> seen;
  options.on_change({"port", "bind"}, [&](const std::vector<std::string_view>& changed, std::string& error) {
    ++calls;
    seen.assign(changed.begin(), changed.end());
    if (!refuse) return true;
    error = "Unable to listen on this port. Check server logs.";
    return false;
  });
  EXPECT_EQ(set({"port", "7000", "timeout", "3", "bind", "127.0.0.1 -::1"}), "OK");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(seen, (std::vector<std::string>{"port", "bind"}));
  EXPECT_EQ(settings.port.get(), 7000);
  EXPECT_EQ(settings.bind.get(), (std::vector<std::string>{"127.0.0.1", "-::1"}));
  EXPECT_EQ(set({"port", "7000"}), "OK");
  EXPECT_EQ(calls, 1) << "nothing has changed";
  refuse = true;
  EXPECT_EQ(set({"timeout", "9", "PORT", "7001"}), failed("PORT", "Unable to listen on this port. Check server logs."));
  EXPECT_EQ(settings.port.get(), 7000);
  EXPECT_EQ(settings.timeout.get(), 3);
  EXPECT_EQ(get({"port"}), (Pairs{{"port", "7000"}}));
}

TEST_F(OptionsTest, WhoeverAsksHearsOfValuesThatAreSetAgain) {
  std::vector<std::vector<std::string>> heard;
  bool refuse = false;
  options.on_set({"port", "bind"}, [&](const std::vector<std::string_view>& changed, std::string& error) {
    heard.emplace_back(changed.begin(), changed.end());
    if (refuse) error = "unreadable";
    return !refuse;
  });
  using Heard = std::vector<std::vector<std::string>>;
  EXPECT_EQ(set({"timeout", "3", "PORT", "6379"}), "OK");
  EXPECT_EQ(std::exchange(heard, {}), Heard{{}});
  EXPECT_EQ(set({"port", "6379", "bind", "127.0.0.1"}), "OK");
  EXPECT_EQ(std::exchange(heard, {}), Heard{{"bind"}});
  EXPECT_EQ(set({"timeout", "4"}), "OK");
  EXPECT_EQ(heard, Heard{});
  refuse = true;
  EXPECT_EQ(set({"timeout", "5", "PORT", "6379"}), failed("PORT", "unreadable"));
  EXPECT_EQ(settings.timeout.get(), 4);
}

TEST_F(OptionsTest, HooksBeforeTheRefusingOneAreToldAgain) {
  std::vector<int64_t> told;
  options.on_change({"timeout"}, [&](const auto&, std::string&) {
    told.push_back(settings.timeout.get());
    return true;
  });
  options.on_change({"maxclients"}, [&](const auto&, std::string& error) {
    error = "no";
    return false;
  });
  EXPECT_EQ(set({"timeout", "5", "maxclients", "20"}), failed("maxclients", "no"));
  EXPECT_EQ(told, (std::vector<int64_t>{5, 0}));
  EXPECT_EQ(settings.maxclients.get(), 10000);
}

struct Plugin {
  std::string told;
  int calls = 0;
};
keel_status note(void* self, keel_str v, keel_error* e) KEEL_NX {
  auto& plugin = *static_cast<Plugin*>(self);
  ++plugin.calls;
  if (std::string_view(v.ptr, v.len) == "666") return keel_fail(e, KEEL_E_ARG, "not that one");
  plugin.told.assign(v.ptr, v.len);
  return KEEL_OK;
}
constexpr keel_option number(const char* name, const char* initial = "1") {
  return {name, initial, "a number", KEEL_OPTION_INTEGER, KEEL_OPTION_MUTABLE, 0, 1000, nullptr, note};
}

TEST_F(OptionsTest, PluginsDeclareAndMayRefuse) {
  Plugin plugin;
  std::string error;
  const keel_option rows[] = {number("x-one"), number("x-two", "2"), {}};
  ASSERT_TRUE(options.declare(rows, 3, sizeof rows[0], &plugin, "x", error)) << error;
  EXPECT_EQ(plugin.calls, 0);
  ASSERT_TRUE(options.apply_all(error));
  EXPECT_EQ(plugin.calls, 2);
  EXPECT_EQ(plugin.told, "2");
  EXPECT_EQ(options.names("x"), (std::vector<std::string_view>{"x-one", "x-two"}));
  EXPECT_EQ(set({"x-one", "5", "timeout", "1", "x-two", "666"}), failed("x-two", "not that one"));
  EXPECT_EQ(get({"x-*"}), (Pairs{{"x-one", "1"}, {"x-two", "2"}}));
  EXPECT_EQ(plugin.told, "1") << "told to go back";
  EXPECT_EQ(settings.timeout.get(), 0);
}

TEST_F(OptionsTest, RowsMayBeLongerThanThisServerKnows) {
  struct Longer {
    keel_option row;
    char more[40];
  };
  const Longer rows[2] = {{number("x-one", "3"), {}}, {number("x-two", "4"), {}}};
  Plugin plugin;
  std::string error;
  ASSERT_TRUE(options.declare(&rows[0].row, 2, sizeof rows[0], &plugin, "x", error)) << error;
  EXPECT_EQ(options.value("x-two"), "4");
  EXPECT_FALSE(options.declare(&rows[0].row, 1, 8, &plugin, "y", error));
}

TEST_F(OptionsTest, ANameIsDeclaredOnce) {
  std::string error;
  const keel_option clash[] = {number("x-new"), number("timeout")};
  EXPECT_FALSE(options.declare(clash, 2, sizeof clash[0], nullptr, "x", error));
  EXPECT_EQ(error, "the option 'timeout' of x is already declared by server");
  EXPECT_EQ(options.find("x-new"), nullptr) << "all or none";
  const keel_option twice[] = {number("x-new"), number("x-new")};
  EXPECT_FALSE(options.declare(twice, 2, sizeof twice[0], nullptr, "x", error));
  const keel_option bad = number("x-new", "5000");
  EXPECT_FALSE(options.declare(&bad, 1, sizeof bad, nullptr, "x", error));
  EXPECT_EQ(error, "the default of 'x-new' of x is not valid: argument must be between 0 and 1000 inclusive");
}

TEST_F(OptionsTest, APersistencePluginTakesOverItsDirectives) {
  EXPECT_EQ(set({"save", ""}), "OK");
  EXPECT_EQ(set({"appendonly", "no"}), "OK");
  EXPECT_EQ(set({"save", "100 1"}), failed("save", "no plugin is loaded that could save"));
  EXPECT_EQ(set({"appendonly", "maybe"}), failed("appendonly", "argument must be 'yes' or 'no'"));
  EXPECT_NE(set({"appendonly", "yes"}), "OK");
  Plugin plugin;
  std::string error;
  const keel_option row{"appendonly", "no", "log changes", KEEL_OPTION_BOOL, KEEL_OPTION_MUTABLE, 0, 0, nullptr, note};
  ASSERT_TRUE(options.declare(&row, 1, sizeof row, &plugin, "aof", error)) << error;
  EXPECT_EQ(set({"appendonly", "yes"}), "OK");
  EXPECT_EQ(plugin.told, "yes");
  EXPECT_EQ(options.find("appendonly")->owner, "aof");
  EXPECT_FALSE(options.declare(&row, 1, sizeof row, &plugin, "aof2", error));
}

TEST_F(OptionsTest, SecretsAreReadableButMarked) {
  EXPECT_EQ(set({"requirepass", "s3cret"}), "OK");
  EXPECT_EQ(get({"requirepass"}), (Pairs{{"requirepass", "s3cret"}}));
  EXPECT_TRUE(options.is_secret("RequirePass"));
  EXPECT_FALSE(options.is_secret("timeout"));
  EXPECT_TRUE(settings.has_requirepass.get());
  EXPECT_EQ(settings.requirepass.get(), "s3cret");
}

}  // namespace
}  // namespace keel::config
