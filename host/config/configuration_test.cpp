#include "host/config/configuration.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "host/config/overlay.h"

namespace keel::config {
namespace {

constexpr keel_option kTlsRows[] = {
    {"tls-protocols", "TLSv1.2 TLSv1.3", "d", KEEL_OPTION_LIST, KEEL_OPTION_MUTABLE, 0, 0, nullptr, nullptr},
    {"tls-key-file-pass", "", "d", KEEL_OPTION_STRING, KEEL_OPTION_SECRET, 0, 0, nullptr, nullptr},
    {"tls-port", "0", "d", KEEL_OPTION_INTEGER, KEEL_OPTION_MUTABLE, 0, 65535, nullptr, nullptr},
    {"tls-cert-file", "", "d", KEEL_OPTION_STRING, KEEL_OPTION_MUTABLE, 0, 0, nullptr, nullptr}};

class ConfigurationTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/keel-config-XXXXXX";
    directory = ::mkdtemp(name);
    file = directory + "/keel.yaml";
  }
  void TearDown() override { std::filesystem::remove_all(directory); }

  void write(const std::string& text) { std::ofstream(file) << text; }
  std::string overlay() {
    std::ifstream in(file + ".overlay.yaml");
    std::stringstream text;
    text << in.rdbuf();
    return in ? text.str() : "(none)";
  }
  // A new server with the file and these words; the problems it has, one a line, without the directory.
  std::string start(std::vector<std::string> words, bool with_file = true, bool with_tls = true) {
    settings = std::make_unique<base::Settings>();
    configuration = std::make_unique<Configuration>(*settings);
    if (with_file) words.insert(words.begin(), file);
    const std::vector<std::string_view> arguments(words.begin(), words.end());
    static constexpr std::string_view kDefaults[] = {"transport-tcp", "string"};
    Problems problems;
    std::string error;
    if (configuration->read(arguments, kDefaults, problems)) {
      if (with_tls && !configuration->options().declare(kTlsRows, std::size(kTlsRows), sizeof kTlsRows[0], nullptr,
                                                        "transport-tls", error))
        problems.push_back(error);
      const auto owner_of = [](std::string_view directive) -> std::string {
        return directive.starts_with("acme-") ? "acme" : "";
      };
      if (configuration->resolve(problems, owner_of) && !configuration->apply(error)) problems.push_back(error);
    }
    std::string text;
    for (std::string& problem : problems) {
      for (size_t at; (at = problem.find(directory + "/")) != std::string::npos;)
        problem.erase(at, directory.size() + 1);
      text += problem + "\n";
    }
    return text;
  }
  std::string value(std::string_view name) { return configuration->options().value(name); }
  std::string set(std::vector<std::string_view> arguments) {
    std::string reply;
    return configuration->options().set(arguments, true, reply) ? "OK" : reply;
  }
  std::string rewrite() {
    std::string reply;
    return configuration->rewrite(reply) ? "OK" : reply;
  }
  // "tcp 127.0.0.1:6379" and so on; '?' = optional.
  std::vector<std::string> listeners() {
    std::vector<std::string> out;
    for (const Listener& l : configuration->listeners()) {
      out.push_back(l.scheme + (l.optional ? "? " : " ") + l.address);
      for (const Setting& s : l.settings) out.back() += " " + s.name + "=" + s.value.text;
    }
    return out;
  }

  std::string directory, file;
  std::unique_ptr<base::Settings> settings;
  std::unique_ptr<Configuration> configuration;
};
using Strings = std::vector<std::string>;

TEST_F(ConfigurationTest, NoFileIsTheDefaults) {
  EXPECT_EQ(start({}, false), "");
  EXPECT_EQ(configuration->file(), "");
  EXPECT_EQ(listeners(), (Strings{"tcp 0.0.0.0:6379", "tcp? [::]:6379"}));
  ASSERT_EQ(configuration->plugins().size(), 2u);
  EXPECT_EQ(configuration->plugins()[0].name, "transport-tcp");
  EXPECT_EQ(rewrite(), "ERR The server is running without a config file");
}

TEST_F(ConfigurationTest, PrecedenceGrowsTowardsTheCommandLine) {
  write("server: {timeout: 1, hz: 20, maxclients: 5}\n");
  std::ofstream(file + ".overlay.yaml") << "server: {hz: \"30\", maxclients: \"6\"}\n";
  EXPECT_EQ(start({"--maxclients", "7"}), "");
  EXPECT_EQ(value("databases"), "16");
  EXPECT_EQ(value("timeout"), "1");
  EXPECT_EQ(value("hz"), "30");
  EXPECT_EQ(value("maxclients"), "7");
  EXPECT_EQ(settings->maxclients.get(), 7);
  EXPECT_EQ(configuration->file(), file);
}

TEST_F(ConfigurationTest, CommandLineAsRedisUsersTypeIt) {
  write("plugins: [string]\nplugin-path: [/opt/a]\n");
  EXPECT_EQ(start({"--port",
                   "7000",
                   "--unixsocket",
                   "/run/k.sock",
                   "--maxmemory",
                   "100mb",
                   "--bind",
                   "127.0.0.1",
                   "::1",
                   "-::1",
                   "--save",
                   "",
                   "--plugin",
                   "transport-tcp",
                   "--plugin",
                   "string",
                   "--plugin-path",
                   "/opt/b",
                   "--client-output-buffer-limit",
                   "normal",
                   "1",
                   "2",
                   "3",
                   "--client-output-buffer-limit",
                   "pubsub",
                   "4",
                   "5",
                   "6",
                   "--rename-command",
                   "FLUSHALL",
                   "",
                   "--rename-command",
                   "KEYS",
                   "k"}),
            "");
  EXPECT_EQ(listeners(), (Strings{"tcp 127.0.0.1:7000", "tcp [::1]:7000", "tcp? [::1]:7000", "unix /run/k.sock"}));
  EXPECT_EQ(settings->maxmemory.get(), 100u << 20);
  EXPECT_EQ(value("client-output-buffer-limit"), "normal 1 2 3 slave 268435456 67108864 60 pubsub 4 5 6");
  EXPECT_EQ(settings->rename_command.get().size(), 2u);
  ASSERT_EQ(configuration->plugins().size(), 2u);
  EXPECT_EQ(configuration->plugins()[0].name, "string");
  EXPECT_EQ(configuration->plugins()[0].line, 1);
  EXPECT_EQ(configuration->plugin_path(), (Strings{"/opt/b", "/opt/a"}));
  EXPECT_EQ(start({"--bind", "127.0.0.1 -::1", "--save"}), "") << "as one word, and as none";
  EXPECT_EQ(value("bind"), "127.0.0.1 -::1");
}

TEST_F(ConfigurationTest, CommandLineMistakes) {
  write("");
  EXPECT_EQ(start({"--maxmemroy", "1"}), "--maxmemroy: unknown directive; did you mean 'maxmemory'?\n");
  EXPECT_EQ(start({"--plugins", "x"}), "--plugins: unknown directive; did you mean 'plugin'?\n");
  EXPECT_EQ(start({"--timeout", "1", "2"}), "--timeout: wrong number of arguments\n");
  EXPECT_EQ(start({"--timeout"}), "--timeout: wrong number of arguments\n");
  EXPECT_EQ(start({"--port", "abc", "--hz", "x"}),
            "--port: argument couldn't be parsed into an integer\n--hz: argument couldn't be parsed into an integer\n");
  EXPECT_EQ(start({"--config", "other.yaml"}), "two configuration files are given: keel.yaml and other.yaml\n");
  EXPECT_EQ(start({"--plugin"}), "--plugin lacks its value\n");
  EXPECT_EQ(start({"--"}), "'--' lacks the name of a directive\n");
  EXPECT_EQ(start({"a", "b"}, false), "unexpected word 'b': directives are written --name value\n");
  EXPECT_EQ(start({"nothing.yaml"}, false),
            "cannot read the configuration file nothing.yaml: No such file or directory\n");
}

TEST_F(ConfigurationTest, FileMistakesNameTheLineAndTheNearest) {
  write(
      "plugins: [transport-tcp]\nserver:\n  maxmemroy: 1\n  timeout: -1\n  hz: [1]\n  tls-protocols: x\nsevrer: {a: "
      "b}\ntransport-tls: {}\n");
  EXPECT_EQ(start({}),
            "keel.yaml:3: 'server' has no option 'maxmemroy'; did you mean 'maxmemory'?\n"
            "keel.yaml:4: 'timeout': argument must be between 0 and 2147483647 inclusive\n"
            "keel.yaml:5: 'hz' must be a text, not a list\n"
            "keel.yaml:6: the option 'tls-protocols' belongs under 'transport-tls:'\n"
            "keel.yaml:7: 'sevrer' is neither a key of this file nor one of its plugins; did you mean 'server'?\n"
            "keel.yaml:8: 'transport-tls' is neither a key of this file nor one of its plugins; did you mean "
            "'transport-tcp'?\n");
  write("server:\n  acme-size: 1\nacme:\n  acme-size: 1\n");
  EXPECT_EQ(
      start({}),
      "keel.yaml:2: 'server' has no option 'acme-size'; it is one of the plugin 'acme': add that to plugins, or "
      "say --plugin acme\n"
      "keel.yaml:3: 'acme' is neither a key of this file nor one of its plugins; that plugin is installed: add it "
      "to plugins, or say --plugin acme\n");
  write("plugins: [transport-tls]\ntransport-tls:\n  tls-protocol: a\n");
  EXPECT_EQ(start({}), "keel.yaml:3: 'transport-tls' has no option 'tls-protocol'; did you mean 'tls-protocols'?\n");
}

TEST_F(ConfigurationTest, PortAndBindAreViewsOnTheListeners) {
  write(R"(listeners:
  - tcp: 127.0.0.1:6380
    backlog: 7
  - unix: /run/a.sock
    mode: "0750"
  - tcp: "[::1]:6380"
  - tcp: 10.0.0.1:7000
  - tls: 0.0.0.0:6381
)");
  const Strings as_written = {"tcp 127.0.0.1:6380 backlog=7", "unix /run/a.sock mode=750", "tcp [::1]:6380",
                              "tcp 10.0.0.1:7000", "tls 0.0.0.0:6381"};
  ASSERT_EQ(start({}), "");
  EXPECT_EQ(listeners(), as_written);
  EXPECT_EQ(value("port"), "6380");
  EXPECT_EQ(value("bind"), "127.0.0.1 ::1");
  EXPECT_EQ(value("unixsocket"), "/run/a.sock");
  EXPECT_EQ(value("unixsocketperm"), "750");
  EXPECT_EQ(settings->port.get(), 6380);

  ASSERT_EQ(start({"--port", "7001"}), "");
  EXPECT_EQ(listeners(), (Strings{"tcp 127.0.0.1:7001 backlog=7", "tcp [::1]:7001 backlog=7",
                                  "unix /run/a.sock mode=750", "tcp 10.0.0.1:7000", "tls 0.0.0.0:6381"}));
  ASSERT_EQ(start({"--port", "0", "--unixsocket", ""}), "");
  EXPECT_EQ(listeners(), (Strings{"tcp 10.0.0.1:7000", "tls 0.0.0.0:6381"}));
  ASSERT_EQ(start({"--unixsocket", "/run/b.sock", "--unixsocketperm", "700"}), "");
  EXPECT_EQ(listeners()[1], "unix /run/b.sock mode=700");

  ASSERT_EQ(start({}), "");
  std::vector<Strings> wishes;
  configuration->options().on_change({"port", "bind"}, [&](const auto&, std::string&) {
    wishes.push_back(listeners());
    return true;
  });
  EXPECT_EQ(set({"port", "9000", "bind", "* -::*"}), "OK");
  ASSERT_EQ(wishes.size(), 1u);
  EXPECT_EQ(wishes[0][0], "tcp 0.0.0.0:9000 backlog=7");
  EXPECT_EQ(wishes[0][1], "tcp? [::]:9000 backlog=7");
  EXPECT_EQ(set({"port", "6380", "bind", "127.0.0.1 ::1"}), "OK");
  EXPECT_EQ(wishes[1], as_written);
}

TEST_F(ConfigurationTest, ListenersWithoutTcp) {
  write("listeners: [{unix: /run/a.sock}]\n");
  ASSERT_EQ(start({}), "");
  EXPECT_EQ(listeners(), (Strings{"unix /run/a.sock"}));
  EXPECT_EQ(value("port"), "0");
  ASSERT_EQ(start({"--port", "7000", "--bind", "127.0.0.1"}), "");
  EXPECT_EQ(listeners(), (Strings{"tcp 127.0.0.1:7000", "unix /run/a.sock"}));
  write("listeners: []\n");
  ASSERT_EQ(start({}), "");
  EXPECT_EQ(listeners(), Strings{});
}

TEST_F(ConfigurationTest, DirectivesInsteadOfListeners) {
  write("server: {port: 7000, bind: [127.0.0.1, \"-::1\"], unixsocket: /run/k.sock, unixsocketperm: 700}\n");
  ASSERT_EQ(start({}), "");
  EXPECT_EQ(listeners(), (Strings{"tcp 127.0.0.1:7000", "tcp? [::1]:7000", "unix /run/k.sock mode=700"}));
  ASSERT_EQ(start({"--port", "7001"}), "");
  EXPECT_EQ(listeners()[0], "tcp 127.0.0.1:7001");
  write("listeners:\n- tcp: 127.0.0.1:1\nserver: {port: 7000}\n");
  EXPECT_EQ(start({}), "keel.yaml:3: 'port' is said by the list of listeners; remove one of the two\n");
  write("listeners:\n- tcp: 127.0.0.1\n");
  EXPECT_EQ(start({}), "keel.yaml:2: '127.0.0.1' is not of the form host:port or [address]:port\n");
  write("listeners:\n- unix: /x\n  mode: \"0999\"\n");
  EXPECT_EQ(start({}), "keel.yaml:3: 'unixsocketperm': argument couldn't be parsed as an octal number\n");
}

TEST_F(ConfigurationTest, ListenerSettingsAreCheckedAgainstTheRows) {
  static constexpr keel_option kRows[] = {{"backlog", "100", "d", KEEL_OPTION_INTEGER, 0, 0, 1000, nullptr, nullptr},
                                          {"mode", "0", "d", KEEL_OPTION_OCTAL, 0, 0, 0777, nullptr, nullptr},
                                          {nullptr, nullptr, nullptr, 0, 0, 0, 0, nullptr, nullptr}};
  static constexpr keel_option kLayer[] = {
      {"key-pass", "", "d", KEEL_OPTION_STRING, KEEL_OPTION_SECRET, 0, 0, nullptr, nullptr},
      {nullptr, nullptr, nullptr, 0, 0, 0, 0, nullptr, nullptr}};
  ::setenv("KEEL_TEST_PASS", "open", 1);
  write(
      "listeners:\n- unix: /a\n  mode: \"0700\"\n- tls: /b\n  key-pass: {env: KEEL_TEST_PASS}\n  backlog: 5\n"
      "- tls: /c\n  bakclog: 5\n- tls: /d\n  backlog: x\n");
  ASSERT_EQ(start({}), "");
  const auto all = configuration->listeners();
  std::vector<std::pair<std::string, std::string>> out;
  std::string error;
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  ASSERT_TRUE(configuration->listener_settings(all[0], {kRows, nullptr}, out, error)) << error;
  EXPECT_EQ(out, (Pairs{{"backlog", "511"}, {"mode", "700"}})) << "tcp-backlog is the default of backlog";
  ASSERT_TRUE(configuration->listener_settings(all[1], {kRows, kLayer}, out, error)) << error;
  EXPECT_EQ(out, (Pairs{{"backlog", "5"}, {"mode", "0"}, {"key-pass", "open"}}));
  EXPECT_FALSE(configuration->listener_settings(all[2], {kRows, kLayer}, out, error));
  EXPECT_EQ(error, file + ":8: a listener of the kind 'tls' has no setting 'bakclog'; did you mean 'backlog'?");
  EXPECT_FALSE(configuration->listener_settings(all[3], {kRows, kLayer}, out, error));
  EXPECT_EQ(error, file + ":10: 'backlog': argument couldn't be parsed into an integer");
}

TEST_F(ConfigurationTest, RewriteGoesToTheOverlayAndComesBack) {
  const std::string text = "# mine\nplugins: [transport-tls]\nserver: {timeout: 5, hz: 20}\n";
  write(text);
  ASSERT_EQ(start({"--maxclients", "77"}), "");
  EXPECT_EQ(set({"timeout", "9", "requirepass", "p\"\\\n\x01 # '", "client-output-buffer-limit", "normal 1 2 3"}),
            "OK");
  EXPECT_EQ(set({"tls-protocols", "TLSv1.3"}), "OK");
  EXPECT_EQ(rewrite(), "OK");
  struct stat facts {};
  ASSERT_EQ(::stat((file + ".overlay.yaml").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777u, 0600u);
  EXPECT_EQ(overlay().find("maxclients"), std::string::npos) << "the command line is not persisted";
  std::ifstream in(file);
  std::stringstream now;
  now << in.rdbuf();
  EXPECT_EQ(now.str(), text);

  ASSERT_EQ(start({}), "");
  EXPECT_EQ(value("timeout"), "9");
  EXPECT_EQ(value("requirepass"), "p\"\\\n\x01 # '");
  EXPECT_EQ(value("client-output-buffer-limit"), "normal 1 2 3 slave 268435456 67108864 60 pubsub 33554432 8388608 60");
  EXPECT_EQ(value("tls-protocols"), "TLSv1.3");

  // Back to the file's value: it leaves; the rest stays.
  EXPECT_EQ(set({"timeout", "5"}), "OK");
  EXPECT_EQ(rewrite(), "OK");
  EXPECT_EQ(overlay().find("timeout"), std::string::npos);
  EXPECT_NE(overlay().find("requirepass"), std::string::npos);

  // The plugin is off: its section stays.
  ASSERT_EQ(start({}, true, false), "");
  EXPECT_EQ(set({"requirepass", "", "client-output-buffer-limit", "normal 0 0 0"}), "OK");
  EXPECT_EQ(rewrite(), "OK");
  EXPECT_NE(overlay().find("\"transport-tls\":\n  \"tls-protocols\": \"TLSv1.3\""), std::string::npos) << overlay();

  ASSERT_EQ(start({}), "");
  EXPECT_EQ(set({"tls-protocols", "TLSv1.2 TLSv1.3"}), "OK");
  EXPECT_EQ(rewrite(), "OK");
  EXPECT_EQ(overlay(), "(none)") << "nothing is left to hold";
  EXPECT_EQ(rewrite(), "OK");
}

TEST_F(ConfigurationTest, RewriteKeepsWhatTheCommandLineHides) {
  write("");
  std::ofstream(file + ".overlay.yaml") << "server: {timeout: \"9\"}\n";
  ASSERT_EQ(start({"--timeout", "3"}), "");
  EXPECT_EQ(rewrite(), "OK");
  EXPECT_NE(overlay().find("\"timeout\": \"9\""), std::string::npos);
  EXPECT_EQ(set({"timeout", "3"}), "OK") << "said again at run time: now it is meant to last";
  EXPECT_EQ(rewrite(), "OK");
  EXPECT_NE(overlay().find("\"timeout\": \"3\""), std::string::npos);
}

TEST_F(ConfigurationTest, ABrokenOverlayIsAProblem) {
  write("");
  std::ofstream(file + ".overlay.yaml") << "server: {timeout: abc}\n";
  EXPECT_EQ(start({}), "keel.yaml.overlay.yaml:1: 'timeout': argument couldn't be parsed into an integer\n");
  std::ofstream(file + ".overlay.yaml") << "server: {";
  EXPECT_TRUE(start({}).starts_with("keel.yaml.overlay.yaml:1: ")) << start({});
}

TEST_F(ConfigurationTest, ARewriteThatCannotBeWrittenSaysWhy) {
  write("");
  ASSERT_EQ(start({}), "");
  EXPECT_EQ(set({"timeout", "3"}), "OK");
  std::filesystem::create_directory(file + ".overlay.yaml");
  EXPECT_EQ(rewrite(), "ERR Rewriting config file: cannot rename it: Is a directory");
  size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory)) ++entries;
  EXPECT_EQ(entries, 2u) << "no temporary file is left";
}

TEST_F(ConfigurationTest, SecretsAreNotDescribed) {
  write("server: {requirepass: s3cret}\n");
  ASSERT_EQ(start({}), "");
  const std::string text = configuration->describe();
  EXPECT_EQ(text.find("s3cret"), std::string::npos);
  EXPECT_NE(text.find("requirepass (secret)\n"), std::string::npos);
  EXPECT_NE(text.find("tls-key-file-pass \n"), std::string::npos);
}

TEST_F(ConfigurationTest, TlsPortStandsBesidePort) {
  EXPECT_EQ(start({"--port", "7000", "--tls-port", "7001", "--bind", "127.0.0.1", "-::1"}, false), "");
  EXPECT_EQ(listeners(), (Strings{"tcp 127.0.0.1:7000", "tcp? [::1]:7000", "tls 127.0.0.1:7001", "tls? [::1]:7001"}));
  EXPECT_EQ(set({"port", "0"}), "OK");
  EXPECT_EQ(listeners(), (Strings{"tls 127.0.0.1:7001", "tls? [::1]:7001"}));
  EXPECT_EQ(set({"tls-port", "7002", "bind", "127.0.0.1"}), "OK");
  EXPECT_EQ(listeners(), (Strings{"tls 127.0.0.1:7002"}));
  EXPECT_EQ(set({"tls-port", "0", "port", "1"}), "OK");
  EXPECT_EQ(listeners(), (Strings{"tcp 127.0.0.1:1"}));
  EXPECT_EQ(set({"tls-port", "70000"}).substr(0, 28), "ERR CONFIG SET failed (possi");

  write("plugins: [transport-tls]\ntransport-tls: {tls-port: 7003}\nserver: {bind: 127.0.0.1, port: 0}\n");
  EXPECT_EQ(start({}), "");
  EXPECT_EQ(listeners(), (Strings{"tls 127.0.0.1:7003"}));
}

TEST_F(ConfigurationTest, TlsPortIsAViewOnTheListOfListeners) {
  write(
      "plugins: [transport-tls]\n"
      "listeners:\n  - tcp: 127.0.0.1:1\n  - tls: 0.0.0.0:2\n    cert-file: c\n  - tls: /run/x\n    over: unix\n");
  EXPECT_EQ(start({}), "");
  EXPECT_EQ(value("tls-port"), "2");
  EXPECT_EQ(value("bind"), "127.0.0.1");
  const Strings as_written{"tcp 127.0.0.1:1", "tls 0.0.0.0:2 cert-file=c", "tls /run/x"};
  EXPECT_EQ(listeners(), as_written);
  EXPECT_EQ(set({"tls-port", "3"}), "OK");
  EXPECT_EQ(listeners(), (Strings{"tcp 127.0.0.1:1", "tls 127.0.0.1:3 cert-file=c", "tls /run/x"}));
  EXPECT_EQ(set({"tls-port", "2"}), "OK");
  EXPECT_EQ(listeners(), as_written);

  write("listeners:\n  - tls: 127.0.0.1:2\n  - tls: 127.0.0.2:2\n");
  EXPECT_EQ(start({}), "");
  EXPECT_EQ(value("port") + " " + value("tls-port") + " " + value("bind"), "0 2 127.0.0.1 127.0.0.2");
  EXPECT_EQ(start({}, true, false), "") << "without the plugin there is no such directive";

  write("plugins: [transport-tls]\nlisteners:\n  - tls: 127.0.0.1:2\ntransport-tls: {tls-port: 2}\n");
  EXPECT_EQ(start({}), "keel.yaml:4: 'tls-port' is said by the list of listeners; remove one of the two\n");
}

TEST_F(ConfigurationTest, SettingsOfALayerDefaultToItsDirectives) {
  constexpr keel_option kTransport[] = {
      {"accepts-per-turn", "5", "d", KEEL_OPTION_INTEGER, 0, 1, 1000, nullptr, nullptr},
      {"port", "9", "d", KEEL_OPTION_INTEGER, 0, 0, 9, nullptr, nullptr},
      {}};
  constexpr keel_option kLayer[] = {{"cert-file", "none", "d", KEEL_OPTION_STRING, 0, 0, 0, nullptr, nullptr},
                                    {"protocols", "x", "d", KEEL_OPTION_LIST, 0, 0, 0, nullptr, nullptr},
                                    {"other", "row", "d", KEEL_OPTION_STRING, 0, 0, 0, nullptr, nullptr},
                                    {}};
  write("listeners:\n  - tls: 127.0.0.1:2\n  - tls: 127.0.0.1:3\n    cert-file: own\n");
  EXPECT_EQ(start({"--tls-cert-file", "shared"}), "");
  const auto values = [&](size_t i, const std::vector<const keel_option*>& tables) {
    std::vector<std::pair<std::string, std::string>> pairs;
    std::string error, text;
    EXPECT_TRUE(configuration->listener_settings(configuration->listeners()[i], tables, pairs, error)) << error;
    for (const auto& [name, v] : pairs) text.append(name).append("=").append(v).append(";");
    return text;
  };
  EXPECT_EQ(values(0, {kTransport, kLayer}),
            "accepts-per-turn=1;port=9;cert-file=shared;protocols=TLSv1.2 TLSv1.3;other=row;");
  EXPECT_EQ(values(1, {kTransport, kLayer}),
            "accepts-per-turn=1;port=9;cert-file=own;protocols=TLSv1.2 TLSv1.3;other=row;");
  EXPECT_EQ(set({"tls-cert-file", "new", "max-new-tls-connections-per-cycle", "7"}), "OK");
  EXPECT_EQ(values(0, {kTransport, kLayer}).substr(0, 43), "accepts-per-turn=7;port=9;cert-file=new;pro");
  config::Listener plain;
  plain.scheme = "tcp";
  std::vector<std::pair<std::string, std::string>> pairs;
  std::string error;
  ASSERT_TRUE(configuration->listener_settings(plain, {kTransport}, pairs, error)) << error;
  EXPECT_EQ(pairs[0].second, "10");
}

}  // namespace
}  // namespace keel::config
