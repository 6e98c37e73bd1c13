#include "host/net/request_parser.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "host/net/inline_words.h"
#include "keel/cpp/bytes.hpp"
#include "keel/cpp/text.hpp"

namespace keel::net {
namespace {

constexpr int64_t kMostWords = INT32_MAX;
// From here on a command that is not whole is remembered, not read again.
constexpr size_t kRememberFrom = 1024;

struct Line {  // fits two registers
  int64_t number;
  enum { kRead, kMore, kTooLong, kNoNumber } status;
};

Line read_any_line(const char* base, size_t len, size_t& at) {
  const auto* cr = static_cast<const char*>(std::memchr(base + at, '\r', len - at));
  if (cr == nullptr) return {0, len - at > RequestParser::kLineLimit ? Line::kTooLong : Line::kMore};
  const auto end = static_cast<size_t>(cr - base);
  if (end + 1 >= len) return {0, Line::kMore};
  const auto number = keel::parse_integer({base + at, end - at});
  at = end + 2;
  return {number.value_or(0), number ? Line::kRead : Line::kNoNumber};
}

// The number from `at` to the line end; moves `at` behind the line end.
inline Line read_line(const char* base, size_t len, size_t& at) {
  // Nearly always one to three digits.
  const auto digit = [&](size_t i) { return static_cast<unsigned char>(base[i] - '0'); };
  if (len - at >= 5 && digit(at) - 1u < 9u) {
    size_t i = at + 1;
    uint32_t n = digit(at);
    for (const size_t last = at + 3; i < last && digit(i) <= 9; ++i) n = n * 10 + digit(i);
    if (base[i] == '\r') {
      at = i + 2;
      return {n, Line::kRead};
    }
  }
  return read_any_line(base, len, at);
}

// A line of a type, one to three digits and '\r', of the six bytes at least that are there; moves `at` behind it and
// the byte that follows. Negative = it is not that.
template <char kType>
inline int32_t read_short_line(const char*& at) {
  using Four = std::array<char, 4>;
  constexpr auto kFixed = std::bit_cast<uint32_t>(Four{'\xff', 0, '\xff', 0}),
                 kOneDigit = std::bit_cast<uint32_t>(Four{kType, 0, '\r', 0});
  const auto digit = [from = at](size_t i) { return static_cast<unsigned char>(from[i] - '0'); };
  int32_t n = digit(1);
  if (n > 9) return -1;
  if ((keel::load<uint32_t>(at) & kFixed) == kOneDigit) {
    at += 4;
    return n;
  }
  if (*at != kType || n == 0 || digit(2) > 9) return -1;
  n = n * 10 + digit(2);
  if (at[3] == '\r') {
    at += 5;
    return n;
  }
  if (digit(3) > 9 || at[4] != '\r') return -1;
  n = n * 10 + digit(3);
  at += 6;
  return n;
}

}  // namespace

RequestParser::Status RequestParser::fail(std::string why) {
  rare().error = std::move(why);
  partial_.reset();
  return Status::kError;
}

const char* RequestParser::parse_short(const char* at, const char* end, std::vector<keel_str>& words,
                                       const ParserLimits& limits) {
  constexpr size_t kShortWords = 16;
  constexpr uint64_t kShortLength = 999;
  constexpr ptrdiff_t kLeast = 6;  // an empty word, or the type and the longest length
  if (end - at < kLeast || limits.bulk_bytes < kShortLength) return nullptr;
  const int32_t count = read_short_line<'*'>(at);
  if (count <= 0 || static_cast<uint64_t>(count) > std::min<uint64_t>(kShortWords, limits.words)) return nullptr;
  const size_t before = words.size();
  for (int32_t i = 0; i < count; ++i) {
    const int32_t n = end - at < kLeast ? -1 : read_short_line<'$'>(at);
    if (n < 0 || end - at < n + 2) {
      words.resize(before);
      return nullptr;
    }
    words.push_back({at, static_cast<size_t>(n)});
    at += n + 2;
  }
  return at;
}

RequestParser::Status RequestParser::parse_any(const char* base, size_t len, size_t& position,
                                               std::vector<keel_str>& words, const ParserLimits& limits,
                                               bool remember) {
  remember_ = remember;
  if (partial_) return parse_array(base, len, position, words, limits);
  while (position < len) {
    const size_t words_before = words.size(), from = position;
    const Status s = base[position] == '*' ? parse_array(base, len, position, words, limits)
                                           : parse_inline(base, len, position, words);
    if (s != Status::kCommand || words.size() != words_before) return s;
    if (position == from) return Status::kMore;
  }
  return Status::kMore;
}

// Ends a call that has read as far as it can: the words so far become offsets.
RequestParser::Status RequestParser::more(const char* base, size_t len, size_t start, size_t at, int64_t expected,
                                          int64_t bulk, std::vector<keel_str>& words, size_t first_word) {
  const bool big = bulk >= static_cast<int64_t>(kBlobFrom);
  if (remember_ && (partial_ || big || len - start >= kRememberFrom)) {
    if (!partial_) partial_ = std::make_unique<Partial>();
    Partial& p = *partial_;
    p.expected = expected;
    p.bulk = bulk;
    p.at = at - start;
    for (size_t i = first_word + p.words.size(); i < words.size(); ++i)
      p.words.push_back({static_cast<size_t>(words[i].ptr - base) - start, words[i].len});
    // A big argument gets a block of its own, unless nearly all of it is here already.
    if (big && !p.blob && len - at < static_cast<size_t>(bulk)) {
      p.blob = base::BlobUse{
          base::Blob::make(std::min(static_cast<size_t>(bulk) + 2, std::max(kBlobFirst, 2 * (len - at))))};
      if (!p.blob) return fail("Protocol error: out of memory for a bulk string");
      p.blob_len = static_cast<size_t>(bulk) + 2;
      p.blob_word = static_cast<uint32_t>(p.words.size());
      p.blob_filled = len - at;
      std::memcpy(p.blob->data(), base + at, len - at);
    }
  }
  words.resize(first_word);
  return Status::kMore;
}

RequestParser::Status RequestParser::parse_array(const char* base, size_t len, size_t& position,
                                                 std::vector<keel_str>& words, const ParserLimits& limits) {
  const size_t start = position, first_word = words.size();
  size_t at = start;
  int64_t expected = 0, bulk = -1;
  if (partial_) {
    Partial& p = *partial_;
    at = start + p.at;
    expected = p.expected;
    bulk = p.bulk;
    for (size_t i = 0; i < p.words.size(); ++i)
      words.push_back(p.blob && i == p.blob_word ? keel_str{p.blob->data(), p.words[i].len}
                                                 : keel_str{base + start + p.words[i].offset, p.words[i].len});
    if (p.blob && p.blob_filled < p.blob_len) {
      words.resize(first_word);
      return Status::kMore;
    }
    if (p.blob && p.words.size() == p.blob_word) {  // just filled
      p.words.push_back({0, p.blob_len - 2});
      words.push_back({p.blob->data(), p.blob_len - 2});
      p.bulk = bulk = -1;
    }
  } else {
    ++at;
    const Line line = read_line(base, len, at);
    if (line.status == Line::kTooLong) return fail("Protocol error: too big mbulk count string");
    if (line.status == Line::kMore) return Status::kMore;
    if (line.status == Line::kNoNumber || line.number > kMostWords)
      return fail("Protocol error: invalid multibulk length");
    if (line.number > static_cast<int64_t>(limits.words))
      return fail(limits.authenticated ? "Protocol error: invalid multibulk length"
                                       : "Protocol error: unauthenticated multibulk length");
    expected = line.number;
    if (expected <= 0) {
      position = at;
      return Status::kCommand;
    }
  }
  while (static_cast<int64_t>(words.size() - first_word) < expected) {
    if (bulk < 0) {
      if (at >= len) return more(base, len, start, at, expected, -1, words, first_word);
      if (base[at] != '$') {
        words.resize(first_word);
        return fail(std::string{"Protocol error: expected '$', got '"} + base[at] + "'");
      }
      size_t next = at + 1;
      const Line line = read_line(base, len, next);
      if (line.status == Line::kMore) return more(base, len, start, at, expected, -1, words, first_word);
      if (line.status == Line::kTooLong) return fail("Protocol error: too big bulk count string");
      if (line.status == Line::kNoNumber || line.number < 0) return fail("Protocol error: invalid bulk length");
      if (line.number > static_cast<int64_t>(limits.bulk_bytes))
        return fail(limits.authenticated ? "Protocol error: invalid bulk length"
                                         : "Protocol error: unauthenticated bulk length");
      bulk = line.number;
      at = next;
    }
    const auto n = static_cast<size_t>(bulk);
    if (len - at < n + 2) return more(base, len, start, at, expected, bulk, words, first_word);
    words.push_back({base + at, n});
    at += n + 2;
    bulk = -1;
  }
  position = at;
  if (partial_ && !partial_->blob) partial_.reset();
  return Status::kCommand;
}

RequestParser::Status RequestParser::parse_inline(const char* base, size_t len, size_t& position,
                                                  std::vector<keel_str>& words) {
  const auto* end = static_cast<const char*>(std::memchr(base + position, '\n', len - position));
  if (end == nullptr)
    return len - position > kLineLimit ? fail("Protocol error: too big inline request") : Status::kMore;
  std::string_view line{base + position, static_cast<size_t>(end - base) - position};
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  auto& found = rare().inline_words.emplace_back();
  if (!split_inline(line, found)) return fail("Protocol error: unbalanced quotes in request");
  position = static_cast<size_t>(end - base) + 1;
  for (const std::string& w : found) words.push_back({w.data(), w.size()});
  return Status::kCommand;
}

keel_buf RequestParser::room() const noexcept {
  if (!partial_ || !partial_->blob || partial_->blob_filled == partial_->blob_len) return {nullptr, 0};
  const size_t end = std::min(partial_->blob_len, partial_->blob->capacity());
  return {partial_->blob->data() + partial_->blob_filled, end - partial_->blob_filled};
}

bool RequestParser::filled(size_t n) noexcept {
  Partial& p = *partial_;
  p.blob_filled += n;
  if (p.blob_filled < p.blob->capacity() || p.blob_filled == p.blob_len) return true;
  base::BlobUse bigger{base::Blob::make(std::min(p.blob_len, 2 * p.blob->capacity()))};
  if (!bigger) return false;
  std::memcpy(bigger->data(), p.blob->data(), p.blob_filled);
  p.blob = std::move(bigger);
  return true;
}

}  // namespace keel::net
