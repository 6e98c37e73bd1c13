#include "generation.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <vector>

#include "keel/cpp/text.hpp"
#include "words.h"

namespace keel::tls {
namespace {

BioHandle over(const std::string& bytes) {
  return BioHandle{BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))};
}

int give_passphrase(char* to, int room, int, void* text) {
  const auto& pass = *static_cast<const std::string*>(text);
  if (pass.size() > static_cast<size_t>(room)) return -1;
  std::copy(pass.begin(), pass.end(), to);  // not terminated: the result is its length
  return static_cast<int>(pass.size());
}

// Of a peer's chain: sessions that are kept hold it.
constexpr long kMostCertificateBytes = 16384;

// The end of a PEM file is an error of its own, and no error.
bool at_end() {
  const unsigned long code = ERR_peek_last_error();
  const bool end = ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
  if (end) ERR_clear_error();
  return end;
}

std::vector<CertificateHandle> certificates(const std::string& bytes, const std::string& path, std::string& error) {
  std::vector<CertificateHandle> out;
  const BioHandle bio = over(bytes);
  std::string none;
  while (CertificateHandle one{PEM_read_bio_X509_AUX(bio.get(), nullptr, give_passphrase, &none)}) {
    // Parses the extensions now: otherwise the first handshakes do, on any loop, while others read them.
    (void)X509_check_purpose(one.get(), -1, 0);
    out.push_back(std::move(one));
  }
  if (!at_end())
    error = "'" + path + "' is not a list of certificates: " + last_error();
  else if (out.empty())
    error = "'" + path + "' has no certificate in it";
  return out;
}

std::string one_line(const X509_NAME* name) {
  const BioHandle bio{BIO_new(BIO_s_mem())};
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long n = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(n)};
}

std::string hexadecimal(const unsigned char* p, size_t n) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (size_t i = 0; i < n; ++i) out.append({kDigits[p[i] >> 4], kDigits[p[i] & 15]});
  return out;
}

CertificateFacts facts_of(X509* c) {
  CertificateFacts f;
  f.subject = one_line(X509_get_subject_name(c));
  f.issuer = one_line(X509_get_issuer_name(c));
  const ASN1_INTEGER* const serial = X509_get0_serialNumber(c);
  f.serial = hexadecimal(ASN1_STRING_get0_data(serial), static_cast<size_t>(ASN1_STRING_length(serial)));
  unsigned char digest[SHA256_DIGEST_LENGTH];
  unsigned int n = 0;
  if (X509_digest(c, EVP_sha256(), digest, &n) == 1) f.sha256 = hexadecimal(digest, n);
  f.not_before_s = unix_time(X509_get0_notBefore(c));
  f.not_after_s = unix_time(X509_get0_notAfter(c));
  f.has_name = X509_get_ext_by_NID(c, NID_subject_alt_name, -1) >= 0;
  return f;
}

void keep_first(Ending& first, std::string what, const X509_NAME* name, const ASN1_TIME* at) {
  const int64_t at_s = unix_time(at);
  if (at_s != 0 && (first.at_s == 0 || at_s < first.at_s)) first = {std::move(what), one_line(name), at_s};
}

// Makes the two contexts; remembers the first thing that is wrong.
class Builder {
 public:
  Builder(const Settings& s, const Material& m, std::string& error) : s_(s), m_(m), error_(error) {}

  SslContextHandle server(CertificateFacts& facts) {
    SslContextHandle c = make(TLS_server_method());
    if (!c || !certificate(c.get(), s_.cert_file, m_.cert, s_.key_file, m_.key, s_.key_file_pass, own, &facts))
      return {};
    if (s_.auth_clients != AuthClients::kNo) {
      if (m_.ca.empty() && s_.ca_cert_dir.empty())
        return fail("ca-cert-file or ca-cert-dir is needed to check clients, as auth-clients wants"),
               SslContextHandle{};
      SSL_CTX_set_verify(c.get(),
                         SSL_VERIFY_PEER | (s_.auth_clients == AuthClients::kYes ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                         nullptr);
    }
    if (s_.prefer_server_ciphers) SSL_CTX_set_options(c.get(), SSL_OP_CIPHER_SERVER_PREFERENCE);
    if (!diffie_hellman(c.get())) return {};
    sessions(c.get());
    return c;
  }

  SslContextHandle client() {
    SslContextHandle c = make(TLS_client_method());
    if (!c) return {};
    if (s_.client_cert_file.empty() && !s_.client_key_file.empty())
      return fail("client-cert-file is not said, and client-key-file is"), SslContextHandle{};
    const bool same = s_.client_cert_file.empty();
    const bool holds = same ? certificate(c.get(), s_.cert_file, m_.cert, s_.key_file, m_.key, s_.key_file_pass, own)
                            : certificate(c.get(), s_.client_cert_file, m_.client_cert, s_.client_key_file,
                                          m_.client_key, s_.client_key_file_pass, outgoing);
    if (!holds) return {};
    SSL_CTX_set_verify(c.get(), SSL_VERIFY_PEER, nullptr);
    return c;
  }

  Ending own, outgoing, authority, revocations;

 private:
  bool fail(std::string sentence) {
    if (error_.empty()) error_ = std::move(sentence);
    ERR_clear_error();
    return false;
  }

  SslContextHandle make(const SSL_METHOD* method) {
    SslContextHandle c{SSL_CTX_new(method)};
    if (!c) return fail("OpenSSL makes no context: " + last_error()), SslContextHandle{};
    SSL_CTX_set_mode(c.get(),
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(c.get(), 1);  // a record in one read, not its header first
    SSL_CTX_set_max_cert_list(c.get(), kMostCertificateBytes);
    SSL_CTX_set_options(c.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    return protocols(c.get()) && ciphers(c.get()) && trust(c.get()) ? std::move(c) : SslContextHandle{};
  }

  bool protocols(SSL_CTX* c) {
    struct Version {
      Str name;
      uint64_t without;
    };
    constexpr Version kVersions[] = {{"TLSv1", SSL_OP_NO_TLSv1},
                                     {"TLSv1.1", SSL_OP_NO_TLSv1_1},
                                     {"TLSv1.2", SSL_OP_NO_TLSv1_2},
                                     {"TLSv1.3", SSL_OP_NO_TLSv1_3}};
    uint64_t without = SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1;
    if (s_.protocols.find_first_not_of(' ') != std::string::npos) {
      without = SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3;
      for (size_t from = 0, to = 0; from < s_.protocols.size(); from = to + 1) {
        to = std::min(s_.protocols.find(' ', from), s_.protocols.size());
        const Str word = Str{s_.protocols}.substr(from, to - from);
        if (word.empty()) continue;
        const auto* const v = std::find_if(std::begin(kVersions), std::end(kVersions),
                                           [&](const Version& one) { return same_word(one.name, word); });
        if (v == std::end(kVersions))
          return fail("protocols: '" + std::string{word} + "' is none of TLSv1, TLSv1.1, TLSv1.2 and TLSv1.3");
        without &= ~v->without;
      }
    }
    SSL_CTX_set_min_proto_version(c, TLS1_VERSION);
    SSL_CTX_set_options(c, SSL_OP_NO_SSLv3 | without);
    // OpenSSL 3 has the old versions at its lowest level of security alone.
    if ((without & (SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1)) != (SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1))
      SSL_CTX_set_security_level(c, 0);
    return true;
  }

  bool ciphers(SSL_CTX* c) {
    if (!s_.ciphers.empty() && SSL_CTX_set_cipher_list(c, s_.ciphers.c_str()) != 1)
      return fail("ciphers: no cipher is known in '" + s_.ciphers + "'");
    if (!s_.ciphersuites.empty() && SSL_CTX_set_ciphersuites(c, s_.ciphersuites.c_str()) != 1)
      return fail("ciphersuites: not all are known in '" + s_.ciphersuites + "'");
    if (!s_.groups.empty() && SSL_CTX_set1_groups_list(c, s_.groups.c_str()) != 1)
      return fail("groups: not all are known in '" + s_.groups + "'");
    return true;
  }

  bool certificate(SSL_CTX* c, const std::string& cert_file, const std::string& cert, const std::string& key_file,
                   const std::string& key, const std::string& pass, Ending& ending, CertificateFacts* facts = nullptr) {
    if (cert_file.empty()) return fail("cert-file is not said: TLS needs a certificate, and key-file its key");
    if (key_file.empty()) return fail("key-file is not said: the certificate '" + cert_file + "' needs its key");
    std::string why;
    auto chain = certificates(cert, cert_file, why);
    if (!why.empty()) return fail(why);
    if (SSL_CTX_use_certificate(c, chain[0].get()) != 1) return fail("'" + cert_file + "' is refused: " + last_error());
    if (facts != nullptr) *facts = facts_of(chain[0].get());
    ending = {"the certificate in '" + cert_file + "'", one_line(X509_get_subject_name(chain[0].get())),
              unix_time(X509_get0_notAfter(chain[0].get()))};
    for (size_t i = 1; i < chain.size(); ++i) {
      if (SSL_CTX_add0_chain_cert(c, chain[i].get()) != 1)
        return fail("certificate " + std::to_string(i + 1) + " in '" + cert_file + "' is refused: " + last_error());
      (void)chain[i].release();
    }
    const KeyHandle private_key{
        PEM_read_bio_PrivateKey(over(key).get(), nullptr, give_passphrase, const_cast<std::string*>(&pass))};
    if (!private_key)
      return fail("'" + key_file + "' holds no private key that can be read" +
                  (key.find("ENCRYPTED") != std::string::npos ? ", or key-file-pass is wrong: " : ": ") + last_error());
    if (X509_check_private_key(chain[0].get(), private_key.get()) != 1)
      return fail("the key in '" + key_file + "' does not fit the certificate in '" + cert_file + "'");
    if (SSL_CTX_use_PrivateKey(c, private_key.get()) != 1)
      return fail("'" + key_file + "' is refused: " + last_error());
    return true;
  }

  bool trust(SSL_CTX* c) {
    X509_STORE* const store = SSL_CTX_get_cert_store(c);
    if (!m_.ca.empty()) {
      std::string why;
      for (const auto& one : certificates(m_.ca, s_.ca_cert_file, why)) {
        X509_STORE_add_cert(store, one.get());
        SSL_CTX_add_client_CA(c, one.get());
        keep_first(authority, "a certificate of an authority in '" + s_.ca_cert_file + "'",
                   X509_get_subject_name(one.get()), X509_get0_notAfter(one.get()));
      }
      ERR_clear_error();
      if (!why.empty()) return fail(why);
    }
    if (!s_.ca_cert_dir.empty() && !directory(store)) return fail("'" + s_.ca_cert_dir + "' has no certificate in it");
    if (m_.crl.empty()) return true;
    const BioHandle bio = over(m_.crl);
    std::string none;
    size_t lists = 0;
    for (; const CrlHandle crl{PEM_read_bio_X509_CRL(bio.get(), nullptr, give_passphrase, &none)}; ++lists) {
      X509_STORE_add_crl(store, crl.get());
      keep_first(revocations, "a list of revoked certificates in '" + s_.crl_file + "'", X509_CRL_get_issuer(crl.get()),
                 X509_CRL_get0_nextUpdate(crl.get()));
    }
    if (!at_end() || lists == 0) return fail("'" + s_.crl_file + "' is not a list of revoked certificates");
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return true;
  }

  // What the files of the directory had in them when they were read. OpenSSL's own look-up by hash would open them
  // within handshakes, and find what is no part of this set. False: no certificate.
  bool directory(X509_STORE* store) {
    bool any = false;
    for (const File& file : m_.ca_dir) {
      std::string none;
      STACK_OF(X509_INFO)* const found =
          PEM_X509_INFO_read_bio(over(file.bytes).get(), nullptr, give_passphrase, &none);
      for (int i = 0; i < sk_X509_INFO_num(found); ++i) {
        const X509_INFO& one = *sk_X509_INFO_value(found, i);
        if (one.x509 != nullptr) {
          (void)X509_check_purpose(one.x509, -1, 0);  // as in certificates()
          any |= X509_STORE_add_cert(store, one.x509) == 1;
        }
        if (one.crl != nullptr) X509_STORE_add_crl(store, one.crl);
      }
      sk_X509_INFO_pop_free(found, X509_INFO_free);
      ERR_clear_error();  // other files may lie there, too
    }
    return any;
  }

  bool diffie_hellman(SSL_CTX* c) {
    if (s_.dh_params_file.empty()) return SSL_CTX_set_dh_auto(c, 1), true;
    KeyHandle parameters{PEM_read_bio_Parameters(over(m_.dh_params).get(), nullptr)};
    if (!parameters || SSL_CTX_set0_tmp_dh_pkey(c, parameters.get()) != 1)
      return fail("'" + s_.dh_params_file + "' holds no parameters of Diffie-Hellman: " + last_error());
    (void)parameters.release();
    return true;
  }

  void sessions(SSL_CTX* c) {
    if (!s_.session_caching) {
      SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
      SSL_CTX_set_options(c, SSL_OP_NO_TICKET);
      SSL_CTX_set_num_tickets(c, 0);
      return;
    }
    constexpr unsigned char kId[] = "keel";
    SSL_CTX_set_session_id_context(c, kId, sizeof kId - 1);
    SSL_CTX_set_timeout(c, static_cast<long>(s_.session_cache_timeout));
    SSL_CTX_set_num_tickets(c, 1);  // each costs a client's handshake its time; those who want more ask anew
  }

  const Settings& s_;
  const Material& m_;
  std::string& error_;
};

std::array<uint8_t, 32> trust_of(const Settings& s, const Material& m) {
  std::array<uint8_t, 32> out{};
  std::string all = m.ca + '\0' + m.crl + '\0' + std::to_string(static_cast<int>(s.auth_clients));
  for (const File& file : m.ca_dir) all += '\0' + file.name + '\0' + file.bytes;
  SHA256(reinterpret_cast<const unsigned char*>(all.data()), all.size(), out.data());
  return out;
}

// `before`: of the same trust, or nullptr.
void share_sessions(const Settings& s, Generation& g, const Generation* before) {
  if (s.auth_clients == AuthClients::kNo) {
    g.tickets = before != nullptr && before->tickets ? before->tickets : std::make_shared<TicketKeys>();
    g.tickets->lifetime(s.session_cache_timeout);
    g.tickets->use(g.server.get());
    SSL_CTX_set_session_cache_mode(g.server.get(), SSL_SESS_CACHE_SERVER);  // for those that take no tickets
    SSL_CTX_sess_set_cache_size(g.server.get(), static_cast<long>(s.session_cache_size));
  } else {
    g.sessions = before != nullptr && before->sessions ? before->sessions : std::make_shared<Sessions>();
    g.sessions->most(static_cast<size_t>(s.session_cache_size));
    g.sessions->use(g.server.get());
  }
}

}  // namespace

int64_t unix_time(const ASN1_TIME* t) {
  std::tm parts{};
  return t != nullptr && ASN1_TIME_to_tm(t, &parts) == 1 ? static_cast<int64_t>(::timegm(&parts)) : 0;
}

std::shared_ptr<Generation> make_generation(const Settings& s, const Material& m, const Generation* before,
                                            std::string& error) {
  error.clear();
  auto g = std::make_shared<Generation>();
  Builder builder{s, m, error};
  g->server = builder.server(g->certificate);
  if (g->server) g->client = builder.client();
  if (!g->server || !g->client) return nullptr;
  g->own = std::move(builder.own);
  g->outgoing = std::move(builder.outgoing);
  g->authority = std::move(builder.authority);
  g->revocations = std::move(builder.revocations);
  g->trust = trust_of(s, m);
  if (s.session_caching) share_sessions(s, *g, before != nullptr && before->trust == g->trust ? before : nullptr);
  g->number = before == nullptr ? 1 : before->number + 1;
  static std::atomic<uint64_t> last_serial{0};
  g->serial = last_serial.fetch_add(1, std::memory_order_relaxed) + 1;
  return g;
}

std::string doubts_about(const Settings& s, const Generation& g, int64_t now_s) {
  for (const Ending* ending : g.endings())
    if (ending->at_s != 0 && ending->at_s < now_s) return ending->what + " has expired";
  if (g.certificate.not_before_s > now_s) return g.own.what + " is not valid yet";
  if (!g.certificate.has_name)
    return "the certificate in '" + s.cert_file + "' has no subjectAltName, so clients cannot check whom they reach";
  return {};
}

}  // namespace keel::tls
