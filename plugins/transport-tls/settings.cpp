#include "settings.h"

#include <array>
#include <iterator>

#include "keel/cpp/text.hpp"

namespace keel::tls {
namespace {

constexpr const char* kAuthClients[] = {"yes", "no", "optional", nullptr};
constexpr uint32_t kMutable = KEEL_OPTION_MUTABLE, kSecret = KEEL_OPTION_MUTABLE | KEEL_OPTION_SECRET;

constexpr keel_option text(const char* name, const char* doc, const char* initial = "", uint32_t flags = kMutable) {
  return {name, initial, doc, KEEL_OPTION_STRING, flags, 0, 0, nullptr, nullptr};
}
constexpr keel_option yes_no(const char* name, const char* initial, const char* doc) {
  return {name, initial, doc, KEEL_OPTION_BOOL, kMutable, 0, 0, nullptr, nullptr};
}
constexpr keel_option number(const char* name, const char* initial, int64_t min, int64_t max, const char* doc) {
  return {name, initial, doc, KEEL_OPTION_INTEGER, kMutable, min, max, nullptr, nullptr};
}

// With the prefix: a listener's row is the same from behind it.
constexpr size_t kPrefix = 4;
constexpr keel_option kShared[] = {
    text("tls-cert-file", "certificate of the server, PEM, followed by those between it and the authority's"),
    text("tls-key-file", "its private key, PEM"),
    text("tls-key-file-pass", "passphrase of that key", "", kSecret),
    text("tls-client-cert-file", "certificate for outgoing links; empty = tls-cert-file"),
    text("tls-client-key-file", "its private key"),
    text("tls-client-key-file-pass", "passphrase of that key", "", kSecret),
    text("tls-ca-cert-file", "certificates of the authorities that peers are checked against, PEM"),
    text("tls-ca-cert-dir", "directory of such certificates, as openssl rehash prepares it"),
    text("tls-crl-file", "certificates that are revoked, PEM; empty = none is"),
    text("tls-dh-params-file", "parameters of Diffie-Hellman, PEM; empty = chosen by the strength of the key"),
    {"tls-auth-clients", "yes", "whether clients must have a certificate: yes, no, or optional", KEEL_OPTION_ENUM,
     kMutable, 0, 0, kAuthClients, nullptr},
    text("tls-protocols", "versions: of TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; empty = TLSv1.2 TLSv1.3"),
    text("tls-ciphers", "ciphers up to TLS 1.2, as openssl ciphers takes them; empty = OpenSSL's"),
    text("tls-ciphersuites", "cipher suites of TLS 1.3; empty = OpenSSL's"),
    text("tls-groups", "groups for the exchange of keys, as X25519:P-256; empty = OpenSSL's"),
    yes_no("tls-prefer-server-ciphers", "no", "the server's order of ciphers counts, not the client's"),
    yes_no("tls-session-caching", "yes", "clients may resume their sessions"),
    number("tls-session-cache-size", "20480", 0, INT32_MAX, "sessions that are kept; 0 = any number"),
    number("tls-session-cache-timeout", "300", 0, 7 * 86400, "seconds for which a session can be resumed"),
    yes_no("tls-recheck-on-reload", "no",
           "clients whose certificate is trusted no longer are closed when files change"),
};
constexpr size_t kSharedRows = std::size(kShared);

constexpr keel_option kServerOnly[] = {
    number("tls-port", "0", 0, 65535, "port for TLS on every address of bind; 0 = none"),
    number("tls-max-handshakes", "1000", 1, 1'000'000, "handshakes under way at a time; others wait"),
    number("tls-handshake-timeout", "10", 0, 3600, "seconds that a handshake may take; 0 = any time"),
    yes_no("tls-replication", "no", "links to and from replicas use TLS"),
    yes_no("tls-cluster", "no", "links between the nodes of a cluster use TLS"),
};

constexpr auto kListenerRows = [] {
  std::array<keel_option, kSharedRows + 1> rows{};
  for (size_t i = 0; i < kSharedRows; ++i) {
    rows[i] = kShared[i];
    rows[i].name += kPrefix;
    rows[i].flags &= ~uint32_t{KEEL_OPTION_MUTABLE};
  }
  return rows;
}();
constexpr auto kServerRows = [] {
  std::array<keel_option, kSharedRows + std::size(kServerOnly)> rows{};
  size_t n = 0;
  for (const keel_option& row : kShared) rows[n++] = row;
  for (const keel_option& row : kServerOnly) rows[n++] = row;
  return rows;
}();

struct TextMember {
  Str name;
  std::string Settings::*member;
};
constexpr TextMember kTexts[] = {
    {"cert-file", &Settings::cert_file},
    {"key-file", &Settings::key_file},
    {"key-file-pass", &Settings::key_file_pass},
    {"client-cert-file", &Settings::client_cert_file},
    {"client-key-file", &Settings::client_key_file},
    {"client-key-file-pass", &Settings::client_key_file_pass},
    {"ca-cert-file", &Settings::ca_cert_file},
    {"ca-cert-dir", &Settings::ca_cert_dir},
    {"crl-file", &Settings::crl_file},
    {"dh-params-file", &Settings::dh_params_file},
    {"protocols", &Settings::protocols},
    {"ciphers", &Settings::ciphers},
    {"ciphersuites", &Settings::ciphersuites},
    {"groups", &Settings::groups},
    {"address", &Settings::address},
};
struct SwitchMember {
  Str name;
  bool Settings::*member;
};
constexpr SwitchMember kSwitches[] = {
    {"prefer-server-ciphers", &Settings::prefer_server_ciphers},
    {"session-caching", &Settings::session_caching},
    {"recheck-on-reload", &Settings::recheck_on_reload},
};

}  // namespace

Settings settings_of(const keel_pair* pairs, uint32_t n) {
  Settings s;
  for (uint32_t i = 0; i < n; ++i) {
    const Str name = view(pairs[i].name), value = view(pairs[i].value);
    for (const TextMember& t : kTexts)
      if (t.name == name) s.*t.member = value;
    for (const SwitchMember& t : kSwitches)
      if (t.name == name) s.*t.member = value == "yes";
    if (name == "auth-clients")
      s.auth_clients = value == "no"         ? AuthClients::kNo
                       : value == "optional" ? AuthClients::kOptional
                                             : AuthClients::kYes;
    if (name == "session-cache-size") s.session_cache_size = parse_integer(value).value_or(s.session_cache_size);
    if (name == "session-cache-timeout")
      s.session_cache_timeout = parse_integer(value).value_or(s.session_cache_timeout);
  }
  return s;
}

const keel_option* listener_rows() noexcept {
  return kListenerRows.data();
}
const keel_option* server_rows() noexcept {
  return kServerRows.data();
}
uint32_t server_row_count() noexcept {
  return kServerRows.size();
}

}  // namespace keel::tls
