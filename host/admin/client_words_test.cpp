#include "host/admin/client_words.h"

#include <gtest/gtest.h>

namespace keel::admin {
namespace {

using namespace std::string_view_literals;

TEST(ClientNames, TakeWhatALineCanShow) {
  exec::Client client{7};
  EXPECT_TRUE(set_name(client, ""));
  EXPECT_EQ(client.names, nullptr);
  EXPECT_TRUE(set_name(client, "!~[]"));
  EXPECT_EQ(client.name(), "!~[]");
  for (const auto bad : {"a b"sv, "a\n"sv, "\x7f"sv, "\xc3\xa9"sv, "\0"sv}) EXPECT_FALSE(set_name(client, bad));
  EXPECT_EQ(client.name(), "!~[]");
  EXPECT_TRUE(set_name(client, ""));
  EXPECT_EQ(client.name(), "");
}

TEST(ClientTypes, HaveTwoNamesForReplicas) {
  EXPECT_EQ(client_type("Normal"), ClientType::kNormal);
  EXPECT_EQ(client_type("slave"), ClientType::kReplica);
  EXPECT_EQ(client_type("REPLICA"), ClientType::kReplica);
  EXPECT_EQ(client_type("foo"), ClientType::kUnknown);
}

TEST(ClientList, OneLineAClient) {
  exec::Client client{7};
  client.remote = "1.2.3.4:5";
  client.local_address = "1.2.3.4:6379";
  client.fd = 9;
  client.transport = "tcp";
  client.created_ms = 1'000;
  client.active_ms = 9'500;
  client.no_evict = true;
  client.no_touch = true;
  set_name(client, "bob");
  const std::string line = describe(client, 11'000);
  EXPECT_TRUE(
      line.starts_with("id=7 addr=1.2.3.4:5 laddr=1.2.3.4:6379 fd=9 name=bob age=10 idle=1 flags=eT db=0 sub=0 "
                       "psub=0 ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 "
                       "oll=0 omem=0 tot-mem="));
  EXPECT_TRUE(
      line.ends_with(" events=r cmd=NULL user=default redir=-1 resp=2 lib-name= lib-ver= transport=tcp identity=\n"));
  client.named().identity = "CN=bob id=1\n\xc3\xa9\\x";
  EXPECT_TRUE(describe(client, 11'000).ends_with(" identity=CN=bob\\x20id=1\\x0a\\xc3\\xa9\\x5cx\n"));
}

}  // namespace
}  // namespace keel::admin
