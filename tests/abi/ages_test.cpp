// Plugins of another age and of another compiler load into this host.
#include <gtest/gtest.h>

#include "tests/abi/loading.h"

namespace keel::plugin {
namespace {

using Sentences = std::vector<std::string>;
constexpr const char* kAges = KEEL_AGES;

std::string reply(const keel_command& row) {
  char room[64];
  keel_ctx ctx{};
  ctx.out = room;
  ctx.out_end = room + sizeof room;
  EXPECT_EQ(row.run(&ctx), KEEL_OK);
  return {room, static_cast<size_t>(ctx.out - room)};
}

TEST(Ages, OlderSdkLoads) {
  const auto loader = loader_over(kAges);
  ASSERT_EQ(load(*loader, {"older"}), Sentences{});
  EXPECT_TRUE(loader->start().empty());
  const Registry& r = loader->registry();
  ASSERT_EQ(r.types().size(), 1u);
  EXPECT_EQ(r.types()[0].table->head.size, sizeof(keel_type));
  EXPECT_NE(r.types()[0].table->load, nullptr);
  EXPECT_EQ(r.types()[0].table->check, nullptr);
  ASSERT_EQ(r.commands().size(), 2u);
  EXPECT_STREQ(r.commands()[1].row.name, "OLDER.AGAIN");
  EXPECT_EQ(r.commands()[1].row.find_keys, nullptr);
  EXPECT_EQ(reply(r.commands()[1].row), "+older\r\n");
  loader->destroy();
}

TEST(Ages, NewerSdkLoadsWhenItUsesNothingNew) {
  const auto loader = loader_over(kAges);
  EXPECT_EQ(load(*loader, {"newer"}), Sentences{});
  const Sentences said = load(*loader, {"newer-uses"});
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find("it was made for a newer server"), std::string::npos) << said[0];
}

TEST(Ages, OtherCompilersLoad) {
  for (const char* name : {"older-clang", "newer-clang"}) {
    const std::filesystem::path path = std::filesystem::path{kAges} / name;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no second compiler here";
    const auto loader = loader_over(path.string());
    EXPECT_EQ(load(*loader, {std::string{name}.substr(0, 5)}), Sentences{});
  }
}

TEST(Services, OfOnePluginReachAnother) {
  auto loader = loader_over(kAges);
  EXPECT_EQ(load(*loader, {"consumer", "provider"}), Sentences{}) << "in whatever order they are listed";
  EXPECT_EQ(loader->plugins()[0]->name(), "provider");
}

// An operator who leaves a plugin out leaves out what needs it.
TEST(Services, OfAPluginThatIsNotListedAreMissed) {
  auto loader = loader_over(kAges);
  EXPECT_EQ(load(*loader, {"consumer"}), Sentences{});
  EXPECT_TRUE(loader->plugins().empty());
  ASSERT_EQ(loader->left_out().size(), 1u);
  EXPECT_EQ(loader->left_out()[0].plugin, "consumer");
  EXPECT_EQ(loader->left_out()[0].sentence,
            "plugin 'consumer' is left out: it needs the plugin 'provider', which is installed, but not listed");
}

}  // namespace
}  // namespace keel::plugin
