// certificates_for_test.h - authorities and certificates made on the spot, as files of a temporary directory.
#pragma once
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "openssl_handles.h"

namespace keel::tls {

class Authority {
 public:
  // `above`: who signs its certificate; nullptr = itself.
  explicit Authority(const std::string& name, const Authority* above = nullptr,
                     KeyHandle key = KeyHandle{EVP_EC_gen("P-256")})
      : key_(std::move(key)) {
    own_ = (above != nullptr ? *above : *this).sign(name, key_.get(), "", 86400, true);
  }

  struct Pem {
    std::string cert, key;
  };
  // `alternative`: as "DNS:localhost,IP:127.0.0.1"; empty = none. `seconds`: until it ends, from now; `begins`:
  // likewise.
  Pem issue(const std::string& name, const std::string& alternative = "DNS:localhost,IP:127.0.0.1",
            long seconds = 86400, long begins = kLongAgo) const {
    const KeyHandle key{EVP_EC_gen("P-256")};
    return {text(sign(name, key.get(), alternative, seconds, false, begins).get()), text(key.get(), "")};
  }
  // The same with a passphrase on the key.
  Pem issue_sealed(const std::string& name, const std::string& pass) const {
    const KeyHandle key{EVP_EC_gen("P-256")};
    return {text(sign(name, key.get(), "DNS:localhost", 86400, false).get()), text(key.get(), pass)};
  }
  std::string cert() const { return text(own_.get()); }
  // A list that revokes the certificate; the next one is due in so many seconds.
  std::string revoke(const std::string& pem, long seconds = 86400) const {
    const BioHandle in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    const CertificateHandle victim{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)};
    const CrlHandle crl{X509_CRL_new()};
    X509_CRL_set_version(crl.get(), 1);
    X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(own_.get()));
    ASN1_TIME* at = X509_gmtime_adj(nullptr, -60);
    X509_CRL_set1_lastUpdate(crl.get(), at);
    X509_gmtime_adj(at, seconds);
    X509_CRL_set1_nextUpdate(crl.get(), at);
    X509_gmtime_adj(at, -30);
    X509_REVOKED* const one = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(one, X509_get_serialNumber(victim.get()));
    X509_REVOKED_set_revocationDate(one, at);
    X509_CRL_add0_revoked(crl.get(), one);
    ASN1_TIME_free(at);
    X509_CRL_sign(crl.get(), key_.get(), EVP_sha256());
    return printed([&](BIO* bio) { PEM_write_bio_X509_CRL(bio, crl.get()); });
  }

 private:
  static constexpr long kLongAgo = -2 * 86400;

  template <class Print>
  static std::string printed(Print print) {
    const BioHandle bio{BIO_new(BIO_s_mem())};
    print(bio.get());
    char* text = nullptr;
    const long n = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<size_t>(n)};
  }
  static std::string text(X509* c) {
    return printed([&](BIO* bio) { PEM_write_bio_X509(bio, c); });
  }
  static std::string text(EVP_PKEY* key, const std::string& pass) {
    return printed([&](BIO* bio) {
      PEM_write_bio_PKCS8PrivateKey(bio, key, pass.empty() ? nullptr : EVP_aes_128_cbc(), pass.data(),
                                    static_cast<int>(pass.size()), nullptr, nullptr);
    });
  }
  CertificateHandle sign(const std::string& name, EVP_PKEY* key, const std::string& alternative, long seconds,
                         bool authority, long begins = kLongAgo) const {
    static long serial = 1000;
    CertificateHandle c{X509_new()};
    X509_set_version(c.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(c.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(c.get()), begins);
    X509_gmtime_adj(X509_getm_notAfter(c.get()), seconds);
    X509_set_pubkey(c.get(), key);
    X509_NAME* const subject = X509_get_subject_name(c.get());
    X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()), -1,
                               0);
    X509_set_issuer_name(c.get(), own_ ? X509_get_subject_name(own_.get()) : subject);
    const auto extend = [&](int nid, const std::string& value) {
      X509_EXTENSION* const e = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
      X509_add_ext(c.get(), e, -1);
      X509_EXTENSION_free(e);
    };
    extend(NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (authority) extend(NID_key_usage, "critical,keyCertSign,cRLSign");
    if (!alternative.empty()) extend(NID_subject_alt_name, alternative);
    X509_sign(c.get(), key_.get(), EVP_sha256());
    return c;
  }

  KeyHandle key_;
  CertificateHandle own_;
};

class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "keel-tls-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  // Replaces a file as careful programs do, and returns its path.
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream{path_ / (name + ".new"), std::ios::binary} << bytes;
    std::filesystem::rename(path_ / (name + ".new"), path_ / name);
    return *this / name;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace keel::tls
