#include <algorithm>
#include <filesystem>

#include "keel/testing/faults.hpp"
#include "keel/testing/laws.hpp"
#include "keel/testing/memory.hpp"

namespace keel::testing {
namespace {

struct Token {  // of one dial
  bool failed = false;
  int32_t reason = 0;
};

class Play {
 public:
  Play(Host& host, const keel_transport& table, void* listener) : host_(host), table_(table), listener_(listener) {
    stage() = Stage{};
    stage().transport = &table;
  }
  ~Play() { clear("at the end"); }
  Play(const Play&) = delete;
  Play& operator=(const Play&) = delete;

  Loops& loops() { return host_.loops(); }
  const std::string& address() { return address_ = text(table_.address(listener_)); }

  keel_status dial(Token& token, const std::string& to) {
    keel_status status = KEEL_OK;
    loops().on(loops().at(dials_++ % 2), [&] {
      keel_error error{};
      status = table_.dial(
          host_.self_of(&table_), loops().current(), {to.data(), to.size()}, &token,
          [](void* t, int32_t reason) noexcept {
            auto& tok = *static_cast<Token*>(t);
            if (tok.failed) fault("failed() twice");
            tok.failed = true;
            tok.reason = reason;
          },
          &error);
      if (status < 0 && error.len == 0) fault("dial() fails without a reason");
    });
    return status;
  }

  // A pair of connected sessions; both nullptr and a fault when that fails.
  std::pair<keel_session*, keel_session*> connect() {
    auto& token = *tokens_.emplace_back(std::make_unique<Token>());
    const size_t before = stage().sessions.size();
    if (dial(token, address()) < 0)
      return fault("cannot dial its own listener"), std::pair<keel_session*, keel_session*>{};
    loops().until([&] { return stage().sessions.size() >= before + 2 || token.failed; });
    keel_session *client = nullptr, *server = nullptr;
    for (size_t i = before; i < stage().sessions.size(); ++i) {
      keel_session* s = stage().sessions[i].get();
      if (s->opened_with == &token) client = s;
      if (s->opened_with == listener_) server = s;
    }
    if (client == nullptr || server == nullptr || token.failed) {
      fault("dial() does not give one connection at each end");
      return {};
    }
    return {client, server};
  }

  void on(keel_session* s, const std::function<void()>& work) { loops().on(s->loop, work); }
  void send(keel_session* s, const std::string& bytes) {
    on(s, [&] { s->send(bytes); });
  }
  void close(keel_session* s, uint32_t how) {
    on(s, [&] { s->close(how); });
  }
  void rx(keel_session* s, bool allow) {
    on(s, [&] { s->rx(allow); });
  }
  // The server that paused by itself goes on.
  bool until(const std::function<bool()>& done) {
    return loops().until([&] {
      for (const auto& s : stage().sessions)
        if (s->rx_off && !s->closed && !held(s.get())) rx(s.get(), true);
      return done();
    });
  }
  void hold(keel_session* s, bool h) {
    std::erase(held_, s);
    if (h) held_.push_back(s);
    rx(s, !h);
  }
  bool held(keel_session* s) const { return std::find(held_.begin(), held_.end(), s) != held_.end(); }

  // Closes what is open and sees that everything was closed exactly once.
  void clear(const char* when) {
    held_.clear();
    for (const auto& s : stage().sessions)
      if (!s->closed) close(s.get(), KEEL_CLOSE_NOW);
    if (!loops().until([] {
          return std::all_of(stage().sessions.begin(), stage().sessions.end(), [](const auto& s) { return s->closed; });
        }))
      fault(std::string{"closed() never comes "} + when);
    loops().settle();
    stage().sessions.clear();
  }

 private:
  static std::string text(keel_str s) { return {s.ptr, s.len}; }
  Host& host_;
  const keel_transport& table_;
  void* listener_;
  std::string address_;
  uint32_t dials_ = 0;
  std::vector<std::unique_ptr<Token>> tokens_;
  std::vector<keel_session*> held_;
};

void bytes_arrive(Play& play, Dice& dice, size_t size) {
  const Scene scene{"transfer of " + std::to_string(size) + " bytes"};
  const auto ends = play.connect();
  keel_session* const client = ends.first;
  keel_session* const server = ends.second;
  if (client == nullptr) return;
  const std::string up = dice.bytes(size), down = dice.bytes(size / 3 + 1);
  for (size_t at = 0; at < up.size(); at += 200000) play.send(client, up.substr(at, 200000));
  for (size_t at = 0; at < down.size(); at += 70000) play.send(server, down.substr(at, 70000));
  play.until([&] { return server->received.size() >= up.size() && client->received.size() >= down.size(); });
  if (server->received != up || client->received != down)
    fault("what arrives is not what was sent (" + std::to_string(server->received.size()) + " of " +
          std::to_string(up.size()) + " and " + std::to_string(client->received.size()) + " of " +
          std::to_string(down.size()) + " bytes)");
  play.clear("after a transfer");
}

// `unread`: bytes from the peer lie unread at the end that closes, as when a server says why and hangs up. A socket
// that is just closed then resets the connection, and the peer loses what it was told.
void close_flushes(Play& play, Dice& dice, size_t size, bool unread) {
  const Scene scene{"close(FLUSH) behind " + std::to_string(size) + " bytes" + (unread ? " with unread input" : "")};
  const auto ends = play.connect();
  keel_session* const client = ends.first;
  keel_session* const server = ends.second;
  if (client == nullptr) return;
  if (unread) {
    play.hold(client, true);
    play.send(server, dice.bytes(50000));
    play.loops().settle();
  }
  const std::string bytes = dice.bytes(size);
  play.hold(server, true);
  play.on(client, [&] {
    // One batch that the transport has accepted, and the end behind it.
    client->batch = {bytes};
    const keel_str iov{client->batch[0].data(), client->batch[0].size()};
    client->in_host_call = true;
    const keel_status status = client->transport->tx(client->conn, &iov, 1);
    client->in_host_call = false;
    client->sending = status == KEEL_PENDING;
    client->close(KEEL_CLOSE_FLUSH);
  });
  play.loops().settle();
  if (server->ended) fault("rx_end() before the bytes in front of it");
  play.hold(server, false);
  play.until([&] { return server->ended || server->closed; });
  if (server->received != bytes) fault("bytes that tx() had accepted are lost");
  if (!server->ended) fault("the peer does not read an orderly end");
  play.close(server, KEEL_CLOSE_FLUSH);
  play.until([&] { return client->closed && server->closed; });
  if (!client->closed || !server->closed) fault("closed() does not come when both have closed");
  if (client->reason != 0) fault("closed() gives a reason although all went well");
  play.clear("after a flush");
}

void close_now(Play& play, Dice& dice) {
  const Scene scene{"close(NOW) with bytes under way"};
  for (int i = 0; i < 6; ++i) {
    const auto ends = play.connect();
    keel_session* const client = ends.first;
    keel_session* const server = ends.second;
    if (client == nullptr) return;
    if (i % 2 == 0) play.hold(server, true);
    play.send(client, dice.bytes(500000));
    play.send(server, dice.bytes(300000));
    for (size_t turns = dice.below(6); turns > 0; --turns) play.loops().turn();
    play.close(i < 3 ? client : server, KEEL_CLOSE_NOW);
    if (i == 4) play.close(server, KEEL_CLOSE_NOW);  // twice is once
    if (!play.until([&] { return (i < 3 ? client : server)->closed; })) fault("closed() does not come");
    keel_session* other = i < 3 ? server : client;
    play.hold(server, false);
    if (!play.until([&] { return other->closed || other->ended; })) fault("the peer does not learn of it");
    play.clear("after close(NOW)");
  }
}

void close_twice(Play& play, Dice& dice) {
  const Scene scene{"close(FLUSH), then close(NOW)"};
  const auto ends = play.connect();
  keel_session* const client = ends.first;
  keel_session* const server = ends.second;
  if (client == nullptr) return;
  play.hold(server, true);
  play.send(client, dice.bytes(3000000));
  play.loops().turn();
  play.close(client, KEEL_CLOSE_FLUSH);
  play.loops().turn();
  play.close(client, KEEL_CLOSE_NOW);
  if (!play.until([&] { return client->closed; })) fault("closed() does not come");
  play.clear("after it");
}

void rx_waits(Play& play, Dice& dice) {
  const Scene scene{"rx(0)"};
  const auto ends = play.connect();
  keel_session* const client = ends.first;
  keel_session* const server = ends.second;
  if (client == nullptr) return;
  play.hold(server, true);
  play.loops().settle();
  const size_t before = server->received.size();
  const std::string bytes = dice.bytes(100000);
  play.send(client, bytes);
  play.loops().settle();
  if (server->received.size() > before + 65536) fault("much is received although it was told to wait");
  play.hold(server, false);
  play.until([&] { return server->received.size() >= bytes.size(); });
  if (server->received != bytes) fault("bytes are lost or mixed");
  play.clear("after it");
}

void refusals(Play& play) {
  const Scene scene{"a connection that the server refuses"};
  Token token;
  stage().admit = [&token](void* with) { return with == &token; };
  const size_t before = stage().refused;
  if (play.dial(token, play.address()) < 0) return fault("cannot dial its own listener");
  play.until([&] {
    const auto& all = stage().sessions;
    const bool ended = !all.empty() && (all.back()->ended || all.back()->closed);
    return stage().refused > before && (token.failed || ended);
  });
  if (stage().refused == before) fault("the server was never asked");
  if (!token.failed &&
      (stage().sessions.empty() || !(stage().sessions.back()->ended || stage().sessions.back()->closed)))
    fault("whoever dialled does not learn of it");
  stage().admit = nullptr;
  play.clear("after a refusal");
}

// Many connections, each doing anything at any time.
void crowd(Play& play, Dice& dice) {
  const Scene scene{"a crowd"};
  for (int i = 0; i < 24; ++i) play.connect();
  for (int i = 0; i < 1500; ++i) {
    keel_session* s = stage().sessions[dice.below(stage().sessions.size())].get();
    if (!s->closed) switch (dice.below(12)) {
        case 0:
          play.close(s, KEEL_CLOSE_NOW);
          break;
        case 1:
          play.close(s, KEEL_CLOSE_FLUSH);
          break;
        case 2:
          play.rx(s, false);
          break;
        case 3:
          play.rx(s, true);
          break;
        default:
          if (!s->sending && !s->broken) play.send(s, dice.bytes(1 + dice.below(3000)));
      }
    if (dice.one_in(3)) play.loops().turn();
    if (i % 100 == 0) play.connect();
  }
  play.clear("after a crowd");
}

size_t descriptors() {
  size_t n = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) ++n;
  return n;
}

}  // namespace

bool transport_laws(Host& host, const keel_transport& table, const std::string& address,
                    const std::vector<Setting>& given, std::string& why) {
  const Scene scene{std::string{"transport "} + table.name};
  if (table.dial == nullptr) {
    why = "it offers no dial()";
    return false;
  }
  const std::vector<Setting> settings = with_defaults(table.listener_options, given);
  const std::vector<keel_pair> rows = pairs(settings);
  const auto n = static_cast<uint32_t>(rows.size());
  void* self = host.self_of(&table);
  void* listener = nullptr;
  keel_error error{};
  const auto reason = [&error] { return std::string{error.text, std::min<size_t>(error.len, sizeof error.text)}; };
  const size_t blocks_before = blocks(), descriptors_before = descriptors();
  if (table.listen(self, {address.data(), address.size()}, rows.data(), n, nullptr, &error) != KEEL_OK ||
      table.listen(self, {address.data(), address.size()}, rows.data(), n, &listener, &error) != KEEL_OK) {
    why = "it does not listen on " + address + ": " + reason();
    return false;
  }
  keel_loop* loop = host.loops().at(0);
  host.loops().on(loop, [&] {
    if (table.serve(listener, loop, listener) != KEEL_OK) fault("serve() fails");
  });
  std::string bound;
  {
    Play play{host, table, listener};
    bound = play.address();
    if (bound.empty()) fault("address() is empty");
    Dice dice{3};
    for (const bool with_room : {false, true}) {
      stage().with_room = with_room;
      for (const size_t size : {size_t{1}, size_t{100}, size_t{70000}, size_t{5000000}}) bytes_arrive(play, dice, size);
      close_flushes(play, dice, 900000, false);
      close_flushes(play, dice, 100, false);
      close_flushes(play, dice, 100, true);
      close_now(play, dice);
      close_twice(play, dice);
      rx_waits(play, dice);
    }
    refusals(play);
    crowd(play, dice);
  }
  host.loops().on(loop, [&] { table.shut(listener); });
  host.loops().settle();
  {
    Play play{host, table, nullptr};
    Token token;
    const keel_status status = play.dial(token, bound);
    play.loops().until([&] { return status < 0 || token.failed; });
    if (status >= 0 && !token.failed) fault("dial() to nobody neither fails nor calls failed()");
    if (status < 0 && token.failed) fault("dial() fails twice: by its status and by failed()");
    if (!stage().sessions.empty()) fault("dial() to nobody opens a connection");
  }
  if (blocks() != blocks_before) fault("memory of the server is left behind");
  if (descriptors() > descriptors_before) fault("descriptors are left open");
  return true;
}

}  // namespace keel::testing
