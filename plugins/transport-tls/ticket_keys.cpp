#include "ticket_keys.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <chrono>
#include <cstring>

#include "openssl_handles.h"

namespace keel::tls {
namespace {

int64_t now_s() {
  // From 1 on: 0 means that there is no key.
  return 1 +
         std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

TicketKeys::Key::~Key() {
  OPENSSL_cleanse(cipher.data(), cipher.size());
  OPENSSL_cleanse(mac.data(), mac.size());
}

void TicketKeys::sweep() {
  const std::lock_guard lock{mutex_};
  const int64_t now = now_s();
  for (Key* key : {&now_, &before_})
    if (key->made_s != 0 && now - key->made_s >= 2 * lifetime_s_) *key = Key{};
}

void TicketKeys::use(SSL_CTX* context) {
  attach(context, this);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket);
}

void TicketKeys::lifetime(int64_t seconds) {
  const std::lock_guard lock{mutex_};
  lifetime_s_ = seconds;
}

bool TicketKeys::current(Key& out) {
  const std::lock_guard lock{mutex_};
  const int64_t now = now_s();
  if (now_.made_s == 0 || now - now_.made_s >= lifetime_s_) {
    Key fresh;
    if (RAND_bytes(fresh.name.data(), static_cast<int>(fresh.name.size())) != 1 ||
        RAND_priv_bytes(fresh.cipher.data(), static_cast<int>(fresh.cipher.size())) != 1 ||
        RAND_priv_bytes(fresh.mac.data(), static_cast<int>(fresh.mac.size())) != 1)
      return false;
    fresh.made_s = now;
    before_ = now_;
    now_ = fresh;
  }
  out = now_;
  return true;
}

bool TicketKeys::find(const unsigned char* name, Key& out, bool& old) {
  const std::lock_guard lock{mutex_};
  const int64_t now = now_s();
  for (const Key* key : {&now_, &before_}) {
    if (key->made_s == 0 || std::memcmp(key->name.data(), name, key->name.size()) != 0) continue;
    if (now - key->made_s >= 2 * lifetime_s_) return false;
    out = *key;
    old = now - key->made_s >= lifetime_s_;
    return true;
  }
  return false;
}

// See SSL_CTX_set_tlsext_ticket_key_evp_cb(3) for the numbers that it returns.
int TicketKeys::on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                          int encrypt) {
  constexpr int kFailed = -1, kUnknown = 0, kKnown = 1, kRenew = 2;
  TicketKeys& keys = attached<TicketKeys>(SSL_get_SSL_CTX(ssl));
  Key key;
  bool old = false;
  if (encrypt != 0) {
    if (!keys.current(key) || RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return kFailed;
    std::memcpy(name, key.name.data(), key.name.size());
  } else if (!keys.find(name, key, old)) {
    return kUnknown;
  }
  char digest[] = "sha256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac.data(), key.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
  if (EVP_MAC_CTX_set_params(mac, parameters) != 1) return kFailed;
  const int ok = encrypt != 0 ? EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv)
                              : EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv);
  if (ok != 1) return kFailed;
  return old ? kRenew : kKnown;
}

}  // namespace keel::tls
