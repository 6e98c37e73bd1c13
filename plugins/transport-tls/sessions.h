// sessions.h - sessions that are kept here until clients come back: TLS 1.2 finds one by its session id, TLS 1.3 by a
// ticket that is nothing but an id (RFC 8446 4.6.1 calls it a database lookup key).
//
// For listeners whose clients show certificates. Inside a ticket the client's certificate would travel with the
// session, and OpenSSL 3.0 parses it at each resumption for longer than all the rest takes; here it stays parsed.
#pragma once
#include <openssl/ssl.h>

#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "openssl_handles.h"

namespace keel::tls {

class Sessions {
 public:
  // The context's sessions are kept here. It must not outlive this.
  void use(SSL_CTX* context);
  // So many are kept, the youngest; 0 = any number. [any]
  void most(size_t sessions);
  // Drops all. [any]
  void clear();
  // Drops those whose time is over. [worker]
  void sweep(int64_t now_s);

 private:
  struct Kept {
    std::string id;
    SessionHandle session;
  };
  using Order = std::list<Kept>;  // in order of their coming

  static int on_new(SSL* ssl, SSL_SESSION* session);
  static SSL_SESSION* on_find(SSL* ssl, const unsigned char* id, int length, int* copy);
  static void on_remove(SSL_CTX* context, SSL_SESSION* session);

  void add(SSL_SESSION* session);
  // With a use of it; nullptr = there is none, or its client's certificate has expired meanwhile.
  SSL_SESSION* find(const std::string& id);
  void remove(const std::string& id);
  // Into `gone`, to be freed without the lock.
  void drop_first(Order& gone);
  void keep_to_most(Order& gone);

  std::mutex mutex_;  // handshakes are on all loops
  size_t most_ = 0;
  Order order_;
  std::unordered_map<std::string, Order::iterator> by_id_;
};

}  // namespace keel::tls
