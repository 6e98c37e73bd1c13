// Two engines back to back, without a socket.
#include "engine.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <cstring>
#include <random>

#include "engine_fixture_for_test.h"
#include "keel/cpp/text.hpp"

namespace keel::tls {
namespace {

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

TEST_F(EngineTest, ErrorsThatOthersLeaveBehindAreNotOurs) {
  auto [client, server] = connected(make(settings()));
  client.to_send = "in two parts";
  client.step();
  ERR_raise(ERR_LIB_X509, 1);
  const std::string record = std::exchange(client.to_peer, {});
  server.from_peer = record.substr(0, 7);
  server.step();
  EXPECT_EQ(server.state, KEEL_LAYER_OPEN) << server.engine->reason();
  ERR_raise(ERR_LIB_X509, 1);
  server.from_peer += record.substr(7);
  server.step();
  EXPECT_EQ(server.received, "in two parts") << server.engine->reason();
}

}  // namespace
}  // namespace keel::tls
