#include <algorithm>
#include <cstring>

#include "keel/testing/faults.hpp"
#include "keel/testing/laws.hpp"

namespace keel::testing {
namespace {

// One side: a layer with the bytes before and behind it.
struct Side {
  const keel_layer* table = nullptr;
  void* layer = nullptr;
  std::string net_in{}, app_in{}, app_out{}, net_out{};
  uint32_t state = 0;
  bool finish = false, broken = false, net_ended = false;
};

struct Pace {  // how bytes are cut
  size_t net, room;
  Dice* dice;
  size_t cut(size_t n, size_t most) const { return std::min(n, dice == nullptr ? most : 1 + dice->below(most)); }
};

// One step; false when nothing has moved.
bool step(Side& s, const Pace& pace) {
  const std::string net(s.net_in, 0, pace.cut(s.net_in.size(), pace.net));
  const std::string app(s.app_in, 0, pace.cut(s.app_in.size(), pace.net));
  std::string app_room(pace.cut(SIZE_MAX, pace.room), '\0'), net_room(pace.cut(SIZE_MAX, pace.room), '\0');
  keel_layer_io io{};
  io.net_in = {net.data(), net.size()};
  io.app_in = {app.data(), app.size()};
  io.app_out = {app_room.data(), app_room.size()};
  io.net_out = {net_room.data(), net_room.size()};
  io.finish = s.finish && app.size() == s.app_in.size() ? 1 : 0;
  io.net_ended = s.net_ended && net.size() == s.net_in.size() ? 1 : 0;
  const keel_status status = s.table->step(s.layer, &io);
  if (io.net_in_used > net.size() || io.app_in_used > app.size() || io.app_out_used > app_room.size() ||
      io.net_out_used > net_room.size()) {
    fault("step() counts more bytes than there were");
    return false;
  }
  if (io.state < KEEL_LAYER_HANDSHAKE || io.state > KEEL_LAYER_BROKEN) fault("step() leaves no known state");
  if (status != KEEL_OK && status != KEEL_PENDING && status != KEEL_FULL && status != KEEL_E_DATA)
    fault("step() returns status " + std::to_string(status));
  if (status == KEEL_E_DATA && io.state != KEEL_LAYER_BROKEN) fault("step() is broken, but its state is not");
  if (status == KEEL_OK &&
      (io.net_in_used < net.size() || (io.app_in_used < app.size() && io.state == KEEL_LAYER_OPEN)))
    fault("step() says OK, but has not used its input");
  if (status == KEEL_FULL && io.net_out_used == 0 && io.app_out_used == 0)
    fault("step() says FULL, but has put nothing into its room");
  s.state = io.state;
  s.broken |= status < 0;
  s.net_in.erase(0, io.net_in_used);
  s.app_in.erase(0, io.app_in_used);
  s.app_out.append(app_room, 0, io.app_out_used);
  s.net_out.append(net_room, 0, io.net_out_used);
  return io.net_in_used + io.app_in_used + io.app_out_used + io.net_out_used > 0;
}

// `a` is the server: as in the host, it is there when the first bytes of its peer have come.
class Pair {
 public:
  Pair(const keel_layer& table, void* context) {
    a.table = b.table = &table;
    if (!open(context, 0, b)) return;
    step(b, {65536, 65536, nullptr});
    if (b.net_out.empty() && b.state == KEEL_LAYER_HANDSHAKE)
      fault("the side that has connected does not speak first, so the other would never be opened");
    open(context, 1, a);
  }
  ~Pair() {
    if (a.layer != nullptr) a.table->close(a.layer);
    if (b.layer != nullptr) b.table->close(b.layer);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  bool usable() const { return a.layer != nullptr && b.layer != nullptr; }

  // Until nothing moves any more.
  void run(const Pace& pace) {
    for (int idle = 0; idle < 8;) {
      bool moved = !a.broken && step(a, pace);
      moved |= !b.broken && step(b, pace);
      moved |= !a.net_out.empty() || !b.net_out.empty();
      b.net_in += a.net_out;
      a.net_in += b.net_out;
      a.net_out.clear();
      b.net_out.clear();
      idle = moved ? 0 : idle + 1;
    }
  }
  Side a, b;

 private:
  static bool open(void* context, uint32_t server, Side& side) {
    keel_error error{};
    if (side.table->open(context, server, {"", 0}, &side.layer, &error) == KEEL_OK) return true;
    side.layer = nullptr;
    fault("open() fails: " + std::string{error.text, std::min<size_t>(error.len, sizeof error.text)});
    return false;
  }
};

void transfer(const keel_layer& table, void* context, size_t size, const Pace& pace, uint64_t seed) {
  Pair pair{table, context};
  if (!pair.usable()) return;
  Dice dice{seed};
  const std::string to_b = dice.bytes(size), to_a = dice.bytes(size / 2);
  pair.a.app_in = to_b;
  pair.b.app_in = to_a;
  pair.run(pace);
  if (pair.a.broken || pair.b.broken) return fault("breaks on its own bytes");
  if (pair.a.state != KEEL_LAYER_OPEN || pair.b.state != KEEL_LAYER_OPEN) fault("does not come to be open");
  if (pair.b.app_out != to_b || pair.a.app_out != to_a) return fault("what comes out is not what went in");
  pair.a.finish = true;
  pair.run(pace);
  if (pair.b.broken) fault("breaks when the peer says goodbye");
  pair.b.app_in = "last words";  // the other direction stays usable
  pair.run(pace);
  pair.b.finish = true;
  pair.run(pace);
  if (pair.a.broken || pair.b.broken) fault("breaks on the way to its end");
  if (pair.b.app_out != to_b) fault("says more after finish");
}

// Asks for the peer's name, once the handshake is over.
void name_is_told(Side& s) {
  if (s.table->query == nullptr || s.layer == nullptr) return;
  char name[1024];
  size_t len = 0;
  const keel_status status = s.table->query(s.layer, "identity", {name, sizeof name}, &len);
  if (status != KEEL_OK && status != KEEL_ABSENT && status != KEEL_FULL)
    fault("query(\"identity\") returns status " + std::to_string(status));
  if (status == KEEL_OK && (len > sizeof name || std::memchr(name, 0, len) != nullptr))
    fault("query(\"identity\") gives a name with a zero byte, or longer than its room");
  if (s.table->query(s.layer, "no such question", {name, sizeof name}, &len) != KEEL_ABSENT)
    fault("query() answers a question that it cannot know");
  if (status == KEEL_OK && len > 0 && s.table->query(s.layer, "identity", {name, len - 1}, &len) != KEEL_FULL)
    fault("query(\"identity\") puts a name into too small a room");
}

// The peer's bytes end: after its goodbye, without one, and in the middle of the handshake.
void ends(const keel_layer& table, void* context, bool goodbye, bool handshake_only) {
  const Scene scene{handshake_only ? "the end of the peer in the handshake"
                    : goodbye      ? "the end of the peer after its goodbye"
                                   : "the end of the peer without a goodbye"};
  Pair pair{table, context};
  if (!pair.usable()) return;
  const Pace pace{65536, 65536, nullptr};
  if (handshake_only) {
    pair.a.net_in = pair.b.net_out.substr(0, pair.b.net_out.size() / 2);
  } else {
    pair.b.app_in = "some words";
    pair.run(pace);
    name_is_told(pair.a);
    name_is_told(pair.b);
    pair.b.finish = goodbye;
    pair.run(pace);
    if (pair.a.app_out != "some words") return fault("what comes out is not what went in");
  }
  pair.a.net_ended = true;
  for (int i = 0; i < 8 && !pair.a.broken; ++i) step(pair.a, pace);
  if (!pair.a.broken && pair.a.state == KEEL_LAYER_OPEN) fault("does not say what it thinks of the end");
  if (goodbye && pair.a.state != KEEL_LAYER_EOF) fault("does not know an orderly end");
}

// Asks why the handshake has failed.
void reason_is_told(Side& s) {
  if (s.table->query == nullptr) return;
  char text[512];
  size_t len = 0;
  const keel_status status = s.table->query(s.layer, "reason", {text, sizeof text}, &len);
  if (status != KEEL_OK && status != KEEL_ABSENT && status != KEEL_FULL)
    fault("query(\"reason\") returns status " + std::to_string(status));
  if (status == KEEL_OK && len > sizeof text) fault("query(\"reason\") says more than there is room for");
}

void hostile(const keel_layer& table, void* context) {
  Dice dice{5};
  for (int i = 0; i < 300; ++i) {
    Pair pair{table, context};
    if (!pair.usable()) return;
    const Pace pace{4096, 4096, &dice};
    pair.a.app_in = pair.b.app_in = dice.bytes(200);
    if (dice.one_in(2)) pair.run(pace);
    pair.b.net_in += dice.bytes(1 + dice.below(300));
    pair.a.app_in += dice.bytes(100);
    pair.run(pace);  // broken or not: it must end, within its room
    for (int more = 0; more < 3; ++more) {
      step(pair.b, pace);  // and bear being asked again
    }
    if (pair.b.broken) reason_is_told(pair.b);
  }
}

}  // namespace

std::vector<Setting> with_defaults(const keel_option* rows, const std::vector<Setting>& given) {
  std::vector<Setting> out;
  for (const keel_option* row = rows; row != nullptr && row->name != nullptr; ++row) {
    Setting s{row->name, row->initial != nullptr ? row->initial : ""};
    for (const Setting& g : given)
      if (g.name == row->name) s.value = g.value;
    out.push_back(std::move(s));
  }
  return out;
}

std::vector<keel_pair> pairs(const std::vector<Setting>& settings) {
  std::vector<keel_pair> out;
  for (const Setting& s : settings) out.push_back({{s.name.data(), s.name.size()}, {s.value.data(), s.value.size()}});
  return out;
}

void layer_laws(Host& host, const keel_layer& table, const std::vector<Setting>& given) {
  const Scene scene{std::string{"layer "} + table.name};
  const std::vector<Setting> settings = with_defaults(table.listener_options, given);
  const std::vector<keel_pair> rows = pairs(settings);
  keel_error error{};
  void* self = host.self_of(&table);
  void* context = nullptr;
  const auto n = static_cast<uint32_t>(rows.size());
  if (table.configure(self, rows.data(), n, nullptr, &error) != KEEL_OK ||
      table.configure(self, rows.data(), n, &context, &error) != KEEL_OK)
    return fault("configure() fails: " + std::string{error.text, std::min<size_t>(error.len, sizeof error.text)});

  for (size_t cut = 1; cut <= 64; ++cut) {
    const Scene size{"cut into pieces of " + std::to_string(cut)};
    transfer(table, context, 700, {cut, 65536, nullptr}, cut);
    transfer(table, context, 700, {65536, cut, nullptr}, cut);
  }
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const Scene size{"cut at random"};
    Dice dice{seed};
    transfer(table, context, 60000, {1 + dice.below(20000), 1 + dice.below(20000), &dice}, seed);
  }
  ends(table, context, true, false);
  ends(table, context, false, false);
  ends(table, context, false, true);
  hostile(table, context);
  if (table.recheck != nullptr) {
    Pair pair{table, context};
    if (!pair.usable()) return;
    pair.run({65536, 65536, nullptr});
    if (table.recheck(pair.a.layer) < 0 || table.recheck(pair.b.layer) < 0)
      fault("recheck() closes a connection that has just been opened");
  }
  if (table.reload != nullptr && table.reload(context, &error) != KEEL_OK) fault("reload() fails");
  table.discard(context);
}

}  // namespace keel::testing
