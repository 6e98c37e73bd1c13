#include "host/plugin/order.h"

#include <gtest/gtest.h>

namespace keel::plugin {
namespace {

Manifest plugin(std::string name, std::vector<Need> needs, std::vector<std::string> provides) {
  return {std::move(name), "1", 1, std::move(needs), std::move(provides)};
}
std::string host(const std::string& id) {
  return id.starts_with("keel.") ? "the server" : "";
}
using Sequence = std::vector<size_t>;

TEST(Order, KeepsTheListWhereItCan) {
  const auto o = order({plugin("a", {{"keel.core/1"}}, {}), plugin("b", {}, {"x"}), plugin("c", {}, {})}, host);
  EXPECT_EQ(o.sequence, (Sequence{0, 1, 2}));
  EXPECT_TRUE(o.refused.empty());
}

TEST(Order, ProvidersFirst) {
  const auto o = order({plugin("a", {{"y"}}, {}), plugin("b", {{"x"}}, {"y"}), plugin("c", {}, {"x"})}, host);
  EXPECT_EQ(o.sequence, (Sequence{2, 1, 0}));
}

TEST(Order, OptionalNeedsOrderButDoNotRefuse) {
  auto o = order({plugin("a", {{"x", true}}, {}), plugin("b", {}, {"x"})}, host);
  EXPECT_EQ(o.sequence, (Sequence{1, 0}));
  o = order({plugin("a", {{"x", true}}, {})}, host);
  EXPECT_EQ(o.sequence, Sequence{0});
  o = order({plugin("a", {{"x", true}}, {"y"}), plugin("b", {{"y"}}, {"x"})}, host);
  EXPECT_EQ(o.sequence, (Sequence{0, 1})) << "an optional circle is cut at the optional need";
}

TEST(Order, UnknownNeedAndWhoeverNeedsTheRefused) {
  const auto o = order({plugin("a", {{"y"}}, {}), plugin("b", {{"z"}}, {"y"}), plugin("c", {}, {})}, host);
  EXPECT_EQ(o.sequence, Sequence{2});
  ASSERT_EQ(o.refused.size(), 2u);
  EXPECT_EQ(o.refused[0].sentence, "plugin 'b' needs z, which neither the server nor a listed plugin provides");
  EXPECT_EQ(o.refused[1].sentence, "plugin 'a' needs y of plugin 'b', which was refused");
}

TEST(Order, CircleNamesBothSides) {
  const auto o = order({plugin("a", {{"y"}}, {"x"}), plugin("b", {{"x"}}, {"y"})}, host);
  EXPECT_TRUE(o.sequence.empty());
  ASSERT_EQ(o.refused.size(), 2u);
  EXPECT_EQ(o.refused[0].sentence,
            "plugin 'a' cannot be put in order: plugin 'a' needs y of plugin 'b', plugin 'b' needs x of plugin 'a'");
}

TEST(Order, TwoProvidersOfOneName) {
  const auto o =
      order({plugin("a", {}, {"type:t"}), plugin("b", {}, {"type:t"}), plugin("c", {}, {"keel.loop/1"})}, host);
  EXPECT_EQ(o.sequence, Sequence{0});
  ASSERT_EQ(o.refused.size(), 2u);
  EXPECT_EQ(o.refused[0].sentence, "plugin 'b' provides type:t, which plugin 'a' provides already");
  EXPECT_EQ(o.refused[1].sentence, "plugin 'c' provides keel.loop/1, which the server provides already");
}

}  // namespace
}  // namespace keel::plugin
