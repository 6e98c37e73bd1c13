// plugins/transport-tcp/address.h - "host:port", "[v6]:port", "*:port", as text and as socket addresses.
#pragma once
#include <sys/socket.h>

#include <string>
#include <string_view>

namespace tcp {

// False: error is a sentence. Names are resolved; the first address counts.
bool resolve(std::string_view text, bool passive, sockaddr_storage& out, socklen_t& len, std::string& error);
std::string to_text(const sockaddr_storage& a);
// Loopback.
bool is_local(const sockaddr_storage& a);

}  // namespace tcp
