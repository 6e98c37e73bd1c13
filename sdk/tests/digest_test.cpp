#include "keel/cpp/digest.hpp"

#include <gtest/gtest.h>

#include <string>

namespace keel {
namespace {

std::string hex(const Digest& digest) {
  std::string out;
  for (const uint8_t b : digest) {
    out += "0123456789abcdef"[b >> 4];
    out += "0123456789abcdef"[b & 15];
  }
  return out;
}

// The examples of FIPS 180, and lengths around the end of a block.
TEST(Sha1, KnownDigests) {
  EXPECT_EQ(hex(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(hex(sha1(std::string(1'000'000, 'a'))), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
  EXPECT_EQ(hex(sha1(std::string(55, 'a'))), "c1c8bbdc22796e28c0e15163d20899b65621d65a");
  EXPECT_EQ(hex(sha1(std::string(56, 'a'))), "c2db330f6083854c99d4b5bfb6e8f29f201be699");
  EXPECT_EQ(hex(sha1(std::string(64, 'a'))), "0098ba824b5c16427bd7a1122a5a442a25ec644d");
}

// Each length around the border of a block, against the digest of them all in a row.
TEST(Sha1, EveryLengthOfTail) {
  Digest all{};
  for (size_t n = 0; n < 130; ++n) digest_mix(all, std::string(n, 'x'));
  EXPECT_EQ(hex(all), "e17c63c3a44cd5b1eb09f1d2736540d3f8883fd9");
}

TEST(Digest, MixingKeepsOrderAndAddingDoesNot) {
  Digest ab{}, ba{};
  digest_add(ab, "a"), digest_add(ab, "b");
  digest_add(ba, "b"), digest_add(ba, "a");
  EXPECT_EQ(ab, ba);
  digest_mix(ab, "a"), digest_mix(ab, "b");
  digest_mix(ba, "b"), digest_mix(ba, "a");
  EXPECT_NE(ab, ba);
}

}  // namespace
}  // namespace keel
