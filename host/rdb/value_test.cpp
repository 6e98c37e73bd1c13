#include "host/rdb/value.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "host/rdb/named.h"
#include "host/rdb/payload.h"
#include "keel/cpp/stream.hpp"

namespace keel::rdb {
namespace {

using keyspace::Entry;

constexpr uint16_t kNumbered = 3, kNamed = 4;
constexpr uint8_t kCodes[] = {0, 5, 0xff};
constexpr uint8_t kNoCodes[] = {0xff};

// Bytes that are saved with their length in front; a value "!" cannot be loaded.
keel_status save(const keel_ref* r, keel_sink* to) noexcept {
  Writer out(*to);
  out.string({r->v.bytes, r->word});
  return out.status();
}
keel_status load(keel_source* from, keel_ref* out, keel_error* error) noexcept {
  Reader in(*from);
  const uint64_t n = in.length();
  if (n > in.left()) in.fail();
  if (!in.ok()) return KEEL_E_DATA;
  if (n == 1 && *from->cur == '!') return keel_fail(error, KEEL_E_DATA, "says no");
  out->rep = KEEL_REP_BYTES;
  out->enc = static_cast<uint8_t>(from->version);
  out->word = n;
  out->v.bytes = static_cast<char*>(base::allocate(n, base::MemoryTag::kValue));
  in.bytes(out->v.bytes, n);
  return in.status();
}

class Value : public ::testing::Test {
 protected:
  Value() {
    numbered_.head = named_.head = {sizeof(keel_type), 0};
    numbered_.name = "numbered";
    numbered_.rdb_codes = kCodes;
    numbered_.rdb_code = [](const keel_ref* r) noexcept -> uint32_t { return r->enc == 1 ? 5 : 0; };
    named_.name = "named";
    named_.rdb_codes = kNoCodes;
    named_.rdb_version = 9;
    for (keel_type* t : {&numbered_, &named_}) {
      t->save = save;
      t->load = load;
    }
    types_.add(kNumbered, &numbered_);
    types_.add(kNamed, &named_);
  }
  static keel_ref ref(std::string& bytes, uint8_t enc = 0) {
    keel_ref r{};
    r.rep = KEEL_REP_BYTES;
    r.enc = enc;
    r.v.bytes = bytes.data();
    r.word = bytes.size();
    return r;
  }
  std::string payload(const keel_type& type, std::string bytes, uint8_t enc = 0) {
    BlobSink sink;
    EXPECT_EQ(write_payload(type, ref(bytes, enc), sink), KEEL_OK);
    return std::string{sink.bytes()};
  }
  // What is in the entry made of it; or the reason.
  std::string restored(std::string_view bytes, uint16_t* type = nullptr, int* encoding = nullptr) {
    const auto open = open_payload(bytes);
    if (!open) return "(closed)";
    LoadedValue value(types_);
    std::string why;
    if (!value.load(open->code, open->version, open->value, why)) return why;
    Entry* e = value.give("key", -1, 0);
    std::string out{e->bytes(), e->bytes_len()};
    if (type != nullptr) *type = e->type();
    if (encoding != nullptr) *encoding = e->enc();
    if (!e->beside()) e->blob()->drop();
    e->free_shell();
    return out;
  }

  keel_type numbered_{}, named_{};
  keyspace::Types types_;
};

TEST_F(Value, IsSavedUnderTheCodeOfItsForm) {
  EXPECT_EQ(payload(numbered_, "x")[0], 0);
  EXPECT_EQ(payload(numbered_, "x", 1)[0], 5);
  EXPECT_EQ(payload(named_, "x")[0], KEEL_RDB_NAMED);
}

TEST_F(Value, ComesBackAsItWas) {
  for (const size_t size : {1u, 100u, 300u, 16384u, 100000u}) {
    const std::string bytes(size, 'b');
    uint16_t type = 0;
    int encoding = -1;
    EXPECT_EQ(restored(payload(numbered_, bytes), &type, &encoding), bytes);
    EXPECT_EQ(type, kNumbered);
    EXPECT_EQ(encoding, 10);  // the version of the format
    EXPECT_EQ(restored(payload(named_, bytes), &type, &encoding), bytes);
    EXPECT_EQ(type, kNamed);
    EXPECT_EQ(encoding, 9);  // that of the type
  }
}

TEST_F(Value, OfANameIsAValueOfAModule) {
  // Module "keelvalue" version 1, its name, its version, one string, the end: RDB's words for what is in type.h.
  const std::string bytes = payload(named_, "hi");
  EXPECT_EQ(bytes.substr(0, bytes.size() - 10),
            std::string("\x07\x81\x91\xe7\xa5\xbd\xa9\x6e\x78\x01\x05\x05named\x02\x09\x05\x03\x02hi\x00", 25));
}

TEST_F(Value, IsRefusedWithAReason) {
  EXPECT_EQ(restored(payload(numbered_, "!")), "says no");
  const auto sealed = [&](std::string value) {
    LoadedValue loaded(types_);
    std::string why;
    EXPECT_FALSE(loaded.load(static_cast<uint8_t>(value[0]), 10, std::string_view{value}.substr(1), why));
    return why;
  };
  EXPECT_EQ(sealed(std::string("\x00\x01xy", 4)), "bytes are left behind the value");
  EXPECT_EQ(sealed(std::string("\x00\x02x", 3)), "malformed");
  EXPECT_EQ(sealed("\x09\x01x"), "no plugin here loads values of RDB type 9");
  EXPECT_EQ(sealed("\x07\x01x"), "no value that was saved by the name of its type");
  named_.name = "other";
  std::string foreign = payload(named_, "x");
  named_.name = "named";
  EXPECT_EQ(restored(foreign), "no plugin here has the type 'other'");
}

TEST_F(Value, OfANameSurvivesEveryCut) {
  const std::string whole = payload(named_, std::string(40000, 'x'));
  const std::string_view frame = std::string_view{whole}.substr(1, whole.size() - 11);
  std::string room(frame.size(), 0);
  NamedValue out;
  ASSERT_TRUE(read_named(frame, room.data(), out));
  EXPECT_EQ(out.used, frame.size());
  for (size_t n = 0; n < frame.size(); n += n < 64 ? 1 : 509)
    EXPECT_FALSE(read_named(frame.substr(0, n), room.data(), out)) << n;
}

TEST_F(Value, WithADamagedFooterStaysClosed) {
  const std::string good = payload(numbered_, "x");
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(open_payload(bad)) << i;
  }
  EXPECT_FALSE(open_payload({}));
}

TEST_F(Value, WithAWrongChecksumOpensWhenNobodyLooks) {
  const std::string good = payload(numbered_, "x");
  std::string bad = good;
  bad.back() = static_cast<char>(bad.back() ^ 1);
  EXPECT_FALSE(open_payload(bad));
  EXPECT_TRUE(open_payload(bad, false));
  BlobSink mended;
  ASSERT_EQ(write_with_checksum(bad, mended), KEEL_OK);
  EXPECT_EQ(mended.bytes(), good);
}

}  // namespace
}  // namespace keel::rdb
