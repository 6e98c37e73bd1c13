// Clients that come back.
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <functional>
#include <thread>

#include "engine_fixture_for_test.h"

namespace keel::tls {
namespace {

using SessionsTest = EngineTest;

// A client of OpenSSL's own, that keeps a session and comes back with it.
bool resumes(
    const std::shared_ptr<Context>& first, const std::shared_ptr<Context>& second, const char* protocol,
    const std::function<void()>& meanwhile = [] {}, const Settings* with_certificate = nullptr) {
  const SslContextHandle plain{SSL_CTX_new(TLS_client_method())};
  if (with_certificate != nullptr) {
    SSL_CTX_use_certificate_file(plain.get(), with_certificate->client_cert_file.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(plain.get(), with_certificate->client_key_file.c_str(), SSL_FILETYPE_PEM);
  }
  SSL_SESSION* session = nullptr;
  bool reused = false;
  bool came_back = false;
  for (const auto& context : {first, second}) {
    if (std::exchange(came_back, true)) meanwhile();
    const SslHandle client{SSL_new(plain.get())};
    BIO* const in = BIO_new(BIO_s_mem());
    BIO* const out = BIO_new(BIO_s_mem());
    SSL_set_bio(client.get(), in, out);
    SSL_set_connect_state(client.get());
    SSL_set_max_proto_version(client.get(), std::string_view{protocol} == "TLSv1.2" ? TLS1_2_VERSION : TLS1_3_VERSION);
    if (session != nullptr) SSL_set_session(client.get(), session);
    End server{context, true};
    server.to_send = "x";
    for (int i = 0; i < 6; ++i) {
      char byte;
      (void)SSL_read(client.get(), &byte, 1);
      std::string bytes(20000, '\0');
      const int n = BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
      if (n > 0) server.from_peer.append(bytes, 0, static_cast<size_t>(n));
      server.step();
      BIO_write(in, server.to_peer.data(), static_cast<int>(server.to_peer.size()));
      server.to_peer.clear();
    }
    if (session == nullptr || with_certificate == nullptr) {
      EXPECT_EQ(server.state, KEEL_LAYER_OPEN) << server.engine->reason();
    }
    server.ended = true;  // without a goodbye, as many clients end
    server.step();
    reused = SSL_session_reused(client.get()) == 1;
    SSL_SESSION_free(session);
    SSL_shutdown(client.get());
    session = SSL_get1_session(client.get());
  }
  SSL_SESSION_free(session);
  return reused;
}

TEST_F(SessionsTest, SessionsAreResumedUnderTheSameTrustAlone) {
  for (const char* protocol : {"TLSv1.2", "TLSv1.3"}) {
    for (const AuthClients auth : {AuthClients::kNo, AuthClients::kOptional}) {
      Settings s = settings();
      s.auth_clients = auth;
      const auto context = make(s);
      EXPECT_TRUE(resumes(context, context, protocol));
      EXPECT_EQ(context->counters->resumed.exchange(0), 1u);
      Settings off = s;
      off.session_caching = false;
      const auto without = make(off);
      EXPECT_FALSE(resumes(without, without, protocol));
      EXPECT_FALSE(resumes(context, make(s), protocol)) << "another context has other sessions";
    }
  }
}

TEST_F(SessionsTest, SessionsOutliveANewCertificateButNoNewTrust) {
  for (const char* protocol : {"TLSv1.2", "TLSv1.3"}) {
    for (const AuthClients auth : {AuthClients::kNo, AuthClients::kOptional}) {
      Settings s = settings();
      s.auth_clients = auth;
      const auto context = make(s);
      const auto renew = [&] {
        const auto next = authority.issue("server-2");
        files.write("server.crt", next.cert);
        files.write("server.key", next.key);
        std::string error;
        ASSERT_EQ(context->reload(false, error), Context::Outcome::kSwapped) << error;
      };
      EXPECT_TRUE(resumes(context, context, protocol, renew));
      const auto distrust = [&] {
        files.write("ca.crt", authority.cert() + Authority{"another"}.cert());
        std::string error;
        ASSERT_EQ(context->reload(false, error), Context::Outcome::kSwapped) << error;
      };
      EXPECT_FALSE(resumes(context, context, protocol, distrust));
    }
  }
}

TEST_F(SessionsTest, SessionsThatAreKeptAreBoundedAndEnd) {
  Settings s = settings();
  s.auth_clients = AuthClients::kOptional;
  s.session_cache_size = 1;
  const auto context = make(s);
  EXPECT_TRUE(resumes(context, context, "TLSv1.3"));
  EXPECT_FALSE(resumes(context, context, "TLSv1.3", [&] { resumes(context, context, "TLSv1.3"); }))
      << "a younger one came";
  const auto later = [&] { context->generation()->sessions->sweep(std::time(nullptr) + s.session_cache_timeout + 2); };
  EXPECT_FALSE(resumes(context, context, "TLSv1.3", later));
}

TEST_F(SessionsTest, OtherSettingsOfTheSameTrustKeepThem) {
  Settings s = settings();
  s.auth_clients = AuthClients::kOptional;
  s.address = "a listener whose settings change";
  std::string error;
  const std::shared_ptr<Context> first = Context::make(s, nullptr, error);
  s.prefer_server_ciphers = true;
  const std::shared_ptr<Context> second = Context::make(s, first->generation().get(), error);
  EXPECT_TRUE(resumes(first, second, "TLSv1.3"));
  files.write("ca.crt", authority.cert() + Authority{"another"}.cert());
  const std::shared_ptr<Context> third = Context::make(s, second->generation().get(), error);
  EXPECT_FALSE(resumes(second, third, "TLSv1.3"));
}

TEST_F(SessionsTest, NoneOutlivesItsClientsCertificate) {
  for (const char* protocol : {"TLSv1.2", "TLSv1.3"}) {
    Settings s = settings();
    const auto context = make(s);
    constexpr long kSeconds = 3;
    const auto brief = authority.issue("brief", "DNS:localhost", kSeconds);
    files.write("client.crt", brief.cert);
    files.write("client.key", brief.key);
    EXPECT_TRUE(resumes(
        context, context, protocol, [] {}, &s));
    const auto later = [] { std::this_thread::sleep_for(std::chrono::seconds{kSeconds + 1}); };
    EXPECT_FALSE(resumes(context, context, protocol, later, &s));
  }
}

}  // namespace
}  // namespace keel::tls
