#include "host/server/listeners.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "host/net/handshake_gate.h"
#include "keel/cpp/text.hpp"

namespace keel::server {
namespace {

using Lines = std::vector<std::string>;
Lines g_said;                      // by the fakes, in order
std::vector<std::string*> g_open;  // listeners of the fakes

void say(std::string line) {
  g_said.push_back(std::move(line));
}
std::string words_of(const keel_pair* settings, uint32_t n) {
  std::string out;
  for (uint32_t i = 0; i < n; ++i)
    out.append(" ").append(view(settings[i].name)).append("=").append(view(settings[i].value));
  return out;
}

// A transport without sockets: an address that begins with "bad" cannot be had.
constexpr keel_option kTransportRows[] = {
    {"keepalive", "300", "as the directive", KEEL_OPTION_INTEGER, 0, 0, 1000, nullptr, nullptr}, {}};
keel_transport transport(const char* name) {
  keel_transport t{};
  t.head.size = sizeof t;
  t.name = name;
  t.listener_options = kTransportRows;
  t.listen = [](void* self, keel_str address, const keel_pair*, uint32_t, void** out,
                keel_error* e) noexcept -> keel_status {
    if (view(address).starts_with("bad")) return keel_fail(e, KEEL_E_IO, "no such address");
    if (out == nullptr) return KEEL_OK;
    say("listen " + std::string{static_cast<const char*>(self)} + " " + std::string{view(address)});
    auto* l = new std::string{view(address)};
    g_open.push_back(l);
    *out = l;
    return KEEL_OK;
  };
  t.serve = [](void* l, keel_loop*, void*) noexcept -> keel_status {
    say("serve " + *static_cast<std::string*>(l));
    return KEEL_OK;
  };
  t.address = [](void* l) noexcept { return keel::str(*static_cast<std::string*>(l)); };
  t.shut = [](void* l) noexcept {
    say("shut " + *static_cast<std::string*>(l));
    std::erase(g_open, l);
    delete static_cast<std::string*>(l);
  };
  t.rx = [](keel_conn*, uint32_t) noexcept {};
  t.tx = [](keel_conn*, const keel_str*, uint32_t) noexcept -> keel_status { return KEEL_OK; };
  t.close = [](keel_conn*, uint32_t) noexcept {};
  t.reconfigure = [](void* l, const keel_pair* settings, uint32_t n, keel_error*) noexcept -> keel_status {
    say("reconfigure " + *static_cast<std::string*>(l) + words_of(settings, n));
    return KEEL_OK;
  };
  return t;
}

// A layer whose contexts say when they come and go.
constexpr keel_option kLayerRows[] = {{"key", "none", "anything", KEEL_OPTION_STRING, 0, 0, 0, nullptr, nullptr}, {}};
keel_layer layer() {
  keel_layer l{};
  l.head.size = sizeof l;
  l.name = "wrap";
  l.below = "one";
  l.listener_options = kLayerRows;
  l.configure = [](void*, const keel_pair* settings, uint32_t n, void** out, keel_error* e) noexcept -> keel_status {
    std::string key;
    for (uint32_t i = 0; i < n; ++i)
      if (view(settings[i].name) == "key") key = view(settings[i].value);
    if (key == "bad") return keel_fail(e, KEEL_E_ARG, "no such key");
    if (out == nullptr) return KEEL_OK;
    say("configure " + key);
    *out = new std::string{key};
    return KEEL_OK;
  };
  l.open = [](void*, uint32_t, keel_str, void**, keel_error*) noexcept -> keel_status { return KEEL_OK; };
  l.step = [](void*, keel_layer_io*) noexcept -> keel_status { return KEEL_OK; };
  l.close = [](void*) noexcept {};
  l.discard = [](void* context) noexcept {
    say("discard " + *static_cast<std::string*>(context));
    delete static_cast<std::string*>(context);
  };
  return l;
}

config::Listener wanted(std::string scheme, std::string address, std::string over = {}, std::string key = {}) {
  config::Listener l;
  l.scheme = std::move(scheme);
  l.address = std::move(address);
  l.over = std::move(over);
  if (!key.empty()) {
    config::Node node;
    node.kind = config::Node::Kind::kText;
    node.text = std::move(key);
    l.settings.push_back({"key", node, 1});
  }
  return l;
}

class ListenersTest : public testing::Test {
 protected:
  void TearDown() override {
    if (!ran) run();
    listeners.reset();  // the fakes' own memory: transports that were never shut on the loop
    for (std::string* l : g_open) delete l;
    g_open.clear();
  }
  void SetUp() override {
    g_said.clear();
    const keel_transport a = transport("one"), b = transport("two");
    const keel_layer l = layer();
    ASSERT_EQ(registry.extension(KEEL_TRANSPORT, &a, const_cast<char*>("one"), nullptr), "");
    ASSERT_EQ(registry.extension(KEEL_TRANSPORT, &b, const_cast<char*>("two"), nullptr), "");
    ASSERT_EQ(registry.extension(KEEL_LAYER, &l, nullptr, nullptr), "");
    registry.settle();
  }
  // Lets the loop do what was posted; what has been said. Once a test: a loop that was stopped does not run again.
  Lines run() {
    ran = true;
    loop.post([this] { loop.stop(); });
    loop.run();
    return std::exchange(g_said, {});
  }

  bool ran = false;
  base::Settings settings;
  config::Configuration configuration{settings};
  plugin::Registry registry;
  loop::Loop loop{0};
  const std::vector<loop::Loop*> loops{&loop};
  std::unique_ptr<Listeners> listeners = std::make_unique<Listeners>(registry, configuration);
};

TEST_F(ListenersTest, NewOnesAreServedByTheLoop) {
  EXPECT_EQ(listeners->open({wanted("one", "a"), wanted("two", "a")}, loops), "");
  EXPECT_EQ(run(), (Lines{"listen one a", "listen two a", "serve a", "serve a"}));
}

TEST_F(ListenersTest, ChangedLayersKeepTheSocket) {
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "", "k1"), wanted("one", "b")}, loops), "");
  EXPECT_EQ(std::exchange(g_said, {}), (Lines{"configure k1", "listen one a", "listen one b"}));
  const net::Listener* a = listeners->all()[0].get();
  const auto first = a->stack();
  EXPECT_EQ(first->scheme, "wrap");
  EXPECT_EQ(first->handshake_ms, 10'000);

  // Nothing is new: nothing but the settings is told.
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "", "k1"), wanted("one", "b")}, loops), "");
  EXPECT_EQ(std::exchange(g_said, {}),
            (Lines{"reconfigure a keepalive=300 key=k1 handshake-timeout=10 max-handshakes=1000",
                   "reconfigure b keepalive=300"}));
  EXPECT_EQ(a->stack(), first);

  // Another key: another context, and the old one lives as long as a connection has it.
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "", "k2"), wanted("one", "b")}, loops), "");
  EXPECT_EQ(std::exchange(g_said, {}),
            (Lines{"configure k2", "reconfigure a keepalive=300 key=k2 handshake-timeout=10 max-handshakes=1000",
                   "reconfigure b keepalive=300"}));
  EXPECT_NE(a->stack(), first);

  // The layer goes from one address and comes to the other.
  EXPECT_EQ(listeners->open({wanted("one", "a"), wanted("wrap", "b", "one")}, loops), "");
  EXPECT_EQ(std::exchange(g_said, {}),
            (Lines{"configure none", "discard k2", "reconfigure a keepalive=300",
                   "reconfigure b keepalive=300 key=none handshake-timeout=10 max-handshakes=1000"}));
  EXPECT_EQ(a->stack()->scheme, "one");
  EXPECT_EQ(a->stack()->layer, nullptr);
}

TEST_F(ListenersTest, AnotherTransportUnderTheLayerOpensAnew) {
  EXPECT_EQ(listeners->open({wanted("wrap", "a")}, loops), "");
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "two")}, loops), "");
  EXPECT_EQ(std::exchange(g_said, {}), (Lines{"configure none", "listen one a", "configure none", "listen two a"}));
  EXPECT_EQ(listeners->all().size(), 1u);
  EXPECT_EQ(run(), (Lines{"serve a", "shut a", "serve a", "discard none"}));
}

TEST_F(ListenersTest, AllOrNone) {
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "", "k1")}, loops), "");
  const auto before = listeners->all()[0]->stack();
  g_said.clear();
  EXPECT_EQ(
      listeners->open({wanted("wrap", "a", "", "k2"), wanted("wrap", "c", "", "k3"), wanted("one", "bad")}, loops),
      "listener one bad: no such address");
  EXPECT_EQ(listeners->all().size(), 1u);
  EXPECT_EQ(listeners->all()[0]->stack(), before);
  std::sort(g_said.begin(), g_said.end());
  EXPECT_EQ(std::exchange(g_said, {}),
            (Lines{"configure k2", "configure k3", "discard k2", "discard k3", "listen one c", "shut c"}));
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "", "bad")}, loops), "listener wrap a: no such key");
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "three")}, loops),
            "listener wrap a needs a plugin that provides transport:three or layer:three; install it (usually "
            "'transport-three') and add it to plugins");
  EXPECT_EQ(listeners->all()[0]->stack(), before);

  config::Listener optional = wanted("wrap", "bad", "", "k4");
  optional.optional = true;
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "", "k1"), optional}, loops), "");
  EXPECT_NE(std::find(g_said.begin(), g_said.end(), "discard k4"), g_said.end());
}

TEST_F(ListenersTest, AnEndThatHasNotComeIsTakenBack) {
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "", "k1"), wanted("one", "b")}, loops), "");
  EXPECT_EQ(listeners->open({wanted("one", "b")}, loops), "");
  g_said.clear();
  EXPECT_EQ(listeners->open({wanted("one", "bad"), wanted("one", "b")}, loops), "listener one bad: no such address");
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "", "k1"), wanted("one", "bad")}, loops),
            "listener one bad: no such address");
  EXPECT_EQ(listeners->all().size(), 1u);
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "", "k1")}, loops), "");
  EXPECT_EQ(listeners->all().size(), 1u);
  EXPECT_EQ(std::exchange(g_said, {}),
            (Lines{"reconfigure a keepalive=300 key=k1 handshake-timeout=10 max-handshakes=1000"}));
  const Lines said = run();
  EXPECT_EQ(std::count(said.begin(), said.end(), "shut a"), 0);
  EXPECT_EQ(std::count(said.begin(), said.end(), "shut b"), 1);
}

TEST_F(ListenersTest, TheLastConnectionDiscardsTheContext) {
  EXPECT_EQ(listeners->open({wanted("wrap", "a", "", "k1"), wanted("wrap", "b", "", "k2")}, loops), "");
  const net::Listener* a = listeners->all()[0].get();
  auto connection = a->stack();
  EXPECT_EQ(listeners->open({wanted("wrap", "b", "", "k2")}, loops), "");
  EXPECT_EQ(a->stack(), connection) << "what was accepted before is still opened";
  Lines said = run();
  EXPECT_EQ(a->stack(), nullptr) << "nothing can come now";
  EXPECT_NE(std::find(said.begin(), said.end(), "shut a"), said.end());
  EXPECT_EQ(std::count(said.begin(), said.end(), "discard k1"), 0);
  connection.reset();
  EXPECT_EQ(std::exchange(g_said, {}), Lines{"discard k1"});
  listeners->shut();
  EXPECT_EQ(std::exchange(g_said, {}), (Lines{"shut b", "discard k2"}));
}

TEST_F(ListenersTest, TheLayersOwnWordsAreTold) {
  Listeners::Details details{.layer_says = "?", .leaving = {}};
  EXPECT_NE(listeners->open({wanted("wrap", "a", "", "bad")}, loops, &details), "");
  EXPECT_EQ(details.layer_says, "no such key");
  EXPECT_NE(listeners->open({wanted("one", "bad")}, loops, &details), "");
  EXPECT_EQ(details.layer_says, "");
}

TEST_F(ListenersTest, ThoseThatLeaveSayWhenTheyAreShut) {
  listeners->on_left = [](const std::vector<net::Listener*>& left) {
    for (const net::Listener* l : left) g_said.push_back("left " + l->wanted_address);
  };
  Listeners::Details details;
  EXPECT_EQ(listeners->open({wanted("one", "a"), wanted("one", "b"), wanted("one", "c")}, loops, &details), "");
  EXPECT_EQ(details.leaving.size(), 0u);
  const net::Listener *const b = listeners->all()[1].get(), *const c = listeners->all()[2].get();
  EXPECT_EQ(listeners->open({wanted("one", "a")}, loops, &details), "");
  EXPECT_EQ(details.leaving, (std::vector<const net::Listener*>{b, c}));
  EXPECT_EQ(listeners->open({wanted("one", "a"), wanted("one", "c")}, loops, &details), "");
  EXPECT_EQ(details.leaving.size(), 0u);
  const Lines said = run();
  const auto at = [&said](const char* line) { return std::find(said.begin(), said.end(), line) - said.begin(); };
  EXPECT_LT(at("shut b"), at("left b"));
  EXPECT_EQ(std::count(said.begin(), said.end(), "left b"), 1);
  EXPECT_EQ(std::count(said.begin(), said.end(), "left c"), 1) << "whoever waits for one that stays goes on, too";
  EXPECT_EQ(std::count(said.begin(), said.end(), "shut c"), 0);
}

TEST_F(ListenersTest, OneAddressHasOneListener) {
  EXPECT_EQ(listeners->open({wanted("one", "a")}, loops), "");
  const auto before = listeners->all()[0]->stack();
  EXPECT_EQ(listeners->open({wanted("one", "a"), wanted("wrap", "a")}, loops),
            "listener wrap a: another listener has this address");
  EXPECT_EQ(listeners->all()[0]->stack(), before);
}

TEST_F(ListenersTest, MostHandshakesIsASettingOfEveryLayeredListener) {
  config::Listener l = wanted("wrap", "a");
  config::Node node;
  node.kind = config::Node::Kind::kText;
  node.text = "2";
  l.settings.push_back({"max-handshakes", node, 1});
  EXPECT_EQ(listeners->open({l, wanted("wrap", "b")}, loops), "");
  const auto stack = listeners->all()[0]->stack();
  EXPECT_EQ(listeners->all()[1]->stack()->handshakes.most, 1000);
  net::Handshakes& handshakes = stack->handshakes;
  EXPECT_TRUE(handshakes.begin());
  EXPECT_TRUE(handshakes.begin());
  EXPECT_FALSE(handshakes.begin());
  EXPECT_FALSE(handshakes.crowded());
  net::HandshakeGate gate{loop};
  handshakes.wait(gate);
  EXPECT_TRUE(handshakes.crowded());
  handshakes.end();
  EXPECT_FALSE(handshakes.crowded());
  handshakes.no_longer_waits(gate);
  EXPECT_TRUE(handshakes.begin());
  run();  // what has woken the gate
}

}  // namespace
}  // namespace keel::server
