#include "host/admin/password.h"

#include <gtest/gtest.h>

namespace keel::admin {
namespace {

using namespace std::string_view_literals;

TEST(SameSecret, ComparesTheWhole) {
  EXPECT_TRUE(same_secret("", ""));
  EXPECT_TRUE(same_secret("secret", "secret"));
  EXPECT_FALSE(same_secret("secre", "secret"));
  EXPECT_FALSE(same_secret("secrets", "secret"));
  EXPECT_FALSE(same_secret("secretsecret", "secret"));
  EXPECT_FALSE(same_secret("secret\0"sv, "secret"));
  EXPECT_FALSE(same_secret("\0"sv, ""));
  EXPECT_FALSE(same_secret("", "secret"));
}

TEST(MayEnter, DefaultUserOnly) {
  base::Settings settings;
  EXPECT_TRUE(may_enter(settings, "default", "anything"));
  EXPECT_FALSE(may_enter(settings, "nobody", "anything"));
  settings.requirepass.set("secret");
  settings.has_requirepass.set(true);
  EXPECT_TRUE(may_enter(settings, "default", "secret"));
  EXPECT_FALSE(may_enter(settings, "default", "wrong"));
  EXPECT_FALSE(may_enter(settings, "Default", "secret"));
}

}  // namespace
}  // namespace keel::admin
