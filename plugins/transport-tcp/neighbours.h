// plugins/transport-tcp/neighbours.h - listening sockets of this process on one port, of which one is bound to a
// wildcard and others to addresses. The kernel refuses that, and so would refuse the change from one to the other
// without a moment in which nobody listens. Here they come to share the port (SO_REUSEPORT) for as long as the new one
// is bound, so that no server that is started by mistake can join them.
#pragma once
#include <sys/socket.h>

namespace tcp {

// [any] This socket listens.
void remember_listening(int fd) noexcept;
// [any] bind() and listen(), where a socket of this process has the port and not this very address. False = errno says
// why.
bool listen_beside_own(int fd, const sockaddr_storage& at, socklen_t length, int backlog) noexcept;

}  // namespace tcp
