// Two engines back to back, without a socket.
#include "engine.h"

#include <gtest/gtest.h>

#include <cstring>
#include <ctime>
#include <functional>
#include <random>

#include "certificates_for_test.h"
#include "engine_pair_for_test.h"
#include "keel/cpp/text.hpp"

namespace keel::tls {
namespace {

class EngineTest : public testing::Test {
 protected:
  Settings settings() {
    Settings s;
    const auto server = authority.issue("server"), client = authority.issue("client");
    s.cert_file = files.write("server.crt", server.cert);
    s.key_file = files.write("server.key", server.key);
    s.client_cert_file = files.write("client.crt", client.cert);
    s.client_key_file = files.write("client.key", client.key);
    s.ca_cert_file = files.write("ca.crt", authority.cert());
    return s;
  }
  // With an address, and so with counters, of its own.
  static std::shared_ptr<Context> make(Settings s) {
    static int number = 0;
    s.address = "listener " + std::to_string(++number);
    std::string error;
    std::shared_ptr<Context> c = Context::make(s, error);
    EXPECT_NE(c, nullptr) << error;
    return c;
  }
  // A pair after its handshake.
  struct Pair {
    End client, server;
  };
  static Pair connected(const std::shared_ptr<Context>& c) {
    Pair p{End{c, false, "localhost:6380"}, End{c, true}};
    settle(p.client, p.server);
    EXPECT_EQ(p.client.state, KEEL_LAYER_OPEN) << p.client.engine->reason();
    EXPECT_EQ(p.server.state, KEEL_LAYER_OPEN) << p.server.engine->reason();
    return p;
  }
  // Both must fail, the server for this reason.
  static void refused(const std::shared_ptr<Context>& client, const std::shared_ptr<Context>& server, Failure why,
                      const std::string& words) {
    Pair p{End{client, false, "localhost"}, End{server, true}};
    settle(p.client, p.server);
    EXPECT_EQ(p.server.state, KEEL_LAYER_BROKEN);
    EXPECT_NE(p.server.engine->reason().find(words), std::string::npos) << p.server.engine->reason();
    EXPECT_EQ(server->counters->failed[static_cast<size_t>(why)].exchange(0), 1u);
  }

  Directory files;
  const Authority authority{"authority"};
};

TEST_F(EngineTest, DataBothWaysAndGoodbye) {
  for (const char* protocols : {"TLSv1.2", "TLSv1.3"}) {
    Settings s = settings();
    s.protocols = protocols;
    auto [client, server] = connected(make(s));
    client.to_send = std::string(100'000, 'c');
    server.to_send = std::string(200'000, 's');
    settle(client, server);
    EXPECT_EQ(server.received, std::string(100'000, 'c'));
    EXPECT_EQ(client.received, std::string(200'000, 's'));
    EXPECT_EQ(server.engine->identity(), "client");
    EXPECT_EQ(client.engine->identity(), "server");

    client.finish = true;
    client.to_send = "last";
    settle(client, server);
    EXPECT_EQ(server.state, KEEL_LAYER_EOF);
    EXPECT_EQ(server.received.substr(100'000), "last");
    server.finish = true;
    server.to_send = "answer";  // is still sent
    settle(client, server);
    EXPECT_EQ(client.received.substr(200'000), "answer");
    EXPECT_EQ(client.state, KEEL_LAYER_EOF);
  }
}

TEST_F(EngineTest, RandomCutsOfEverySize) {
  std::mt19937 random{7};
  const auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>{0, n - 1}(random); };
  for (const char* protocols : {"TLSv1.2", "TLSv1.3"}) {
    Settings s = settings();
    s.protocols = protocols;
    const auto context = make(s);
    for (int round = 0; round < 60; ++round) {
      End client{context, false, "localhost"}, server{context, true};
      std::string said[2];
      for (auto* text : {&said[0], &said[1]})
        for (size_t n = below(40'000); n > 0; --n) *text += static_cast<char>(below(256));
      client.to_send = said[0];
      server.to_send = said[1];
      const size_t most = size_t{1} << below(16);
      for (int quiet = 0; quiet < 200;) {
        End& one = below(2) == 0 ? client : server;
        End& other = &one == &client ? server : client;
        ASSERT_GE(one.step(1 + below(most), below(most), 400 + below(most)), 0) << one.engine->reason();
        quiet = one.moved ? 0 : quiet + 1;
        const size_t n = std::min(one.to_peer.size(), 1 + below(most));
        other.from_peer.append(one.to_peer, 0, n);
        one.to_peer.erase(0, n);
        if (n > 0) quiet = 0;
      }
      settle(client, server);
      ASSERT_EQ(server.received, said[0]);
      ASSERT_EQ(client.received, said[1]);
    }
  }
}

TEST_F(EngineTest, ATruncationIsNoGoodbye) {
  auto [client, server] = connected(make(settings()));
  client.to_send = "whole";
  client.step();
  server.from_peer = client.to_peer.substr(0, client.to_peer.size() - 3);
  server.ended = true;
  EXPECT_EQ(server.step(), KEEL_E_DATA);
  EXPECT_EQ(server.state, KEEL_LAYER_BROKEN);
  EXPECT_EQ(server.received, "");
  EXPECT_EQ(server.step(), KEEL_E_DATA);
}

TEST_F(EngineTest, AnEndInTheMiddleOfTheHandshake) {
  const auto context = make(settings());
  End client{context, false, "localhost"}, server{context, true};
  client.step();
  server.from_peer = client.to_peer;
  EXPECT_EQ(server.step(), KEEL_PENDING);
  EXPECT_EQ(context->counters->in_flight, 2u);
  server.ended = true;
  EXPECT_EQ(server.step(), KEEL_E_DATA);
  EXPECT_NE(server.engine->reason().find("went away"), std::string::npos);
  client.engine.reset();
  EXPECT_EQ(context->counters->in_flight, 0u);
}

TEST_F(EngineTest, WrongBytesBreakIt) {
  std::mt19937 random{3};
  for (int round = 0; round < 300; ++round) {
    const auto context = make(settings());
    End client{context, false, "localhost"}, server{context, true};
    client.step();
    std::string& hello = client.to_peer;
    if (round % 2 == 0) {
      settle(client, server);
      client.to_send = "some bytes";
      client.step();
    }
    ASSERT_FALSE(hello.empty());
    hello[std::uniform_int_distribution<size_t>{0, hello.size() - 1}(random)] ^= static_cast<char>(1 + random() % 255);
    server.from_peer = hello;
    server.ended = true;
    for (int i = 0; i < 3; ++i) server.step();
    EXPECT_EQ(server.state, KEEL_LAYER_BROKEN) << round;
    EXPECT_EQ(server.received, "");
  }
}

TEST_F(EngineTest, PlainTextIsAnsweredInResp) {
  const auto context = make(settings());
  for (const char* said : {"*1\r\n$4\r\nPING\r\n", "PING\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
    End server{context, true};
    server.from_peer = said;
    EXPECT_EQ(server.step(), KEEL_E_DATA);
    EXPECT_EQ(server.to_peer.substr(0, 27), "-ERR This port speaks TLS, ");
    EXPECT_EQ(server.to_peer.substr(server.to_peer.size() - 2), "\r\n");
    EXPECT_EQ(server.engine->reason(), "what the peer sends is not TLS");
  }
  End server{context, true};
  server.from_peer = std::string("\x80\x2e\x01\0\2", 5);  // SSL 2
  EXPECT_EQ(server.step(), KEEL_E_DATA);
  EXPECT_EQ(server.to_peer, "");
  EXPECT_EQ(context->counters->failed[static_cast<size_t>(Failure::kNotTls)].exchange(0), 4u);
  EXPECT_EQ(context->counters->in_flight, 0u);
}

TEST_F(EngineTest, NothingIsAllocatedBeforeTheFirstByte) {
  const auto context = make(settings());
  End server{context, true};
  EXPECT_EQ(server.step(), KEEL_PENDING);
  EXPECT_EQ(context->counters->in_flight, 0u);
}

TEST_F(EngineTest, RenegotiationIsRefused) {
  Settings s = settings();
  s.protocols = "TLSv1.2";
  s.auth_clients = AuthClients::kNo;
  const auto context = make(s);
  const SslContextHandle plain{SSL_CTX_new(TLS_client_method())};
  const SslHandle client{SSL_new(plain.get())};
  BIO* const in = BIO_new(BIO_s_mem());
  BIO* const out = BIO_new(BIO_s_mem());
  SSL_set_bio(client.get(), in, out);
  SSL_set_connect_state(client.get());
  End server{context, true};
  const auto turn = [&] {
    std::string bytes(20000, '\0');
    const int n = BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
    if (n > 0) server.from_peer.append(bytes, 0, static_cast<size_t>(n));
    server.step();
    BIO_write(in, server.to_peer.data(), static_cast<int>(server.to_peer.size()));
    server.to_peer.clear();
  };
  for (int i = 0; i < 5; ++i) {
    SSL_do_handshake(client.get());
    turn();
  }
  ASSERT_EQ(server.state, KEEL_LAYER_OPEN);
  if (SSL_renegotiate(client.get()) == 1) {
    SSL_do_handshake(client.get());
    turn();
  }
  EXPECT_NE(SSL_do_handshake(client.get()), 1) << "the server has agreed";
  EXPECT_EQ(context->counters->handshakes, 1u);
}

TEST_F(EngineTest, ClientsAreChecked) {
  const Authority stranger{"stranger"};
  Settings s = settings();
  const auto trusted = make(s);
  Settings foreign = s;
  const auto other = stranger.issue("mallory");
  foreign.client_cert_file = files.write("m.crt", other.cert);
  foreign.client_key_file = files.write("m.key", other.key);
  refused(make(foreign), trusted, Failure::kUntrusted, "unable to get local issuer certificate");

  Settings expired = s;
  const auto old = authority.issue("old", "DNS:localhost", -3600);
  expired.client_cert_file = files.write("o.crt", old.cert);
  expired.client_key_file = files.write("o.key", old.key);
  refused(make(expired), trusted, Failure::kExpired, "certificate has expired");

  Settings strict = s;
  const auto known = authority.issue("known");
  strict.client_cert_file = files.write("k.crt", known.cert);
  strict.client_key_file = files.write("k.key", known.key);
  const auto client = make(strict);
  Settings revoking = s;
  revoking.crl_file = files.write("crl.pem", authority.revoke(known.cert));
  refused(client, make(revoking), Failure::kRevoked, "revoked");

  Settings new_only = s, old_only = s;
  new_only.protocols = "TLSv1.3";
  old_only.protocols = "TLSv1.2";
  refused(make(old_only), make(new_only), Failure::kNoCommonVersion, "version of TLS");
  Settings aes = s, chacha = s;
  aes.protocols = chacha.protocols = "TLSv1.2";
  aes.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
  chacha.ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305";
  refused(make(aes), make(chacha), Failure::kNoCommonCipher, "cipher");
}

TEST_F(EngineTest, TheServersNameIsChecked) {
  const auto context = make(settings());
  for (const char* good : {"localhost:6380", "localhost", "127.0.0.1:6380"}) {
    End client{context, false, good}, server{context, true};
    settle(client, server);
    EXPECT_EQ(client.state, KEEL_LAYER_OPEN) << good << client.engine->reason();
  }
  for (const char* bad : {"elsewhere:6380", "10.0.0.1:6380", "[::1]:6380"}) {
    End client{context, false, bad}, server{context, true};
    settle(client, server);
    EXPECT_EQ(client.state, KEEL_LAYER_BROKEN) << bad;
  }
}

TEST_F(EngineTest, AReloadKeepsTheLastGoodSet) {
  Settings s = settings();
  const auto context = make(s);
  auto live = connected(context);
  std::string error;
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kSame);

  const auto next = authority.issue("server-2");
  files.write("server.key", next.key);  // the wrong order: the key first
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kRefused);
  EXPECT_NE(error.find("does not fit"), std::string::npos) << error;
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kSame) << "said once";
  EXPECT_EQ(connected(context).client.engine->identity(), "server");
  files.write("server.crt", next.cert);
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kSwapped);
  EXPECT_EQ(connected(context).client.engine->identity(), "server-2");
  EXPECT_EQ(context->generation()->number, 2u);

  files.write("server.crt", "-----BEGIN CERTIFICATE-----\nnonsense\n");
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kRefused);
  std::filesystem::remove(files / "server.crt");
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kRefused);
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kSame);
  EXPECT_EQ(context->last_reload().result, "'" + s.cert_file + "' cannot be opened: No such file or directory");
  const auto ended = authority.issue("server-3", "DNS:localhost", -60);
  files.write("server.key", ended.key);
  files.write("server.crt", ended.cert);
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kRefused);
  EXPECT_EQ(connected(context).client.engine->identity(), "server-2");

  live.client.to_send = "the old connection goes on";
  settle(live.client, live.server);
  EXPECT_EQ(live.server.received, "the old connection goes on");
}

TEST_F(EngineTest, RecheckEndsThoseThatAreTrustedNoLonger) {
  Settings s = settings();
  s.recheck_on_reload = true;
  const auto context = make(s);
  auto live = connected(context);
  std::string error;
  const auto next = authority.issue("server-2");
  files.write("server.crt", next.cert);
  files.write("server.key", next.key);
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kSwapped);
  EXPECT_EQ(live.server.engine->recheck(), KEEL_OK) << "its authority is the same";
  files.write("ca.crt", Authority{"another"}.cert());
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kSwapped) << error;
  EXPECT_LT(live.server.engine->recheck(), 0);
  EXPECT_EQ(live.client.engine->recheck(), KEEL_OK);
}

TEST_F(EngineTest, SettingsThatMakeNoSense) {
  const auto wrong = [&](const std::function<void(Settings&)>& change, const std::string& words) {
    Settings s = settings();
    change(s);
    std::string error;
    EXPECT_EQ(Context::make(s, error), nullptr) << words;
    EXPECT_NE(error.find(words), std::string::npos) << error;
  };
  wrong([](Settings& s) { s.cert_file = ""; }, "cert-file is not said");
  wrong([](Settings& s) { s.key_file = ""; }, "key-file is not said");
  wrong([](Settings& s) { s.key_file = "/nowhere"; }, "'/nowhere' cannot be opened");
  wrong([](Settings& s) { s.key_file = s.client_key_file; }, "does not fit");
  wrong([](Settings& s) { s.ca_cert_file = ""; }, "is needed to check clients");
  wrong([](Settings& s) { s.ca_cert_file = s.key_file; }, "has no certificate in it");
  wrong([](Settings& s) { s.crl_file = s.cert_file; }, "is not a list of revoked certificates");
  wrong([](Settings& s) { s.dh_params_file = s.cert_file; }, "holds no parameters");
  wrong([](Settings& s) { s.protocols = "TLSv1.2 TLSv9"; }, "'TLSv9' is none of");
  wrong([](Settings& s) { s.ciphers = "NOTHING"; }, "no cipher is known");
  wrong([](Settings& s) { s.ciphersuites = "NOTHING"; }, "not all are known");
  wrong([](Settings& s) { s.groups = "NOTHING"; }, "groups");
  wrong([&](Settings& s) { s.cert_file = files / "."; }, "is not a file");
}

TEST_F(EngineTest, PassphrasesOpenKeys) {
  Settings s = settings();
  const auto sealed = authority.issue_sealed("sealed", "open sesame");
  s.cert_file = files.write("sealed.crt", sealed.cert);
  s.key_file = files.write("sealed.key", sealed.key);
  s.key_file_pass = "open sesame";
  EXPECT_EQ(connected(make(s)).client.engine->identity(), "sealed");
  for (const char* pass : {"", "wrong"}) {
    s.key_file_pass = pass;
    std::string error;
    EXPECT_EQ(Context::make(s, error), nullptr);
    EXPECT_NE(error.find("key-file-pass is wrong"), std::string::npos) << error;
  }
}

TEST_F(EngineTest, DoubtsOfAnOperator) {
  Settings s = settings();
  const auto doubts = [&] { return doubts_about(s, *make(s)->generation(), std::time(nullptr)); };
  EXPECT_EQ(doubts(), "");
  const auto nameless = authority.issue("server", "");
  files.write("server.crt", nameless.cert);
  files.write("server.key", nameless.key);
  EXPECT_NE(doubts().find("no subjectAltName"), std::string::npos);
  const auto old = authority.issue("server", "DNS:localhost", -60);
  files.write("server.crt", old.cert);
  files.write("server.key", old.key);
  EXPECT_NE(doubts().find("has expired"), std::string::npos);
}

// A client of OpenSSL's own, that keeps a session and comes back with it.
bool resumes(
    const std::shared_ptr<Context>& first, const std::shared_ptr<Context>& second, const char* protocol,
    const std::function<void()>& meanwhile = [] {}) {
  const SslContextHandle plain{SSL_CTX_new(TLS_client_method())};
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
    EXPECT_EQ(server.state, KEEL_LAYER_OPEN) << server.engine->reason();
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

TEST_F(EngineTest, SessionsAreResumedUnderTheSameTrustAlone) {
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

TEST_F(EngineTest, SessionsOutliveANewCertificateButNoNewTrust) {
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

TEST_F(EngineTest, SessionsThatAreKeptAreBoundedAndEnd) {
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

}  // namespace
}  // namespace keel::tls
