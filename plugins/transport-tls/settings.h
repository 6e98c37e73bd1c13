// settings.h - the settings of a listener, which are the directives tls-* without their prefix.
#pragma once
#include <cstdint>
#include <string>

#include "keel/option.h"

namespace keel::tls {

enum class AuthClients : uint8_t { kNo, kOptional, kYes };

struct Settings {
  std::string cert_file, key_file, key_file_pass;
  std::string client_cert_file, client_key_file, client_key_file_pass;  // of outgoing links
  std::string ca_cert_file, ca_cert_dir, crl_file, dh_params_file;
  AuthClients auth_clients = AuthClients::kYes;
  std::string protocols, ciphers, ciphersuites, groups;
  bool prefer_server_ciphers = false;
  bool session_caching = true;
  int64_t session_cache_size = 20480;   // sessions
  int64_t session_cache_timeout = 300;  // seconds
  bool recheck_on_reload = false;
  std::string address;  // of the listener, for logs and INFO
};

Settings settings_of(const keel_pair* pairs, uint32_t n);

// Rows for listeners ("cert-file", without apply) and for the server ("tls-cert-file"); each ends with name NULL.
const keel_option* listener_rows() noexcept;
const keel_option* server_rows() noexcept;
uint32_t server_row_count() noexcept;

}  // namespace keel::tls
