// plugins/types/string/lcs.h - the longest common subsequence of two texts, 64 cells of the classic table at a time.
//
// The classic table L(i, j) holds the length for the first i bytes of a and the first j of b.  In a row, L grows by 0
// or 1 from cell to cell, so a row is a bit set: bit j - 1 is L(i, j) - L(i, j - 1).  The next row follows from the one
// above by an addition (M. Crochemore and others, "A fast and practical bit-vector algorithm for the longest common
// subsequence problem", 2001; H. Hyyrö, 2004).  These bits are all that the way back needs: where the bytes differ, L(i
// - 1, j) is greater than L(i, j - 1) exactly when the bit is set.  A cell takes one bit instead of four bytes.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace strings {

// A piece both texts have in common: bytes a_first..a_last and b_first..b_last, inclusive.
struct CommonRange {
  uint32_t a_first, a_last, b_first, b_last;
  uint32_t size() const noexcept { return a_last - a_first + 1; }
};

class LcsTable {
 public:
  // 64-bit words of memory needed: for the length alone, or for the way back too.
  static uint64_t words(std::string_view a, std::string_view b, bool with_way) noexcept;

  // Computes the table in `memory`, of words(a, b, with_way); both texts are shorter than 2^32 - 1 bytes.
  LcsTable(std::string_view a, std::string_view b, std::span<uint64_t> memory, bool with_way) noexcept;

  uint32_t length() const noexcept { return length_; }
  // Calls visit(i, j) for each pair of positions in one longest subsequence, from the last to the first.
  template <class Visit>
  void each_match(Visit&& visit) const;
  // Calls visit(CommonRange) for each maximal piece, from the last to the first.
  template <class Visit>
  void each_range(Visit&& visit) const;

 private:
  bool grows(size_t i, size_t j) const noexcept {
    return (rows_[(i - 1) * width_ + (j - 1) / 64] >> ((j - 1) % 64)) & 1;
  }

  std::string_view a_, b_;
  std::span<uint64_t> rows_;
  size_t width_;  // words of a row
  uint32_t length_ = 0;
};

template <class Visit>
void LcsTable::each_match(Visit&& visit) const {
  size_t i = a_.size();
  size_t j = b_.size();
  while (i > 0 && j > 0) {
    if (a_[i - 1] == b_[j - 1])
      visit(static_cast<uint32_t>(--i), static_cast<uint32_t>(--j));
    else if (grows(i, j))
      --i;
    else
      --j;
  }
}

template <class Visit>
void LcsTable::each_range(Visit&& visit) const {
  bool open = false;
  CommonRange range{};
  each_match([&](uint32_t i, uint32_t j) {
    if (open && i + 1 == range.a_first && j + 1 == range.b_first) {
      range.a_first = i;
      range.b_first = j;
      return;
    }
    if (open) visit(range);
    range = {i, i, j, j};
    open = true;
  });
  if (open) visit(range);
}

}  // namespace strings
