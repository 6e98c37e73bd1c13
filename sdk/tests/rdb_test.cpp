#include "keel/cpp/rdb.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

namespace keel {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

// Memory that counts what is out and what was asked for, and can run out.
size_t live = 0, asked = 0, limit = SIZE_MAX;
void* alloc(size_t n, uint32_t) noexcept {
  asked += n;
  if (n > limit) return nullptr;
  live += n;
  return std::malloc(n);
}
void release(void* p, size_t n, uint32_t) noexcept {
  if (p == nullptr) return;
  live -= n;
  std::free(p);
}

std::string tagged(char tag, int64_t n) {
  std::string s(1, tag);
  return s += std::to_string(n);
}

class Rdb : public testing::Test {
 protected:
  void SetUp() override {
    core_.alloc = alloc;
    core_.free = release;
    live = asked = 0;
    limit = SIZE_MAX;
  }
  void TearDown() override { EXPECT_EQ(live, 0u); }

  // A stream over a text that gives `step` bytes at a time.
  struct Input {
    keel_source source{};
    std::string text;
    size_t given = 0, step;

    Input(std::string_view t, size_t s, bool bounded = false) : text(t), step(s) {
      source.cur = source.end = text.data();
      source.left = bounded ? text.size() : UINT64_MAX;
      source.more = [](keel_source* self, size_t) noexcept -> keel_status {
        auto& in = *static_cast<Input*>(self->impl);
        const size_t n = std::min(in.step, in.text.size() - in.given);
        if (n == 0) return KEEL_EOF;
        self->cur = in.text.data() + in.given;
        self->end = self->cur + n;
        in.given += n;
        if (self->left != UINT64_MAX) self->left -= n;
        return KEEL_OK;
      };
      source.impl = this;
    }
  };

  // "#n" for a number, the bytes, or "!" and the status.
  std::string load(std::string_view text, size_t step = SIZE_MAX, bool bounded = false) {
    Input in(text, step, bounded);
    RdbReader reader(in.source, core_);
    const RdbString loaded = reader.string();
    EXPECT_EQ(live, loaded.bytes.size());
    if (!reader.ok()) {
      EXPECT_EQ(live, 0u);
      return tagged('!', reader.status());
    }
    if (loaded.number) return tagged('#', *loaded.number);
    return std::string(loaded.bytes.data(), loaded.bytes.size());
  }

  template <class Save>
  std::string saved(Save&& save) {
    struct Output {
      keel_sink sink{};
      std::string text;
      char room[7];
      void flush() {
        if (sink.cur != nullptr) text.append(room, static_cast<size_t>(sink.cur - room));
        sink.cur = room;
        sink.end = room + sizeof room;
      }
    } out;
    out.flush();
    out.sink.more = [](keel_sink* self, size_t) noexcept -> keel_status {
      static_cast<Output*>(self->impl)->flush();
      return KEEL_OK;
    };
    out.sink.impl = &out;
    RdbWriter writer(out.sink, core_);
    save(writer);
    EXPECT_TRUE(writer.ok());
    out.flush();
    return out.text;
  }
  std::string saved_text(std::string_view text) {
    return saved([&](RdbWriter& w) { w.text(text); });
  }
  std::string saved_integer(int64_t n) {
    return saved([&](RdbWriter& w) { w.number(n); });
  }

  keel_core core_{};
};

const std::string kData = tagged('!', KEEL_E_DATA);
const std::string kMemory = tagged('!', KEEL_E_MEMORY);

// The bytes are those of the reference's DUMP.
TEST_F(Rdb, SavesLikeTheReference) {
  EXPECT_EQ(saved_integer(5), "\xc0\x05"sv);
  EXPECT_EQ(saved_integer(-128), "\xc0\x80"sv);
  EXPECT_EQ(saved_integer(1000), "\xc1\xe8\x03"sv);
  EXPECT_EQ(saved_integer(-70000), "\xc2\x90\xee\xfe\xff"sv);
  EXPECT_EQ(saved_integer(2147483648),
            "\x0a"sv
            "2147483648"sv);
  EXPECT_EQ(saved_text(""), "\0"sv);
  EXPECT_EQ(saved_text("abc"), "\3abc"sv);
  EXPECT_EQ(saved_text("12"), "\xc0\x0c"sv);
  EXPECT_EQ(saved_text("012"),
            "\3"
            "012"sv);
  EXPECT_EQ(saved_text("-2147483648"), "\xc2\0\0\0\x80"sv);
  EXPECT_EQ(saved_text(std::string(70, 'x')).substr(0, 1), "\xc3"sv);
}

TEST_F(Rdb, LoadsEveryEncoding) {
  for (size_t step : {size_t{1}, size_t{3}, SIZE_MAX}) {
    EXPECT_EQ(load("\xc0\x80"sv, step), "#-128");
    EXPECT_EQ(load("\xc1\xe8\x03"sv, step), "#1000");
    EXPECT_EQ(load("\xc2\x90\xee\xfe\xff"sv, step), "#-70000");
    EXPECT_EQ(load("\0"sv, step), "");
    EXPECT_EQ(load("\3abc"sv, step), "abc");
    EXPECT_EQ(load("\2"
                   "12"sv,
                   step),
              "#12");
    EXPECT_EQ(load("\3"
                   "012"sv,
                   step),
              "012");
    EXPECT_EQ(load("\x40\x03"
                   "abc"sv,
                   step),
              "abc");
    EXPECT_EQ(load("\x80\0\0\0\x03"
                   "abc"sv,
                   step),
              "abc");
    EXPECT_EQ(load("\x81\0\0\0\0\0\0\0\x03"
                   "abc"sv,
                   step),
              "abc");
    EXPECT_EQ(load("\xc3\x05\x0a\0a\xe0\0\0"sv, step), "aaaaaaaaaa");
    EXPECT_EQ(load("\xc3\x02\x01\0"
                   "7"sv,
                   step),
              "#7");
  }
}

TEST_F(Rdb, RefusesWhatIsMalformed) {
  EXPECT_EQ(load("\xc4"sv), kData);  // no such encoding
  EXPECT_EQ(load("\xff"sv), kData);
  EXPECT_EQ(load("\x82"sv), kData);                         // no such length
  EXPECT_EQ(load("\xc3\x05\x0b\0a\xe0\0\0"sv), kData);      // shorter than said
  EXPECT_EQ(load("\xc3\x05\x09\0a\xe0\0\0"sv), kData);      // longer than said
  EXPECT_EQ(load("\xc3\x05\x0a\0a\xe0\0\5"sv), kData);      // before the beginning
  EXPECT_EQ(load("\xc3\xc0\x05\x0a\0a\xe0\0\0"sv), kData);  // a length that is a number
  EXPECT_EQ(load("\xc3\0\0"sv), kData);                     // nothing packed
}

TEST_F(Rdb, RefusesEveryCut) {
  for (std::string_view whole : {"\3abc"sv, "\xc2\x90\xee\xfe\xff"sv, "\xc3\x05\x0a\0a\xe0\0\0"sv,
                                 "\x81\0\0\0\0\0\0\0\x03"
                                 "abc"sv})
    for (size_t n = 0; n < whole.size(); ++n) EXPECT_EQ(load(whole.substr(0, n), 2), kData) << n;
}

// A few bytes that claim to be many make nobody allocate them.
TEST_F(Rdb, ClaimsAreNotBelieved) {
  EXPECT_EQ(load("\x81\xff\xff\xff\xff\xff\xff\xff\xff"
                 "abc"sv),
            kData);
  EXPECT_EQ(load("\x81\0\0\0\xff\0\0\0\0"
                 "abc"sv),
            kData);
  EXPECT_EQ(load("\xc3\x02\x80\xff\xff\xff\xf0\0a"sv), kData);
  EXPECT_EQ(load("\xc3\x80\xff\xff\xff\xf0\x80\xff\xff\xff\xf0\0a"sv), kData);
  EXPECT_LE(asked, 4u << 20);
}

// Where it is known how much is left, a claim beyond it is refused before anything is allocated.
TEST_F(Rdb, WhatIsLeftBoundsAClaim) {
  EXPECT_EQ(load("\x44\0"s + std::string(1023, 'x'), 7, true), kData);
  EXPECT_EQ(load("\xc3\x05\x0a\0a\xe0\0"sv, 7, true), kData);
  EXPECT_EQ(asked, 0u);
  EXPECT_EQ(load("\x44\0"s + std::string(1024, 'x'), 7, true), std::string(1024, 'x'));
}

TEST_F(Rdb, CountsNoMoreElementsThanCanCome) {
  const auto count = [](std::string_view text, uint64_t least) {
    Input in(text, 3, true);
    Reader reader(in.source);
    const uint64_t n = reader.count(least);
    return reader.ok() ? static_cast<int64_t>(n) : int64_t{reader.status()};
  };
  EXPECT_EQ(count("\4abcd"sv, 1), 4);
  EXPECT_EQ(count("\4abc"sv, 1), KEEL_E_DATA);
  EXPECT_EQ(count("\2abcd"sv, 2), 2);
  EXPECT_EQ(count("\2abcd"sv, 3), KEEL_E_DATA);
  EXPECT_EQ(count("\x81\xff\xff\xff\xff\xff\xff\xff\xff"sv, 1), KEEL_E_DATA);
  EXPECT_EQ(count("\0"sv, 8), 0);
  Input endless("\x80\xff\xff\xff\xff"sv, 3);
  Reader reader(endless.source);
  EXPECT_EQ(reader.count(), UINT32_MAX) << "a stream does not know";
}

// The same string as bytes, however it was written.
TEST_F(Rdb, TextIsAlwaysBytes) {
  const auto text = [this](std::string_view saved) {
    Input in(saved, 2);
    RdbReader reader(in.source, core_);
    const Block block = reader.text();
    return reader.ok() ? std::string(block.data(), block.size()) : tagged('!', reader.status());
  };
  EXPECT_EQ(text("\xc0\x80"sv), "-128");
  EXPECT_EQ(text("\xc2\0\0\0\x80"sv), "-2147483648");
  EXPECT_EQ(text("\2"
                 "12"sv),
            "12");
  EXPECT_EQ(text("\0"sv), "");
  EXPECT_EQ(text("\xc3\x05\x0a\0a\xe0\0\0"sv), "aaaaaaaaaa");
  EXPECT_EQ(text("\xc1\x01"sv), kData);
  limit = 3;
  EXPECT_EQ(text("\xc0\x80"sv), kMemory);
}

TEST_F(Rdb, Reals) {
  for (const double d : {0.0, -0.0, 1.5, -1e300, std::numeric_limits<double>::infinity()}) {
    const std::string bytes = saved([d](RdbWriter& w) { w.real(d); });
    ASSERT_EQ(bytes.size(), 8u);
    Input in(bytes, 3);
    RdbReader reader(in.source, core_);
    EXPECT_EQ(std::bit_cast<uint64_t>(reader.real()), std::bit_cast<uint64_t>(d));
    EXPECT_TRUE(reader.ok());
  }
  EXPECT_EQ(saved([](RdbWriter& w) { w.real(1.5); }), "\0\0\0\0\0\0\xf8\x3f"sv);
}

TEST_F(Rdb, RealsOfOldVersions) {
  const auto old = [this](std::string_view text) {
    Input in(text, 2);
    RdbReader reader(in.source, core_);
    const double d = reader.old_real();
    return reader.ok() ? std::to_string(d) : tagged('!', reader.status());
  };
  EXPECT_EQ(old("\4"
                "1e-1"sv),
            "0.100000");
  EXPECT_EQ(old("\xfd"sv), "nan");
  EXPECT_EQ(old("\xfe"sv), "inf");
  EXPECT_EQ(old("\xff"sv), "-inf");
  for (const std::string_view bad : {"\0"sv, "\1x"sv,
                                     "\2"
                                     "1x"sv,
                                     "\3"
                                     "12"sv,
                                     "\3inf"sv,
                                     "\5"
                                     "1e999"sv})
    EXPECT_EQ(old(bad), kData) << bad;
}

TEST_F(Rdb, SaysWhenMemoryIsShort) {
  limit = 1000;
  EXPECT_EQ(load("\x44\0"s + std::string(1024, 'x')), kMemory);
  EXPECT_EQ(load("\xc3\x05\x44\x09\0a\xe0\xff\0"sv), kData);  // refused before memory is asked for
  limit = 20;
  EXPECT_EQ(load("\xc3\x05\x40\x20\0a\xe0\x16\0"sv), kMemory);
  EXPECT_EQ(saved_text(std::string(70, 'x')), "\x40\x46" + std::string(70, 'x'));
}

TEST_F(Rdb, WhatIsSavedLoads) {
  std::mt19937 random(3);
  for (size_t size : {0u, 1u, 11u, 20u, 21u, 63u, 64u, 16383u, 16384u, 5000000u})
    for (unsigned letters : {1u, 10u, 256u}) {
      std::string text(size, 0);
      for (char& c : text) c = static_cast<char>('A' + random() % letters);
      EXPECT_EQ(load(saved_text(text), 4096), text);
    }
  for (int64_t n : {int64_t{0}, int64_t{INT8_MIN}, int64_t{INT16_MAX}, int64_t{INT32_MIN}, INT64_MIN, INT64_MAX})
    EXPECT_EQ(load(saved_integer(n)), tagged('#', n));
}

TEST_F(Rdb, SurvivesRandomBytes) {
  std::mt19937 random(17);
  limit = 64 << 20;
  for (int round = 0; round < 20000; ++round) {
    std::string text(1 + random() % 40, 0);
    for (char& c : text) c = static_cast<char>(random());
    if (round % 2 == 0) text[0] = '\xc3';
    load(text, 1 + random() % 50);
  }
}

}  // namespace
}  // namespace keel
