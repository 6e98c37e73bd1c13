// ticket_keys.h - the keys under which sessions are given to clients as tickets (RFC 5077, RFC 8446 4.6.1).
//
// A key makes tickets for one lifetime of a session and is accepted for one more, then it is wiped out (sweep() sees to
// it on a listener that rests), so that stolen memory opens no older recording.  Contexts of the same trust share the
// keys; another trust begins with new ones, and no session outlives it.
#pragma once
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <mutex>

namespace keel::tls {

class TicketKeys {
 public:
  // The context's tickets are made with these keys, which must outlive it.
  void use(SSL_CTX* context);
  // Lifetime of a session from now on, in seconds. [any]
  void lifetime(int64_t seconds);
  // Wipes out what is accepted no longer. [any]
  void sweep();

 private:
  struct Key {
    ~Key();  // leaves nothing in memory
    Key() = default;
    Key(const Key&) = default;
    Key& operator=(const Key&) = default;

    std::array<uint8_t, 16> name{};
    std::array<uint8_t, 32> cipher{}, mac{};
    int64_t made_s = 0;  // monotonic; 0 = there is none
  };
  static int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                       int encrypt);
  // The key for a new ticket; false = no random numbers.
  bool current(Key& out);
  // The one of that name; `old` = its ticket shall be renewed.
  bool find(const unsigned char* name, Key& out, bool& old);

  std::mutex mutex_;  // handshakes are on all loops
  int64_t lifetime_s_ = 0;
  Key now_, before_;
};

}  // namespace keel::tls
