// Two engines back to back, driven by a tape: who steps, with how much room and how many bytes; what is sent, spoilt,
// lost or put in between on the way. What arrives is always the beginning of what was sent, and all of it when nobody
// has touched the bytes.
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include "certificates_for_test.h"
#include "engine_pair_for_test.h"

namespace {

using namespace keel::tls;

// The contexts of both versions and both minds about clients, made once.
struct Contexts {
  Contexts() {
    const Authority authority{"authority"};
    const auto server = authority.issue("server"), client = authority.issue("client");
    Settings s;
    s.cert_file = files.write("server.crt", server.cert);
    s.key_file = files.write("server.key", server.key);
    s.client_cert_file = files.write("client.crt", client.cert);
    s.client_key_file = files.write("client.key", client.key);
    s.ca_cert_file = files.write("ca.crt", authority.cert());
    for (int i = 0; i < 4; ++i) {
      s.protocols = i % 2 == 0 ? "TLSv1.3" : "TLSv1.2";
      s.auth_clients = i < 2 ? AuthClients::kYes : AuthClients::kNo;
      std::string error;
      made[i] = Context::make(s, nullptr, error);
      if (!made[i]) std::abort();
    }
  }
  Directory files;
  std::shared_ptr<Context> made[4];
};

class Tape {
 public:
  Tape(const uint8_t* p, size_t n) : p_(p), end_(p + n) {}
  bool ended() const { return p_ == end_; }
  uint8_t byte() { return p_ == end_ ? 0 : *p_++; }
  // Small numbers often, big ones too.
  size_t size() {
    const uint8_t b = byte();
    return b < 128 ? b : size_t{b - 127u} * 199;
  }

 private:
  const uint8_t *p_, *end_;
};

void must(bool holds) {
  if (!holds) std::abort();
}

// What has come is the beginning of what was sent.
void compare(const std::string& received, const std::string& sent) {
  must(received.size() <= sent.size() && sent.compare(0, received.size(), received) == 0);
}

void step(End& e, size_t most_in, size_t app_room, size_t net_room) {
  const bool was_broken = e.state == KEEL_LAYER_BROKEN;
  const keel_status status = e.step(most_in, app_room, net_room);
  must((status == KEEL_E_DATA) == (e.state == KEEL_LAYER_BROKEN));
  must(!was_broken || e.state == KEEL_LAYER_BROKEN);
  must(status == KEEL_OK || status == KEEL_PENDING || status == KEEL_FULL || status == KEEL_E_DATA);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Contexts contexts;
  Tape tape{data, size};
  const auto& context = contexts.made[tape.byte() % 4];
  End ends[2] = {End{context, false, "localhost"}, End{context, true}};
  std::string said[2];
  bool touched = false;
  if (tape.byte() % 2 == 0) settle(ends[0], ends[1]);  // half of the time it begins behind the handshake
  while (!tape.ended()) {
    const uint8_t what = tape.byte();
    const size_t i = what & 1u;
    End &one = ends[i], &other = ends[1 - i];
    switch ((what >> 1) % 8) {
      case 0:
      case 1:
        step(one, tape.size(), tape.size(), 300 + tape.size());
        break;
      case 2: {
        const size_t n = std::min(one.to_peer.size(), tape.size());
        other.from_peer.append(one.to_peer, 0, n);
        one.to_peer.erase(0, n);
        break;
      }
      case 3: {
        if (one.finish) break;
        const std::string text(tape.size(), static_cast<char>(tape.byte()));
        one.to_send += text;
        said[i] += text;
        break;
      }
      case 4:
        if (one.to_peer.empty()) break;
        one.to_peer[tape.size() % one.to_peer.size()] ^= static_cast<char>(tape.byte());
        touched = true;
        break;
      case 5: {
        const size_t at = std::min(one.to_peer.size(), tape.size());
        for (uint8_t n = tape.byte() % 32; n > 0; --n) one.to_peer.insert(at, 1, static_cast<char>(tape.byte()));
        touched = true;
        break;
      }
      case 6:
        one.finish = true;
        break;
      case 7:
        one.ended = touched = true;
        break;
    }
    compare(ends[0].received, said[1]);
    compare(ends[1].received, said[0]);
  }
  settle(ends[0], ends[1]);
  compare(ends[0].received, said[1]);
  compare(ends[1].received, said[0]);
  if (!touched) {
    must(ends[0].state != KEEL_LAYER_BROKEN && ends[1].state != KEEL_LAYER_BROKEN);
    must(ends[0].received == said[1] && ends[1].received == said[0]);
  }
  return 0;
}
