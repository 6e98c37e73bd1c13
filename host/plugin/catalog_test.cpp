#include "host/plugin/catalog.h"

#include <gtest/gtest.h>

#include <fstream>

#include "host/plugin/address.h"
#include "host/plugin/make_elf_for_test.h"

namespace keel::plugin {
namespace {
namespace fs = std::filesystem;

class CatalogTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "keel-catalog-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    fs::create_directories(root_ / "a");
    fs::create_directories(root_ / "b");
  }
  void TearDown() override { fs::remove_all(root_); }
  void put(const std::string& file, const std::string& bytes) const {
    std::ofstream{root_ / file, std::ios::binary} << bytes;
  }
  static std::string elf(const std::string& name) { return make_elf("name: " + name + "\nversion: 1\nabi: 1\n"); }
  Catalog catalog() const { return Catalog{{root_ / "a", root_ / "none", root_ / "b"}}; }
  fs::path root_;
};

TEST_F(CatalogTest, TheFirstDirectoryWins) {
  put("a/x.so", elf("x"));
  put("b/x.so", elf("x"));
  put("b/y.so", elf("y"));
  EXPECT_EQ(catalog().find("x"), root_ / "a/x.so");
  EXPECT_EQ(catalog().find("y"), root_ / "b/y.so");
  EXPECT_EQ(catalog().find("z"), std::nullopt);
  EXPECT_EQ(catalog().find("../a/x"), std::nullopt) << "a name is no path";
}

TEST_F(CatalogTest, ListsWithoutRunning) {
  put("a/x.so", elf("x"));
  put("b/w.so", elf("v"));
  put("b/broken.so", "garbage");
  put("b/readme.txt", "no plugin");
  const auto all = catalog().list();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].name, "broken");
  EXPECT_EQ(all[0].error, "is not a shared object (it does not begin as an ELF file)");
  EXPECT_EQ(all[1].error, "calls itself 'v'");
  EXPECT_EQ(all[2].error, "");
  EXPECT_NE(catalog().report().find("x 1  abi 1"), std::string::npos) << catalog().report();
}

TEST(Address, KnowsWhatItWasToldAndNothingElse) {
  static const int here = 0;
  int on_stack = 0;
  EXPECT_EQ(plugin_at(&here), nullptr);
  note_mapping(&here, "self");
  EXPECT_STREQ(plugin_at(&here), "self");
  EXPECT_EQ(plugin_at(&on_stack), nullptr);
  EXPECT_EQ(plugin_at(nullptr), nullptr);
}

}  // namespace
}  // namespace keel::plugin
