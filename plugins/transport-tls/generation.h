// generation.h - what one set of files and settings comes to: OpenSSL's contexts for both directions, and the facts of
// the certificate.  Never changed once it is made; a reload makes another one, and connections keep theirs.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "material.h"
#include "openssl_handles.h"
#include "sessions.h"
#include "settings.h"
#include "ticket_keys.h"

namespace keel::tls {

struct CertificateFacts {
  std::string subject, issuer, serial, sha256;  // as openssl x509 prints them
  int64_t not_before_s = 0, not_after_s = 0;    // Unix time
  bool has_name = false;                        // a subjectAltName
};

// What stops being good by itself.
struct Ending {
  std::string what;  // as in "the certificate in 'FILE'"
  std::string name;  // whose it is
  int64_t at_s = 0;  // Unix time; 0 = there is none
};

struct Generation {
  // How clients resume: by tickets that hold the session, or, when they show certificates, by sessions that are kept.
  // Before `server`, which uses one of them until it goes.
  std::shared_ptr<TicketKeys> tickets{};
  std::shared_ptr<Sessions> sessions{};
  SslContextHandle server, client;
  CertificateFacts certificate;
  Ending own{}, outgoing{};         // the certificates
  Ending authority{};               // that ends first of those in ca-cert-file
  Ending revocations{};             // the list that is due first; behind that moment no peer is trusted
  std::array<uint8_t, 32> trust{};  // of all that decides which peers are trusted
  uint64_t number = 0;              // of its listener, from 1
  uint64_t serial = 0;              // no other generation of the process has it

  std::array<const Ending*, 4> endings() const { return {&own, &outgoing, &authority, &revocations}; }
};

// Everything is checked that can be without a peer: keys fit certificates, lists of ciphers have members. The
// sessions of `before`, if it is of the same trust, stay good. nullptr: `error` is the sentence.
std::shared_ptr<Generation> make_generation(const Settings& s, const Material& m, const Generation* before,
                                            std::string& error);

// What an operator should know before serving with it; empty = nothing.
std::string doubts_about(const Settings& s, const Generation& g, int64_t now_s);

// Unix time of an ASN.1 time; 0 when it makes no sense.
int64_t unix_time(const ASN1_TIME* t);

}  // namespace keel::tls
