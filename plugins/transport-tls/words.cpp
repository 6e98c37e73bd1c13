#include "words.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace keel::tls {

std::string_view name_of(Failure f) noexcept {
  constexpr std::string_view kNames[kFailures] = {
      "expired",          "untrusted", "revoked",      "no_certificate", "no_common_version",
      "no_common_cipher", "not_tls",   "peer_refused", "peer_gone",      "other"};
  return kNames[static_cast<size_t>(f)];
}

std::string last_error() {
  const unsigned long code = ERR_get_error();
  const char* const text = ERR_reason_error_string(code);
  std::string out = text != nullptr ? text : code == 0 ? "no reason given" : "error " + std::to_string(code);
  ERR_clear_error();
  return out;
}

namespace {

Reason of_verification(long result) {
  const std::string words =
      std::string{"the peer's certificate does not hold: "} + X509_verify_cert_error_string(result);
  switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return {Failure::kExpired, words};
    case X509_V_ERR_CERT_REVOKED:
      return {Failure::kRevoked, words};
    default:
      return {Failure::kUntrusted, words};
  }
}

}  // namespace

Reason reason_of(SSL* ssl) {
  const unsigned long code = ERR_peek_error();
  if (ERR_GET_LIB(code) != ERR_LIB_SSL) return {Failure::kOther, last_error()};
  switch (const int reason = ERR_GET_REASON(code); reason) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      ERR_clear_error();
      return of_verification(SSL_get_verify_result(ssl));
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      ERR_clear_error();
      return {Failure::kNoCertificate, "the client sent no certificate, and tls-auth-clients wants one"};
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      ERR_clear_error();
      return {Failure::kNoCommonVersion, "the two have no version of TLS in common; see tls-protocols"};
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
      ERR_clear_error();
      return {Failure::kNoCommonCipher, "the two have no cipher in common; see tls-ciphers and tls-ciphersuites"};
    case SSL_R_WRONG_CURVE:
      ERR_clear_error();
      return {Failure::kNoCommonCipher, "the peer's certificate has a key of a group that tls-groups does not allow"};
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
      ERR_clear_error();
      return {Failure::kNotTls, "what the peer sends is not TLS"};
    default:
      // Alerts of the peer are numbered from here on, in OpenSSL's list of reasons.
      if (reason >= SSL_AD_REASON_OFFSET) {
        const std::string text = last_error();
        return {Failure::kPeerRefused, "the peer refuses: " + text};
      }
      return {Failure::kOther, last_error()};
  }
}

}  // namespace keel::tls
