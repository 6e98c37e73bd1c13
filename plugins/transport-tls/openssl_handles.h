// openssl_handles.h - owners of OpenSSL's objects.
#pragma once
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace keel::tls {

template <auto kFree>
struct FreeBy {
  template <class T>
  void operator()(T* p) const noexcept {
    kFree(p);
  }
};
using BioHandle = std::unique_ptr<BIO, FreeBy<BIO_free_all>>;
using CertificateHandle = std::unique_ptr<X509, FreeBy<X509_free>>;
using CrlHandle = std::unique_ptr<X509_CRL, FreeBy<X509_CRL_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using SessionHandle = std::unique_ptr<SSL_SESSION, FreeBy<SSL_SESSION_free>>;
using SslContextHandle = std::unique_ptr<SSL_CTX, FreeBy<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, FreeBy<SSL_free>>;

// What OpenSSL's callbacks find by their context: one object of each type, which must outlive it.
template <class T>
int context_slot() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}
template <class T>
void attach(SSL_CTX* context, T* object) {
  SSL_CTX_set_ex_data(context, context_slot<T>(), object);
}
template <class T>
T& attached(const SSL_CTX* context) {
  return *static_cast<T*>(SSL_CTX_get_ex_data(context, context_slot<T>()));
}

}  // namespace keel::tls
