// keel.session/1: what transports call.
#include "host/net/loop_net.h"

namespace keel::net {
namespace {

Session& of(keel_session* s) noexcept {
  return Session::from(s);
}

constexpr keel_sessions kTable = {
    {sizeof(keel_sessions), 0},
    [](keel_loop* l, void* token, keel_conn* conn, const keel_peer* peer) noexcept -> keel_session* {
      return LoopNet::of(l)->open(*static_cast<const Listener*>(token), conn, *peer);
    },
    [](keel_session* s) noexcept -> keel_buf { return of(s).room(); },
    [](keel_session* s, size_t n) noexcept { of(s).received_in_room(n); },
    [](keel_session* s, keel_str bytes) noexcept { of(s).received(bytes); },
    [](keel_session* s) noexcept { of(s).ended(); },
    [](keel_session* s) noexcept { of(s).sent(); },
    [](keel_session* s, int32_t) noexcept { LoopNet::of(nullptr)->bury(of(s)); },
};

}  // namespace

const keel_sessions& LoopNet::table() noexcept {
  return kTable;
}

}  // namespace keel::net
