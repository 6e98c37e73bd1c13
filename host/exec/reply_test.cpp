#include "host/exec/reply.h"

#include <gtest/gtest.h>

#include <string>

namespace keel::exec {
namespace {

// All that would be sent, from a piece on.
std::string sent(ReplyBuffer& b, size_t from = 0) {
  b.finish_piece();
  std::string s;
  for (size_t i = from; i < b.pieces().size(); ++i) s.append(b.pieces()[i].ptr, b.pieces()[i].len);
  return s;
}
void write(ReplyBuffer& b, std::string_view s) {
  b.write(s.data(), s.size());
}
std::string copied(const ReplyBuffer& b, const ReplyBuffer::Mark& m) {
  std::vector<char> out;
  b.copy_since(m, out);
  return {out.begin(), out.end()};
}
// Bytes that differ along the way.
std::string long_text(size_t n) {
  std::string s(n, '\0');
  for (size_t i = 0; i < n; ++i) s[i] = static_cast<char>('a' + i % 23);
  return s;
}

TEST(ReplyBufferTest, SmallRepliesShareAPiece) {
  ReplyBuffer b;
  write(b, "+OK\r\n");
  write(b, ":1\r\n");
  EXPECT_EQ(sent(b), "+OK\r\n:1\r\n");
  EXPECT_EQ(b.pieces().size(), 1u);
  b.finish_piece();
  EXPECT_EQ(b.pieces().size(), 1u);
}

TEST(ReplyBufferTest, GoesOnInAnotherChunk) {
  ReplyBuffer b;
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    const std::string part = "part " + std::to_string(i) + long_text(static_cast<size_t>(i % 97));
    write(b, part);
    expected += part;
  }
  const std::string big = long_text(300'000);
  write(b, big);
  write(b, "end");
  EXPECT_EQ(sent(b), expected + big + "end");
}

TEST(ReplyBufferTest, ReservedRoomIsInOnePlace) {
  ReplyBuffer b;
  write(b, long_text(ReplyBuffer::kChunk - 100));
  b.reserve(200);
  ASSERT_GE(b.end - b.cur, 200);
  std::memset(b.cur, 'z', 200);
  b.cur += 200;
  EXPECT_EQ(sent(b), long_text(ReplyBuffer::kChunk - 100) + std::string(200, 'z'));
}

TEST(ReplyBufferTest, PinnedValuesAreSentFromWhereTheyLie) {
  base::Blob* value = base::Blob::make(20'000);
  std::memset(value->data(), 'v', 20'000);
  ReplyBuffer b;
  write(b, "$20000\r\n");
  b.pin(value, value->data(), 20'000);
  write(b, "\r\n");
  EXPECT_TRUE(value->shared());
  EXPECT_EQ(sent(b), "$20000\r\n" + std::string(20'000, 'v') + "\r\n");
  EXPECT_EQ(b.pieces()[1].ptr, value->data());
  EXPECT_EQ(b.pieces()[1].block, value);
  EXPECT_TRUE(b.pieces()[1].pinned);
  EXPECT_FALSE(b.pieces()[0].pinned);
  b.reset();
  EXPECT_FALSE(value->shared());
  value->drop();
}

TEST(ReplyBufferTest, GapsAreFilledLaterAndNest) {
  ReplyBuffer b;
  write(b, "before ");
  const size_t outer = b.open_gap();
  write(b, "a ");
  const size_t inner = b.open_gap();
  write(b, "b ");
  b.fill_gap(inner, "[inner] ", 8);
  write(b, "c ");
  b.fill_gap(outer, "[outer] ", 8);
  write(b, "after");
  EXPECT_EQ(sent(b), "before [outer] a [inner] b c after");
}

TEST(ReplyBufferTest, AGapIsFilledWhenTheChunkIsFull) {
  ReplyBuffer b;
  const size_t gap = b.open_gap();
  const std::string text = long_text(static_cast<size_t>(b.end - b.cur));
  write(b, text);
  ASSERT_EQ(b.cur, b.end);
  b.fill_gap(gap, "*1\r\n", 4);
  EXPECT_EQ(sent(b), "*1\r\n" + text);
}

TEST(ReplyBufferTest, RewindForgetsWhatCameAfterTheMark) {
  ReplyBuffer b;
  write(b, "kept ");
  const auto mark = b.mark();
  write(b, "gone");
  b.rewind(mark);
  write(b, "also kept");
  EXPECT_EQ(sent(b), "kept also kept");
}

TEST(ReplyBufferTest, RewindCrossesChunksGapsAndPins) {
  base::Blob* value = base::Blob::make(20'000);
  ReplyBuffer b;
  write(b, "kept ");
  const auto mark = b.mark();
  const size_t gap = b.open_gap();
  write(b, long_text(200'000));
  b.pin(value, value->data(), 20'000);
  b.fill_gap(gap, "*1\r\n", 4);
  b.rewind(mark);
  EXPECT_FALSE(value->shared());
  EXPECT_EQ(b.size_since(mark), 0u);
  write(b, "and this");
  EXPECT_EQ(sent(b), "kept and this");
  for (const Piece& p : b.pieces()) EXPECT_NE(p.block, nullptr);
  value->drop();
}

TEST(ReplyBufferTest, RewindAtTheVeryBeginningOfAPiece) {
  ReplyBuffer b;
  write(b, "kept");
  b.finish_piece();
  const auto mark = b.mark();
  write(b, long_text(200'000));
  b.rewind(mark);
  EXPECT_EQ(sent(b), "kept");
}

TEST(ReplyBufferTest, CountsAndCopiesSinceAMark) {
  ReplyBuffer b;
  write(b, "before");
  const auto mark = b.mark();
  EXPECT_EQ(b.size_since(mark), 0u);
  EXPECT_EQ(copied(b, mark), "");
  write(b, "one ");
  EXPECT_EQ(copied(b, mark), "one ");
  const size_t gap = b.open_gap();
  const std::string big = long_text(150'000);
  write(b, big);
  b.fill_gap(gap, "two ", 4);
  EXPECT_EQ(b.size_since(mark), 8 + big.size());
  EXPECT_EQ(copied(b, mark), "one two " + big);
}

TEST(ReplyBufferTest, HeldIsWhatTheTurnHasWritten) {
  base::Blob* value = base::Blob::make(50'000);
  ReplyBuffer b;
  EXPECT_EQ(b.held(), 0u);
  write(b, "12345");
  EXPECT_EQ(b.held(), 5u);
  b.finish_piece();
  EXPECT_EQ(b.held(), 5u);
  write(b, long_text(1'000'000));
  b.finish_piece();
  EXPECT_EQ(b.held(), 1'000'005u);
  b.pin(value, value->data(), 50'000);
  EXPECT_EQ(b.held(), 1'050'005u);
  b.reset();
  EXPECT_EQ(b.held(), 0u);
  value->drop();
}

TEST(ReplyBufferTest, ResetKeepsOneChunkUnlessSomebodyStillSendsFromIt) {
  const int64_t before = base::counted_bytes();
  {
    ReplyBuffer b;
    const int64_t fresh = base::counted_bytes();
    const char* first = b.cur;
    write(b, long_text(500'000));
    b.reset();
    EXPECT_EQ(base::counted_bytes(), fresh);
    EXPECT_EQ(b.cur, first);

    write(b, "late");
    b.finish_piece();
    const Piece late = b.pieces()[0];
    late.block->add_user();
    b.reset();
    EXPECT_NE(b.cur, first);
    write(b, "next turn");
    EXPECT_EQ((std::string{late.ptr, late.len}), "late");
    late.block->drop();
  }
  EXPECT_EQ(base::counted_bytes(), before);
}

}  // namespace
}  // namespace keel::exec
