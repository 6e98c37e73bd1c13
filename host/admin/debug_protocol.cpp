// DEBUG PROTOCOL: one reply of each type.
#include "host/admin/debug.h"

namespace keel::admin {
namespace {

void three_numbers(Ctx c) {
  for (int64_t i = 0; i < 3; ++i) c.integer(i);
}

keel_status string(Ctx c) {
  return c.bulk("Hello World");
}
keel_status integer(Ctx c) {
  return c.integer(12345);
}
keel_status real(Ctx c) {
  return c.real(3.141);
}
keel_status null(Ctx c) {
  return c.null();
}
keel_status array(Ctx c) {
  return c.array(3), three_numbers(c), KEEL_OK;
}
keel_status set(Ctx c) {
  return c.set(3), three_numbers(c), KEEL_OK;
}
keel_status verbatim(Ctx c) {
  return c.verbatim("This is a verbatim\nstring");
}
keel_status yes(Ctx c) {
  return c.boolean(true);
}
keel_status no(Ctx c) {
  return c.boolean(false);
}

keel_status bignum(Ctx c) {
  constexpr Str kDigits = "1234567999999999999999999999999999999";
  if (!c.resp3()) return c.bulk(kDigits);
  return c.put("("), c.put(kDigits), c.put("\r\n"), KEEL_OK;
}

keel_status map(Ctx c) {
  c.map(3);
  for (int64_t i = 0; i < 3; ++i) {
    c.integer(i);
    c.boolean(i == 1);
  }
  return KEEL_OK;
}

keel_status attribute(Ctx c) {
  if (c.resp3()) {
    c.line('|', 1);
    c.bulk("key-popularity");
    c.array(2);
    c.bulk("key:123");
    c.integer(90);
  }
  return c.bulk("Some real reply following the attribute");
}

keel_status push(Ctx c) {
  if (!c.resp3()) return c.error("ERR RESP2 is not supported by this command");
  c.push(2);
  c.bulk("server-cpu-usage");
  c.integer(42);
  return c.bulk("Some real reply following the push reply");
}

struct Kind {
  Str name;
  keel_status (*reply)(Ctx);
};
constexpr Kind kKinds[] = {
    {"string", string},     {"integer", integer}, {"double", real}, {"bignum", bignum},    {"null", null},
    {"array", array},       {"set", set},         {"map", map},     {"attrib", attribute}, {"push", push},
    {"verbatim", verbatim}, {"true", yes},        {"false", no},
};

}  // namespace

keel_status debug_protocol(Ctx c) {
  std::string names;
  for (const Kind& kind : kKinds) {
    if (c.word(2, kind.name)) return kind.reply(c);
    names.append(names.empty() ? "" : "|").append(kind.name);
  }
  return c.error("ERR Wrong protocol type name. Please use one of the following: " + names);
}

}  // namespace keel::admin
