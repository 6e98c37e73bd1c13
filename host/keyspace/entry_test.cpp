#include "host/keyspace/entry.h"

#include <gtest/gtest.h>

#include <string>

namespace keel::keyspace {
namespace {

using base::MemoryTag;

class EntryTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(base::counted_bytes(MemoryTag::kValue), before_) << "not everything was freed"; }

 private:
  const int64_t before_ = base::counted_bytes(MemoryTag::kValue);
};

EntrySpec integer(std::string_view key, int64_t n) {
  EntrySpec s;
  s.key = key;
  s.rep = KEEL_REP_INT;
  s.number = n;
  return s;
}
EntrySpec bytes(std::string_view key, std::string_view value) {
  EntrySpec s;
  s.key = key;
  s.rep = KEEL_REP_BYTES;
  s.bytes = value;
  return s;
}
std::string_view value_of(Entry* e) {
  return {e->bytes(), e->bytes_len()};
}

TEST_F(EntryTest, KeepsIntegers) {
  for (const int64_t n : {int64_t{0}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    Entry* e = Entry::make(integer("key", n));
    EXPECT_EQ(e->key(), "key");
    EXPECT_EQ(e->rep(), KEEL_REP_INT);
    EXPECT_EQ(e->number(), n);
    e->number(n / 2);
    EXPECT_EQ(e->number(), n / 2);
    EXPECT_EQ(e->key(), "key");
    e->free_shell();
  }
}

TEST_F(EntryTest, KeepsBytesBesideTheKey) {
  for (const size_t n : {size_t{0}, size_t{1}, size_t{200}, size_t{5000}}) {
    const std::string value(n, 'v');
    Entry* e = Entry::make(bytes("key", value));
    EXPECT_TRUE(e->beside());
    EXPECT_EQ(e->key(), "key");
    EXPECT_EQ(value_of(e), value);
    EXPECT_GE(e->footprint(), 8 + 3 + n);
    e->free_shell();
  }
}

TEST_F(EntryTest, TakesKeysOfAnyLength) {
  for (const size_t n : {size_t{0}, size_t{1}, size_t{255}, size_t{256}, size_t{70000}}) {
    const std::string key(n, 'k');
    Entry* number = Entry::make(integer(key, -7));
    EXPECT_EQ(number->key(), key);
    EXPECT_EQ(number->number(), -7);
    number->free_shell();
    EntrySpec s = bytes(key, "value");
    s.expire_ms = 12345;
    Entry* e = Entry::make(s);
    EXPECT_EQ(e->key(), key);
    EXPECT_EQ(value_of(e), "value");
    EXPECT_EQ(e->expire_ms(), 12345);
    EXPECT_EQ(e->footprint(), base::block_size(Entry::size_of(s)));
    EXPECT_TRUE(e->resize_beside(5));
    EXPECT_EQ(value_of(e), "value");
    e->free_shell();
  }
}

TEST_F(EntryTest, KnowsWhetherSomethingInsideEnds) {
  EntrySpec s = bytes("key", "value");
  s.due = true;
  Entry* e = Entry::make(s);
  EXPECT_TRUE(e->due());
  EXPECT_FALSE(e->has_expiry());
  e->due(false);
  EXPECT_FALSE(e->due());
  EXPECT_EQ(e->key(), "key");
  EXPECT_EQ(value_of(e), "value");
  e->free_shell();
}

TEST_F(EntryTest, KeepsBytesApart) {
  base::Blob* blob = base::Blob::make(1000);
  std::memset(blob->data(), 'b', 1000);
  EntrySpec s = bytes("key", {blob->data(), 900});
  s.blob = blob;
  Entry* e = Entry::make(s);
  EXPECT_FALSE(e->beside());
  EXPECT_EQ(e->blob(), blob);
  EXPECT_EQ(value_of(e), std::string(900, 'b'));
  EXPECT_EQ(e->key(), "key");
  EXPECT_FALSE(blob->shared()) << "the entry takes the use that it is given";
  e->blob(blob, 10);
  EXPECT_EQ(value_of(e), std::string(10, 'b'));
  e->free_shell();
  blob->drop();
}

TEST_F(EntryTest, KeepsObjects) {
  int object = 0, other = 0;
  EntrySpec s;
  s.key = "key";
  s.rep = KEEL_REP_OBJECT;
  s.object = &object;
  s.word = UINT64_MAX - 1;
  Entry* e = Entry::make(s);
  EXPECT_EQ(e->object(), &object);
  EXPECT_EQ(e->word(), UINT64_MAX - 1);
  EXPECT_EQ(e->key(), "key");
  e->object(&other, 7);
  EXPECT_EQ(e->object(), &other);
  EXPECT_EQ(e->word(), 7u);
  EXPECT_EQ(e->key(), "key");
  e->free_shell();
}

TEST_F(EntryTest, SmallFieldsDoNotTouchEachOther) {
  EntrySpec s = integer("key", 1);
  s.type = 255;
  s.enc = 63;
  s.access = 0xffffff;
  Entry* e = Entry::make(s);
  EXPECT_EQ(e->type(), 255);
  EXPECT_EQ(e->enc(), 63);
  EXPECT_EQ(e->access(), 0xffffffu);
  EXPECT_EQ(e->rep(), KEEL_REP_INT);
  e->access(0x1000001);  // its top byte belongs to others
  EXPECT_EQ(e->access(), 1u);
  EXPECT_EQ(e->type(), 255);
  e->type(3);
  EXPECT_EQ(e->type(), 3);
  EXPECT_EQ(e->access(), 1u);
  e->enc(0);
  EXPECT_EQ(e->enc(), 0);
  EXPECT_EQ(e->rep(), KEEL_REP_INT);
  e->free_shell();
}

TEST_F(EntryTest, EveryRepresentationWithAndWithoutExpiry) {
  int object = 0;
  const std::string key = "a key";
  for (const int64_t at : {int64_t{-1}, int64_t{0}, int64_t{1'700'000'000'000}, INT64_MAX}) {
    for (const uint8_t rep : {KEEL_REP_INT, KEEL_REP_BYTES, KEEL_REP_OBJECT}) {
      EntrySpec s;
      s.key = key;
      s.expire_ms = at;
      s.rep = rep;
      s.number = 42;
      s.bytes = "value";
      s.object = &object;
      s.word = 9;
      s.type = 5;
      Entry* e = Entry::make(s);
      EXPECT_EQ(e->has_expiry(), at >= 0);
      EXPECT_EQ(e->expire_ms(), at);
      EXPECT_EQ(e->key(), key);
      keel_ref r{};
      e->describe(r);
      EXPECT_EQ(r.entry, e);
      EXPECT_EQ(r.expire_ms, at);
      EXPECT_EQ(r.rep, rep);
      EXPECT_EQ(r.type, 5);
      if (rep == KEEL_REP_INT) {
        EXPECT_EQ(r.v.num, 42);
      } else if (rep == KEEL_REP_BYTES) {
        EXPECT_EQ((std::string_view{r.v.bytes, r.word}), "value");
      } else {
        EXPECT_EQ(r.v.object, &object);
        EXPECT_EQ(r.word, 9u);
      }
      if (at >= 0) {
        e->expire_ms(123);
        EXPECT_EQ(e->expire_ms(), 123);
        EXPECT_EQ(e->key(), key);
      }
      e->free_shell();
    }
  }
}

TEST_F(EntryTest, KeysAreAnyBytes) {
  for (const std::string& key : {std::string{}, std::string("\0a\0", 3), std::string(70'000, 'k')}) {
    Entry* e = Entry::make(bytes(key, "value"));
    EXPECT_EQ(e->key(), key);
    EXPECT_EQ(value_of(e), "value");
    e->free_shell();
  }
}

TEST_F(EntryTest, BytesMayBeFilledInLater) {
  Entry* e = Entry::make(bytes("key", {static_cast<const char*>(nullptr), 50}));
  ASSERT_EQ(e->bytes_len(), 50u);
  std::memset(e->bytes(), 'x', 50);
  EXPECT_EQ(value_of(e), std::string(50, 'x'));
  EXPECT_EQ(e->key(), "key");
  e->free_shell();
}

// As far as the block reaches, and no further: all of it may be written, and what was counted is what is freed.
TEST_F(EntryTest, ResizesBesideWithinTheBlock) {
  for (size_t from = 0; from < 100; ++from) {
    Entry* e = Entry::make(bytes("key", std::string(from, 'a')));
    const size_t footprint = e->footprint();
    size_t most = from;
    for (size_t n = from; n < from + 64; ++n)
      if (e->resize_beside(n)) most = n;
    ASSERT_EQ(e->footprint(), footprint);
    ASSERT_EQ(e->bytes_len(), most);
    std::memset(e->bytes(), 'b', most);
    EXPECT_EQ(e->key(), "key");
    EXPECT_FALSE(e->resize_beside(from + 5000));
    EXPECT_EQ(e->bytes_len(), most);
    e->free_shell();
  }
}

TEST_F(EntryTest, TakesTheRoomThatItsPageSays) {
  // docs/keyspace.md: a key of 16 bytes with a value of 64.
  Entry* e = Entry::make(bytes(std::string(16, 'k'), std::string(64, 'v')));
  EXPECT_EQ(e->footprint(), 96u);
  e->free_shell();
  e = Entry::make(integer(std::string(16, 'k'), 1));
  EXPECT_LE(e->footprint(), 48u);
  e->free_shell();
}

}  // namespace
}  // namespace keel::keyspace
