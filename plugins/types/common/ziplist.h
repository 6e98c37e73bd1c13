// plugins/types/common/ziplist.h - Redis' ziplist, the row of texts and integers that files older than Redis 7.0 hold:
// it is read, and written again as a listpack.  Source of the format: the description in Redis' documentation of RDB
// files, checked against files that Redis 6 has written.
//
//   bytes u32 | offset of the last entry u32 | count u16 | entries | 0xff      numbers of the frame are little-endian
//
// An entry is the size of the one before (a byte, or 254 and u32), a head, and what the head announces:
//
//   00llllll                  text up to 63 bytes          11000000  integer of 16 bits
//   01llllll llllllll         text up to 16383 bytes       11010000  32 bits
//   10000000 u32 (big-endian) text                         11100000  64 bits
//   1111xxxx                  integer x - 1, x = 1..13     11110000  24 bits        11111110  8 bits
#pragma once
#include "plugins/types/common/listpack.h"

namespace types {

// Untrusted bytes, read once from the first entry to the last.
class ZiplistReader {
 public:
  explicit ZiplistReader(std::string_view bytes) noexcept;

  // Takes the next element; false = there is none, or the bytes are malformed.
  bool next(listpack::Element& element) noexcept;
  // After the last element: was everything well formed?
  bool ok() const noexcept { return ok_; }

 private:
  bool fail() noexcept;
  std::optional<listpack::Element> body(std::string_view from, size_t& size) const noexcept;

  std::string_view entries_{};  // what is left of them
  size_t before_ = 0;           // size of the entry before
  size_t size_ = 0;             // of all entries
  size_t last_ = 0;             // where the header says that the last entry lies, from the first on
  uint32_t count_ = 0;          // what the header says
  uint64_t seen_ = 0;
  bool ok_ = false;
};

// Untrusted bytes: f(Element) for every element while it returns true.  False = f did not, or the bytes are malformed.
template <class F>
bool each_of_ziplist(std::string_view bytes, F f) noexcept {
  ZiplistReader reader(bytes);
  listpack::Element e;
  while (reader.next(e))
    if (!f(e)) return false;
  return reader.ok();
}

// Bytes of a listpack with the same elements; nothing = malformed, or more than listpack::kMostBytes.
std::optional<size_t> listpack_size_of_ziplist(std::string_view bytes) noexcept;
// Writes that listpack: as many bytes as listpack_size_of_ziplist() said.
void write_ziplist_as_listpack(std::string_view bytes, char* to) noexcept;

}  // namespace types
