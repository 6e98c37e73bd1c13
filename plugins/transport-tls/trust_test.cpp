// Sets of certificates, and who is trusted by them.
#include <gtest/gtest.h>
#include <openssl/ui.h>

#include <ctime>
#include <filesystem>
#include <functional>

#include "engine_fixture_for_test.h"
#include "listeners.h"

namespace keel::tls {
namespace {

using TrustTest = EngineTest;

TEST_F(TrustTest, ClientsAreChecked) {
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

TEST_F(TrustTest, TheServersNameIsChecked) {
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

TEST_F(TrustTest, ASetThatIsReplacedWhileItIsReadIsReadAgain) {
  const Settings s = settings();
  Material m;
  std::string error;
  ASSERT_TRUE(read_material(s, m, error));
  const auto next = authority.issue("server-2");
  files.write("server.key", next.key);  // after the old one has been read
  files.write("server.crt", next.cert);
  EXPECT_TRUE(confirm_material(s, m, error)) << error;
  EXPECT_EQ(m.key, next.key);
  EXPECT_EQ(m.cert, next.cert);
  std::filesystem::remove(files / "server.key");
  EXPECT_FALSE(confirm_material(s, m, error));
  EXPECT_NE(error.find("server.key"), std::string::npos) << error;
}

TEST_F(TrustTest, AReloadKeepsTheLastGoodSet) {
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

TEST_F(TrustTest, RecheckEndsThoseThatAreTrustedNoLonger) {
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

TEST_F(TrustTest, SettingsThatMakeNoSense) {
  const auto wrong = [&](const std::function<void(Settings&)>& change, const std::string& words) {
    Settings s = settings();
    change(s);
    std::string error;
    EXPECT_EQ(Context::make(s, nullptr, error), nullptr) << words;
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

TEST_F(TrustTest, PassphrasesOpenKeys) {
  Settings s = settings();
  const auto sealed = authority.issue_sealed("sealed", "open sesame");
  s.cert_file = files.write("sealed.crt", sealed.cert);
  s.key_file = files.write("sealed.key", sealed.key);
  s.key_file_pass = "open sesame";
  EXPECT_EQ(connected(make(s)).client.engine->identity(), "sealed");
  for (const char* pass : {"", "wrong"}) {
    s.key_file_pass = pass;
    std::string error;
    EXPECT_EQ(Context::make(s, nullptr, error), nullptr);
    EXPECT_NE(error.find("key-file-pass is wrong"), std::string::npos) << error;
  }
}

TEST_F(TrustTest, DoubtsOfAnOperator) {
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

TEST_F(TrustTest, WhatEndsIsDoubted) {
  Settings s = settings();
  const auto context = make(s);
  for (const Ending* one : context->generation()->endings())
    EXPECT_EQ(one->at_s != 0, one != &context->generation()->revocations) << one->what;
  EXPECT_EQ(context->generation()->authority.name, "CN=authority");
  const auto doubts = [&](const Settings& of) { return doubts_about(of, *make(of)->generation(), std::time(nullptr)); };
  Settings links = s;
  std::string error;
  const auto old = authority.issue("old", "DNS:localhost", -60);
  links.client_cert_file = files.write("old.crt", old.cert);
  links.client_key_file = files.write("old.key", old.key);
  EXPECT_EQ(doubts(links), "the certificate in '" + links.client_cert_file + "' has expired");
  links.client_cert_file.clear();
  EXPECT_EQ(Context::make(links, nullptr, error), nullptr);
  EXPECT_EQ(error, "client-cert-file is not said, and client-key-file is");

  Settings revoking = s;
  revoking.crl_file = files.write("crl.pem", authority.revoke(old.cert, -10));
  EXPECT_EQ(doubts(revoking), "a list of revoked certificates in '" + revoking.crl_file + "' has expired");
  Settings early = s;
  const auto next = authority.issue("next", "DNS:localhost", 86400, 3600);
  early.cert_file = files.write("next.crt", next.cert);
  early.key_file = files.write("next.key", next.key);
  EXPECT_EQ(doubts(early), "the certificate in '" + early.cert_file + "' is not valid yet");
  files.write("server.crt", next.cert);
  files.write("server.key", next.key);
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kRefused);
  EXPECT_EQ(error, "the certificate in '" + s.cert_file + "' is not valid yet");
}

TEST_F(TrustTest, AChainIsServedWholeOrNotAtAll) {
  Settings s = settings();
  const Authority between{"between", &authority};
  const auto leaf = between.issue("leaf");
  s.cert_file = files.write("leaf.crt", leaf.cert + between.cert());
  s.key_file = files.write("leaf.key", leaf.key);
  EXPECT_EQ(connected(make(s)).client.engine->identity(), "leaf");

  const Authority weak{"weak", &authority, KeyHandle{EVP_RSA_gen(1024)}};
  const auto other = weak.issue("other");
  s.cert_file = files.write("other.crt", other.cert + weak.cert());
  s.key_file = files.write("other.key", other.key);
  std::string error;
  EXPECT_EQ(Context::make(s, nullptr, error), nullptr);
  EXPECT_NE(error.find("certificate 2 in '" + s.cert_file + "' is refused"), std::string::npos) << error;
}

TEST_F(TrustTest, AuthoritiesOnTheWayAreRevokedToo) {
  Settings s = settings();
  const Authority between{"between", &authority};
  const auto bob = between.issue("bob");
  Settings of_bob = s;
  of_bob.client_cert_file = files.write("bob.crt", bob.cert + between.cert());
  of_bob.client_key_file = files.write("bob.key", bob.key);
  const auto client = make(of_bob);
  const std::string nobody = authority.issue("nobody").cert;
  Settings revoking = s;
  revoking.crl_file = files.write("crl.pem", authority.revoke(nobody) + between.revoke(nobody));
  Pair p{End{client, false, "localhost"}, End{make(revoking), true}};
  settle(p.client, p.server);
  EXPECT_EQ(p.server.state, KEEL_LAYER_OPEN) << p.server.engine->reason();
  files.write("crl.pem", authority.revoke(between.cert()) + between.revoke(nobody));
  refused(client, make(revoking), Failure::kRevoked, "revoked");
  files.write("crl.pem", authority.revoke(nobody));
  refused(client, make(revoking), Failure::kUntrusted, "CRL");
}

TEST_F(TrustTest, ADirectoryBelongsToTheSet) {
  Settings s = settings();
  std::filesystem::create_directory(files / "cas");
  files.write("cas/one.pem", "a comment\n" + authority.cert());
  files.write("cas/README", "no certificate");
  s.ca_cert_file.clear();
  s.ca_cert_dir = files / "cas";
  const auto context = make(s);
  EXPECT_EQ(connected(context).server.engine->identity(), "client");

  const Authority another{"another"};
  const auto eve = another.issue("eve");
  Settings of_eve = s;
  of_eve.client_cert_file = files.write("eve.crt", eve.cert);
  of_eve.client_key_file = files.write("eve.key", eve.key);
  const auto client = make(of_eve);
  // A set that is broken changes nothing, and nothing is read behind its back.
  files.write("server.crt", authority.issue("server-2").cert);
  files.write("cas/two.pem", another.cert());
  std::string error;
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kRefused);
  refused(client, context, Failure::kUntrusted, "unable to get local issuer certificate");
  const auto whole = authority.issue("server-3");
  files.write("server.crt", whole.cert);
  files.write("server.key", whole.key);
  EXPECT_EQ(context->reload(false, error), Context::Outcome::kSwapped) << error;
  Pair p{End{client, false, "localhost"}, End{context, true}};
  settle(p.client, p.server);
  EXPECT_EQ(p.server.engine->identity(), "eve") << p.server.engine->reason();

  std::filesystem::create_directory(files / "none");
  s.ca_cert_dir = files / "none";
  EXPECT_EQ(Context::make(s, nullptr, error), nullptr);
  EXPECT_EQ(error, "'" + s.ca_cert_dir + "' has no certificate in it");
}

// A server has nobody at a terminal, and would wait for ever.
TEST_F(TrustTest, NobodyIsAskedForAPassphrase) {
  static bool asked = false;
  UI_METHOD* const terminal = UI_create_method("terminal");
  UI_method_set_opener(terminal, [](UI*) {
    asked = true;
    return 0;
  });
  const UI_METHOD* const before = UI_get_default_method();
  UI_set_default_method(terminal);
  const auto sealed = [](const std::string& what) {
    return "-----BEGIN " + what +
           "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
           "AAAAAAAAAAAAAAAAAAAAAA==\n-----END " +
           what + "-----\n";
  };
  std::filesystem::create_directory(files / "cas");
  for (std::string Settings::*file : {&Settings::cert_file, &Settings::key_file, &Settings::ca_cert_file,
                                      &Settings::crl_file, &Settings::dh_params_file, &Settings::ca_cert_dir}) {
    Settings s = settings();
    const bool directory = file == &Settings::ca_cert_dir;
    const std::string what = file == &Settings::crl_file         ? "X509 CRL"
                             : file == &Settings::key_file       ? "EC PRIVATE KEY"
                             : file == &Settings::dh_params_file ? "DH PARAMETERS"
                                                                 : "CERTIFICATE";
    const std::string path = files.write(directory ? "cas/sealed" : "sealed", sealed(what));
    s.*file = directory ? files / "cas" : path;
    std::string error;
    EXPECT_EQ(Context::make(s, nullptr, error), nullptr) << what;
  }
  UI_set_default_method(before);
  UI_destroy_method(terminal);
  EXPECT_FALSE(asked);
}

// What connections of before are held to when CONFIG SET has given their listener other files.
TEST_F(TrustTest, TheSettingsOfNowDecide) {
  Settings s = settings();
  s.address = "a listener of two contexts";
  std::string error;
  const std::shared_ptr<Context> before = Context::make(s, nullptr, error);
  add_listener(before);
  auto live = connected(before);
  EXPECT_EQ(live.server.engine->recheck(), KEEL_OK);

  Settings revoking = s;
  revoking.recheck_on_reload = true;
  revoking.crl_file = files.write("crl.pem", authority.revoke(authority.issue("nobody").cert));
  const std::shared_ptr<Context> harmless = Context::make(revoking, before->generation().get(), error);
  EXPECT_EQ(harmless->generation()->number, 2u);
  add_listener(harmless);
  EXPECT_EQ(live.server.engine->recheck(), KEEL_OK);
  std::string shown;
  each_listener([&](const Context& c) { shown += c.settings.crl_file; });
  EXPECT_EQ(shown, revoking.crl_file) << "one listener, as it is now";

  std::ifstream of_client{s.client_cert_file};
  files.write("crl-2.pem", authority.revoke({std::istreambuf_iterator<char>{of_client}, {}}));
  revoking.crl_file = files / "crl-2.pem";
  const std::shared_ptr<Context> strict = Context::make(revoking, harmless->generation().get(), error);
  add_listener(strict);
  remove_listener(strict.get());  // refused by the rest of the configuration
  EXPECT_EQ(live.server.engine->recheck(), KEEL_OK);
  add_listener(strict);
  EXPECT_LT(live.server.engine->recheck(), 0);
  for (const auto& c : {before, harmless, strict}) remove_listener(c.get());
}

}  // namespace
}  // namespace keel::tls
