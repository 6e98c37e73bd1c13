// words.h - what OpenSSL says, in words for an operator.
#pragma once
#include <openssl/ssl.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace keel::tls {

// Why a handshake failed, as INFO tls counts it.
enum class Failure : uint8_t {
  kExpired,
  kUntrusted,  // by an authority that is not known
  kRevoked,
  kNoCertificate,
  kNoCommonVersion,
  kNoCommonCipher,
  kNotTls,
  kPeerRefused,  // an alert of the peer
  kGone,         // the peer went away
  kOther
};
inline constexpr uint32_t kFailures = 10;
std::string_view name_of(Failure f) noexcept;  // "expired", for a field's name

struct Reason {
  Failure failure = Failure::kOther;
  std::string words;
};
// Why the last call on `ssl` failed; empties the thread's queue of errors.
Reason reason_of(SSL* ssl);
// The oldest error in the thread's queue, which is emptied: "bad decrypt".
std::string last_error();

}  // namespace keel::tls
