#include "host/exec/command_table.h"

#include <gtest/gtest.h>

#include <vector>

#include "keel/cpp/tables.hpp"

namespace keel::exec {
namespace {

using Fault = CommandTable::Fault;

keel_status nothing(keel_ctx*) noexcept {
  return KEEL_OK;
}

keel_command row(const char* name, int32_t arity, uint64_t flags = 0, uint64_t acl = 0) {
  keel_command c{};
  c.name = name;
  c.run = nothing;
  c.arity = arity;
  c.flags = flags;
  c.acl = acl;
  return c;
}

struct Found {
  Command* command;
  Fault fault;
};
Found find(const CommandTable& t, const std::vector<std::string>& words) {
  std::vector<keel_str> argv;
  for (const std::string& w : words) argv.push_back({w.data(), w.size()});
  Found f{nullptr, Fault::kNone};
  f.command = t.find(argv.data(), static_cast<uint32_t>(argv.size()), f.fault);
  return f;
}

class CommandTableTest : public ::testing::Test {
 protected:
  void SetUp() override {
    EXPECT_EQ(table_.add(row("GET", 2, KEEL_CMD_READONLY | KEEL_CMD_FAST), "string", this), "");
    EXPECT_EQ(table_.add(row("SET", -3, KEEL_CMD_WRITE), "string", nullptr), "");
    keel_command container = row("CONFIG", -2);
    container.run = nullptr;
    EXPECT_EQ(table_.add(container, "", nullptr), "");
    EXPECT_EQ(table_.add(row("CONFIG|GET", -3, KEEL_CMD_ADMIN), "", nullptr), "");
    EXPECT_EQ(table_.add(row("CONFIG|SET", -4), "", nullptr), "");
    EXPECT_EQ(table_.add(row("COMMAND", -1), "", nullptr), "");
    EXPECT_EQ(table_.add(row("COMMAND|COUNT", 2), "", nullptr), "");
    EXPECT_EQ(table_.add(row("ANAMETHATISLONGERTHANSIXTEEN", 1), "", nullptr), "");
    EXPECT_EQ(table_.add(row("EXACTLYSIXTEENCH", 1), "", nullptr), "");
  }
  CommandTable table_;
};

TEST_F(CommandTableTest, FindsByWordsWhateverTheirCase) {
  table_.freeze();
  for (const char* name : {"GET", "get", "gEt"}) {
    const auto [command, fault] = find(table_, {name, "key"});
    ASSERT_NE(command, nullptr);
    EXPECT_EQ(fault, Fault::kNone);
    EXPECT_EQ(command->name, "get");
    EXPECT_EQ(command->owner, "string");
    EXPECT_EQ(command->self, this);
  }
  EXPECT_EQ(find(table_, {"aNameThatIsLongerThanSixteen"}).command->name, "anamethatislongerthansixteen");
  EXPECT_EQ(find(table_, {"exactlysixteench"}).command->name, "exactlysixteench");
}

TEST_F(CommandTableTest, UnknownNames) {
  table_.freeze();
  for (const char* name : {"", "g", "ge", "gett", "get ", "get\x01", " get", "config|get", "GE\x34",
                           "exactlysixteenchx", "exactlysixteenc", "anamethatislongerthansixteen2"}) {
    const auto [command, fault] = find(table_, {name, "key"});
    EXPECT_EQ(command, nullptr) << name;
    EXPECT_EQ(fault, Fault::kUnknown) << name;
  }
  EXPECT_EQ(find(table_, {std::string(100000, 'x')}).fault, Fault::kUnknown);
  EXPECT_EQ(find(table_, {std::string("get\0", 4), "key"}).fault, Fault::kUnknown);
}

// Bit 5 is the case of a letter, and of nothing else.
TEST_F(CommandTableTest, NamesThatDifferOnlyInTheBitOfTheCase) {
  EXPECT_EQ(table_.add(row("A[B", 1), "", nullptr), "");
  EXPECT_EQ(table_.add(row("A{B", 1), "", nullptr), "");
  table_.freeze();
  EXPECT_EQ(find(table_, {"a[b"}).command->name, "a[b");
  EXPECT_EQ(find(table_, {"A{B"}).command->name, "a{b");
  EXPECT_EQ(find(table_, {"a\x1b"
                          "b"})
                .fault,
            Fault::kUnknown);
}

TEST_F(CommandTableTest, CountsTheWords) {
  table_.freeze();
  EXPECT_EQ(find(table_, {"GET"}).fault, Fault::kArity);
  EXPECT_EQ(find(table_, {"GET", "a", "b"}).fault, Fault::kArity);
  EXPECT_EQ(find(table_, {"SET", "a"}).fault, Fault::kArity);
  EXPECT_EQ(find(table_, {"SET", "a", "b"}).fault, Fault::kNone);
  EXPECT_EQ(find(table_, {"SET", "a", "b", "c"}).fault, Fault::kNone);
}

TEST_F(CommandTableTest, Subcommands) {
  table_.freeze();
  auto [get, none] = find(table_, {"config", "GET", "x"});
  EXPECT_EQ(none, Fault::kNone);
  EXPECT_EQ(get->name, "config|get");
  EXPECT_EQ(get->last_name(), "get");
  ASSERT_NE(get->container, nullptr);
  EXPECT_EQ(get->container->name, "config");
  EXPECT_EQ(get->container->subcommands.size(), 2u);

  const auto few = find(table_, {"config", "get"});
  EXPECT_EQ(few.fault, Fault::kArity);
  EXPECT_EQ(few.command->name, "config|get");
  const auto alone = find(table_, {"config"});
  EXPECT_EQ(alone.fault, Fault::kArity);
  EXPECT_EQ(alone.command->name, "config");
  const auto unknown = find(table_, {"config", "nope"});
  EXPECT_EQ(unknown.fault, Fault::kUnknownSubcommand);
  EXPECT_EQ(unknown.command->name, "config");
}

TEST_F(CommandTableTest, AContainerThatRunsByItself) {
  table_.freeze();
  EXPECT_EQ(find(table_, {"command"}).fault, Fault::kNone);
  EXPECT_EQ(find(table_, {"command", "count"}).command->name, "command|count");
}

TEST_F(CommandTableTest, ByName) {
  table_.freeze();
  EXPECT_EQ(table_.find("GET")->name, "get");
  EXPECT_EQ(table_.find("config|get")->name, "config|get");
  EXPECT_EQ(table_.find("nope"), nullptr);
  EXPECT_EQ(table_.commands().size(), 6u);
  EXPECT_EQ(table_.all().size(), 9u);
}

TEST_F(CommandTableTest, ANameIsTakenOnce) {
  EXPECT_EQ(table_.add(row("get", 1), "other", nullptr), "command 'get' exists already");
  EXPECT_EQ(table_.add(row("NEW|SUB", 1), "", nullptr), "subcommand 'new|sub' comes before its command");
  table_.freeze();
  EXPECT_EQ(find(table_, {"get", "k"}).command->owner, "string");
  EXPECT_EQ(table_.commands().size(), 6u);
}

TEST_F(CommandTableTest, Renamed) {
  EXPECT_EQ(table_.rename("GET", "fetch"), "");
  EXPECT_EQ(table_.rename("config", ""), "");
  EXPECT_EQ(table_.rename("SET", "get"), "");
  EXPECT_NE(table_.rename("nope", "x"), "");
  EXPECT_NE(table_.rename("fetch", "command"), "");
  table_.freeze();
  EXPECT_EQ(find(table_, {"Fetch", "k"}).command->name, "get");
  EXPECT_EQ(find(table_, {"GET", "k", "v"}).command->name, "set");
  EXPECT_EQ(find(table_, {"SET", "k", "v"}).fault, Fault::kUnknown);
  EXPECT_EQ(find(table_, {"config", "get", "x"}).fault, Fault::kUnknown);
  for (const Command* c : table_.commands()) EXPECT_NE(c->name, "config");
}

TEST_F(CommandTableTest, CategoriesThatFlagsImply) {
  EXPECT_EQ(table_.find("get")->acl, uint64_t{KEEL_ACL_READ | KEEL_ACL_FAST});
  EXPECT_EQ(table_.find("set")->acl, uint64_t{KEEL_ACL_WRITE | KEEL_ACL_SLOW});
  EXPECT_EQ(table_.find("config|get")->acl, uint64_t{KEEL_ACL_ADMIN | KEEL_ACL_DANGEROUS | KEEL_ACL_SLOW});
}

TEST_F(CommandTableTest, OneKeyNeedsNoSpecification) {
  constexpr static keel_keyspec kOne[] = {one_key(KEEL_KEY_RO, 2)};
  constexpr static keel_keyspec kMany[] = {keys_at(KEEL_KEY_RO, 1, -1)};
  keel_command one = row("ONE", 3), many = row("MANY", -2);
  one.nkeyspecs = many.nkeyspecs = 1;
  one.keyspecs = kOne;
  many.keyspecs = kMany;
  EXPECT_EQ(table_.add(one, "", nullptr), "");
  EXPECT_EQ(table_.add(many, "", nullptr), "");
  EXPECT_EQ(table_.find("one")->only_key, 2u);
  EXPECT_EQ(table_.find("one")->only_key_flags, uint32_t{KEEL_KEY_RO});
  EXPECT_EQ(table_.find("many")->only_key, 0u);
}

}  // namespace
}  // namespace keel::exec
