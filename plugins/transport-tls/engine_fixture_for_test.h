// engine_fixture_for_test.h - an authority, certificates of both ends as files, and pairs of engines that use them.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "certificates_for_test.h"
#include "engine_pair_for_test.h"

namespace keel::tls {

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
    std::shared_ptr<Context> c = Context::make(s, nullptr, error);
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

}  // namespace keel::tls
