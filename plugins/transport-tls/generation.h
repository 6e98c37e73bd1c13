// generation.h - what one set of files and settings comes to: OpenSSL's contexts for both directions, and the facts of
// the certificate.  Never changed once it is made; a reload makes another one, and connections keep theirs.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "material.h"
#include "openssl_handles.h"
#include "settings.h"
#include "ticket_keys.h"

namespace keel::tls {

struct CertificateFacts {
  std::string subject, issuer, serial, sha256;  // as openssl x509 prints them
  int64_t not_after_s = 0;                      // Unix time
  bool has_name = false;                        // a subjectAltName
};

struct Generation {
  SslContextHandle server, client;
  CertificateFacts certificate;
  int64_t ca_not_after_s = 0;             // of the authority that ends first; 0 = none is known
  std::array<uint8_t, 32> trust{};        // of all that decides which peers are trusted
  std::shared_ptr<TicketKeys> tickets{};  // after `server`: it goes before the context does
  uint64_t number = 0;
};

// Everything is checked that can be without a peer: keys fit certificates, lists of ciphers have members. The tickets
// of `before`, if it is of the same trust, stay good. nullptr: `error` is the sentence.
std::shared_ptr<Generation> make_generation(const Settings& s, const Material& m, const Generation* before,
                                            std::string& error);

// What an operator should know before serving with it; empty = nothing.
std::string doubts_about(const Settings& s, const Generation& g, int64_t now_s);

// Unix time of an ASN.1 time; 0 when it makes no sense.
int64_t unix_time(const ASN1_TIME* t);

}  // namespace keel::tls
