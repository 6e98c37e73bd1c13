#include "keel/testing/sessions.hpp"

#include <algorithm>

#include "keel/testing/loops.hpp"

namespace keel::testing {
namespace {

void alive(const keel_session* s, const char* what) {
  if (s->closed) fault(std::string{what} + "() after closed()");
  if (Loops::table().current() != s->loop) fault(std::string{what} + "() away from the connection's loop");
}

// A receive that is under way when rx(0) is called may still be delivered: one, not more.
void delivery(keel_session* s) {
  if (s->ended) fault("bytes after rx_end()");
  if (s->rx_off && s->late) fault("rx() although it was told to wait");
  s->late = s->late || s->rx_off;
}

keel_session* open(keel_loop* loop, void* listener, keel_conn* conn, const keel_peer* peer) noexcept {
  Stage& st = stage();
  if (Loops::table().current() != loop) fault("open() away from the loop that it names");
  if (conn == nullptr) fault("open() without a connection");
  if (peer == nullptr || peer->size < sizeof(uint64_t)) fault("open() without a peer that tells its size");
  if (st.admit && !st.admit(listener)) {
    ++st.refused;
    return nullptr;
  }
  auto& s = st.sessions.emplace_back(std::make_unique<keel_session>());
  s->transport = st.transport;
  s->conn = conn;
  s->loop = loop;
  s->opened_with = listener;
  return s.get();
}

keel_buf rx_room(keel_session* s) noexcept {
  alive(s, "rx_room");
  Stage& st = stage();
  if (!st.with_room || st.dice.one_in(4)) return {nullptr, 0};
  s->room.assign(1 + st.dice.below(5000), '\0');
  s->room_open = true;
  return {s->room.data(), s->room.size()};
}

void rx_done(keel_session* s, size_t n) noexcept {
  alive(s, "rx_done");
  if (!s->room_open || n > s->room.size()) return fault("rx_done() of more than there was room for");
  s->room_open = false;
  delivery(s);
  s->received.append(s->room, 0, n);
}

void rx(keel_session* s, keel_str bytes) noexcept {
  alive(s, "rx");
  delivery(s);
  s->received.append(bytes.ptr, bytes.len);
  if (stage().dice.one_in(64)) s->rx(false);  // a server that is busy, in the middle of things
}

void rx_end(keel_session* s) noexcept {
  alive(s, "rx_end");
  if (s->ended) fault("rx_end() twice");
  s->ended = true;
}

void tx_done(keel_session* s) noexcept {
  alive(s, "tx_done");
  if (!s->sending) return fault("tx_done() without a batch under way");
  if (s->in_host_call) fault("tx_done() inside a call by the host");
  s->sending = false;
  for (std::string& b : s->batch) std::fill(b.begin(), b.end(), '\xee');  // whoever still reads it sends this
  s->batch.clear();
  s->pump();
}

void closed(keel_session* s, int32_t reason) noexcept {
  if (s->closed) return fault("closed() twice");
  alive(s, "closed");
  if (s->in_host_call) fault("closed() inside a call by the host");
  if (reason > 0) fault("closed() with a positive reason");
  s->closed = true;
  s->reason = reason;
  for (std::string& b : s->batch) std::fill(b.begin(), b.end(), '\xee');
  s->batch.clear();
}

}  // namespace

const keel_sessions& sessions_table() {
  static const keel_sessions table{{sizeof(keel_sessions), 0}, open, rx_room, rx_done, rx, rx_end, tx_done, closed};
  return table;
}

Stage& stage() {
  static Stage stage;
  return stage;
}

}  // namespace keel::testing

void keel_session::send(const std::string& bytes) {
  queue.push_back(bytes);
  pump();
}

// One batch at a time, cut into pieces of all sizes, an empty one now and then.
void keel_session::pump() {
  keel::testing::Dice& dice = keel::testing::stage().dice;
  while (!sending && !closed && !broken && !queue.empty()) {
    std::string bytes = std::move(queue.front());
    queue.pop_front();
    for (size_t at = 0; at < bytes.size();) {
      const size_t n = dice.one_in(9) ? 0 : std::min(bytes.size() - at, 1 + dice.below(dice.one_in(2) ? 100 : 40000));
      batch.push_back(bytes.substr(at, n));
      at += n;
      if (batch.size() == 60 && at < bytes.size()) {  // the rest is a batch of its own
        queue.push_front(bytes.substr(at));
        break;
      }
    }
    std::vector<keel_str> iov;
    for (const std::string& b : batch) iov.push_back({b.data(), b.size()});
    in_host_call = true;
    const keel_status status = transport->tx(conn, iov.data(), static_cast<uint32_t>(iov.size()));
    in_host_call = false;
    sending = status == KEEL_PENDING;
    broken = status < 0;
    if (status > 0 && status != KEEL_PENDING) keel::testing::fault("tx() returns " + std::to_string(status));
    if (!sending) batch.clear();
  }
}

void keel_session::rx(bool on) {
  if (closed) return;
  if (on || !rx_off) late = false;
  rx_off = !on;
  const bool before = in_host_call;
  in_host_call = true;
  transport->rx(conn, on ? 1 : 0);
  in_host_call = before;
}

void keel_session::close(uint32_t how) {
  if (closed) return;
  in_host_call = true;
  transport->close(conn, how);
  in_host_call = false;
}
