#include "host/plugin/registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "host/plugin/check_rows.h"

namespace keel::plugin {
namespace {

keel_status run(keel_ctx*) noexcept {
  return KEEL_OK;
}
constexpr uint8_t kCodes[] = {4, 0xff};

keel_command row(const char* name, int32_t arity = 2, uint64_t flags = KEEL_CMD_READONLY) {
  return {name, run, arity, 0, flags, 0, nullptr, nullptr, nullptr, nullptr};
}
keel_type type(const char* name, const uint8_t* codes = kCodes) {
  keel_type t{};
  t.head.size = sizeof t;
  t.name = name;
  t.rdb_codes = codes;
  t.save = [](const keel_ref*, keel_sink*) noexcept -> keel_status { return KEEL_OK; };
  t.load = [](keel_source*, keel_ref*, keel_error*) noexcept -> keel_status { return KEEL_OK; };
  return t;
}
std::string add(Registry& r, const keel_command& c) {
  return r.commands(&c, 1, sizeof c, nullptr);
}

TEST(Registry, RowsOfAnOlderSdkAreExtendedWithZero) {
  struct Old {  // before find_keys and doc
    const char* name;
    keel_handler run;
    int32_t arity;
    uint32_t nkeyspecs;
    uint64_t flags, acl;
    const keel_keyspec* keyspecs;
  } old[] = {{"A", run, 1, 0, 0, 0, nullptr}, {"B", run, -2, 0, 0, 0, nullptr}};
  Registry r;
  EXPECT_EQ(r.commands(reinterpret_cast<const keel_command*>(old), 2, sizeof old[0], nullptr), "");
  ASSERT_EQ(r.commands().size(), 2u);
  EXPECT_STREQ(r.commands()[1].row.name, "B");
  EXPECT_EQ(r.commands()[1].row.doc, nullptr);
}

TEST(Registry, BiggerRowsAreTakenWhenTheExtraIsZero) {
  struct New {
    keel_command row;
    uint64_t extra;
  } fresh[] = {{row("A"), 0}, {row("B"), 7}};
  Registry r;
  EXPECT_EQ(r.commands(&fresh[0].row, 1, sizeof fresh[0], nullptr), "");
  EXPECT_EQ(r.commands(&fresh[0].row + 0, 0, sizeof fresh[0], nullptr), "");
  const std::string wrong = r.commands(&fresh[1].row, 1, sizeof fresh[1], nullptr);
  EXPECT_NE(wrong.find("made for a newer server"), std::string::npos) << wrong;
  EXPECT_NE(r.commands(&fresh[0].row, 1, 8, nullptr), "");
}

TEST(Registry, CommandsAreChecked) {
  Registry r;
  EXPECT_EQ(add(r, row("GET")), "");
  EXPECT_EQ(add(r, row("get")), "has the command 'get', which the server has already");
  EXPECT_EQ(add(r, row("")), "has a command without a name");
  EXPECT_EQ(add(r, row("A B")), "has the command 'A B', which is no single printable word of at most 64 bytes");
  EXPECT_EQ(add(r, row("X", 0)), "has the command 'X' with arity 0; the name of a command counts");
  EXPECT_EQ(add(r, row("X", 1, KEEL_CMD_WRITE | KEEL_CMD_READONLY)),
            "has the command 'X', which is both WRITE and READONLY");
  EXPECT_EQ(add(r, row("X", 1, KEEL_CMD_MOVABLE_KEYS)),
            "has the command 'X' with MOVABLE_KEYS, but without find_keys()");
  EXPECT_EQ(add(r, row("X|Y")), "has the subcommand 'X|Y' before a command 'X'");
  EXPECT_EQ(add(r, row("X|")), "has the command 'X|', which is not of the form CONTAINER|SUBCOMMAND");
  keel_command box = row("BOX", -2);
  box.run = nullptr;
  EXPECT_EQ(add(r, box), "");
  EXPECT_EQ(r.complete(Manifest{}, nullptr), "has the command 'BOX' without a function to run and without subcommands");
  EXPECT_EQ(add(r, row("BOX|OPEN")), "");
  EXPECT_EQ(r.complete(Manifest{}, nullptr), "");
}

TEST(Registry, KeySpecificationsAreChecked) {
  const auto wrong = [](keel_keyspec k, int32_t arity) {
    keel_command c = row("X", arity);
    c.nkeyspecs = 1;
    c.keyspecs = &k;
    return check_command(c);
  };
  keel_keyspec k{};
  k.begin = KEEL_BEGIN_INDEX;
  k.find = KEEL_FIND_RANGE;
  k.pos = 1;
  k.step = 1;
  EXPECT_EQ(wrong(k, 2), "");
  k.last = -1;
  EXPECT_EQ(wrong(k, -2), "");
  k.last = 1;
  EXPECT_EQ(wrong(k, 2), "has the command 'X' whose key specification 0 ends beyond the last argument");
  k.last = 0;
  k.pos = 2;
  EXPECT_EQ(wrong(k, 2), "has the command 'X' whose key specification 0 begins beyond the last argument");
  k.pos = 0;
  EXPECT_EQ(wrong(k, -2), "has the command 'X' whose key specification 0 begins before the first argument");
  k.pos = 1;
  k.step = 0;
  EXPECT_EQ(wrong(k, -2), "has the command 'X' whose key specification 0 has a step below 1");
  k.begin = 9;
  EXPECT_EQ(wrong(k, -2), "has the command 'X' whose key specification 0 begins in no known way");
  keel_command c = row("X");
  c.nkeyspecs = 1;
  EXPECT_EQ(check_command(c), "has the command 'X' with key specifications that are NULL");
}

TEST(Registry, TypesAreChecked) {
  Registry r;
  uint16_t n = 0;
  keel_type t = type("ring");
  EXPECT_EQ(r.type(&t, n, nullptr), "");
  EXPECT_EQ(n, 1);
  EXPECT_EQ(r.type(&t, n, nullptr), "has the value type 'ring', which the server has already");
  EXPECT_EQ(n, 0);
  t = type("other");
  EXPECT_EQ(r.type(&t, n, nullptr),
            "has the value type 'other' with the code 4, which is that of 'ring' of the server");
  t = type("other");
  t.load = nullptr;
  EXPECT_EQ(r.type(&t, n, nullptr), "has the value type 'other', which lacks the required function load()");
  t = type("other");
  t.head.size = 4;
  EXPECT_EQ(r.type(&t, n, nullptr), "has a keel_type whose size says 4 bytes");
}

TEST(Registry, CodesAreThoseOfRedis) {
  Registry r;
  uint16_t n = 0;
  // Modules, never used, of the next Redis, of nobody, an opcode.
  constexpr uint8_t kForeign[] = {6, 7, 8, 26, 224, 254};
  for (const uint8_t code : kForeign) {
    const uint8_t codes[] = {3, code, 0xff};
    const keel_type t = type("mine", codes);
    EXPECT_EQ(r.type(&t, n, nullptr), "has the value type 'mine' with the code " + std::to_string(code) +
                                          ", which no type of Redis has; a type of its own has no codes and is saved "
                                          "by its name");
  }
  uint8_t endless[64];
  std::fill(std::begin(endless), std::end(endless), uint8_t{5});
  keel_type t = type("mine", endless);
  EXPECT_EQ(r.type(&t, n, nullptr), "has the value type 'mine' whose rdb_codes do not end with 0xff");
  EXPECT_TRUE(r.types().empty());
}

TEST(Registry, TypesWithoutCodesDoNotCollide) {
  Registry r;
  uint16_t n = 0;
  static constexpr uint8_t kNone[] = {0xff};
  for (const char* name : {"one", "two"}) {
    const keel_type t = type(name, kNone);
    EXPECT_EQ(r.type(&t, n, nullptr), "");
  }
  const keel_type t = type("three", nullptr);
  EXPECT_EQ(r.type(&t, n, nullptr), "");
  EXPECT_EQ(n, 3);
  ASSERT_NE(r.types().back().table->rdb_codes, nullptr);
  EXPECT_EQ(r.types().back().table->rdb_codes[0], 0xff);
}

TEST(Registry, WhatIsDroppedIsForgotten) {
  Registry r;
  uint16_t n = 0;
  keel_type t = type("ring");
  EXPECT_EQ(r.type(&t, n, nullptr), "");
  EXPECT_EQ(add(r, row("A")), "");
  EXPECT_EQ(r.event('g', "del", nullptr), 1u);
  r.settle();
  static constexpr uint8_t kOther[] = {5, 0xff};
  keel_type u = type("bag", kOther);
  EXPECT_EQ(r.type(&u, n, nullptr), "");
  EXPECT_EQ(n, 2);
  EXPECT_EQ(add(r, row("B")), "");
  EXPECT_EQ(r.event('g', "expire", nullptr), 2u);
  r.drop();
  EXPECT_EQ(r.types().size(), 1u);
  EXPECT_EQ(r.commands().size(), 1u);
  EXPECT_EQ(r.events().size(), 1u);
  EXPECT_EQ(r.type(&u, n, nullptr), "");
  EXPECT_EQ(n, 2);
}

TEST(Registry, EventsOfOneNameAreOne) {
  Registry r;
  EXPECT_EQ(r.event('$', "set", nullptr), 1u);
  EXPECT_EQ(r.event('$', "set", nullptr), 1u);
  EXPECT_EQ(r.event('g', "set", nullptr), 2u);
  EXPECT_EQ(r.event('A', "set", nullptr), 0u);
  EXPECT_EQ(r.event('g', "", nullptr), 0u);
}

Manifest provides(std::vector<std::string> names) {
  Manifest m;
  m.provides = std::move(names);
  return m;
}

TEST(Registry, CommandsAreThoseOfTheManifest) {
  Registry r;
  EXPECT_EQ(add(r, row("GET")), "");
  EXPECT_EQ(add(r, row("BOX", -2)), "");
  EXPECT_EQ(add(r, row("BOX|OPEN")), "");
  Manifest m;
  EXPECT_EQ(r.complete(m, nullptr), "");
  m.commands = {"box", "get"};
  EXPECT_EQ(r.complete(m, nullptr), "");
  m.commands = {"box"};
  EXPECT_EQ(r.complete(m, nullptr), "has the command 'GET', which its manifest does not name under commands");
  m.commands = {"box", "get", "put"};
  EXPECT_EQ(r.complete(m, nullptr), "has the command 'put' by its manifest, but did not register it");
}

TEST(Registry, PromisesAreKept) {
  Registry r;
  uint16_t n = 0;
  keel_type t = type("ring");
  EXPECT_EQ(r.type(&t, n, nullptr), "");
  EXPECT_EQ(r.complete(provides({"type:ring", "commands:ring"}), nullptr), "");
  EXPECT_EQ(r.complete(Manifest{}, nullptr), "registers type:ring, which its manifest does not name under provides");
  EXPECT_EQ(r.complete(provides({"type:ring", "layer:x"}), nullptr),
            "provides layer:x by its manifest, but did not register it");
}

TEST(Registry, ExtensionsAreChecked) {
  Registry r;
  keel_layer layer{};
  layer.head.size = sizeof layer;
  layer.name = "rot13";
  EXPECT_EQ(r.extension(KEEL_LAYER, &layer, nullptr, nullptr),
            "has the layer 'rot13', which lacks the required function configure()");
  keel_transport transport{};
  transport.head.size = sizeof transport;
  EXPECT_EQ(r.extension(KEEL_TRANSPORT, &transport, nullptr, nullptr), "has a transport without a usable name");
  EXPECT_EQ(r.extension("acme.x/1", nullptr, nullptr, nullptr), "registers the extension 'acme.x/1' at NULL");
  const keel_head head{sizeof head, 0};
  EXPECT_EQ(r.extension("acme.x/1", &head, nullptr, nullptr), "");
  EXPECT_EQ(r.extensions().back().table, &head);
}

TEST(Registry, SectionsOfInfoAreChecked) {
  Registry r;
  keel_info_section section{};
  section.head.size = sizeof section;
  const auto take = [&](const char* name) {
    section.name = name;
    return r.extension(KEEL_INFO_SECTION, &section, nullptr, nullptr);
  };
  EXPECT_EQ(take(nullptr), "has a section of INFO without a usable name");
  EXPECT_EQ(take("two words"), "has a section of INFO without a usable name");
  EXPECT_EQ(take("Tls"), "has the section of INFO 'Tls', which is not in lower case");
  EXPECT_EQ(take("everything"), "has the section of INFO 'everything', which stands for several");
  EXPECT_EQ(take("tls"), "has the section of INFO 'tls', which lacks the required function write()");
  section.write = [](void*, keel_info_sink*) noexcept {};
  EXPECT_EQ(take("tls"), "");
  EXPECT_NE(r.extensions().back().table, &section) << "the table is kept in full size";
  EXPECT_EQ(take("tls"), "has the section of INFO 'tls', which the server has already");
  section.head.size = 3;
  EXPECT_EQ(take("other"), "has a keel_info_section whose size says 3 bytes");
  EXPECT_EQ(r.extensions().size(), 1u);
  r.drop();
  EXPECT_EQ(r.extensions().size(), 0u);
}

}  // namespace
}  // namespace keel::plugin
