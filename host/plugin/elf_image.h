// host/plugin/elf_image.h - what the loader must know of a shared object before it maps it: one section and one
// exported symbol, read from the bytes of the file alone.
//
// Boost.DLL's library_info lists names of sections but gives no contents, and allocates whatever sizes a corrupt file
// claims; this reader allocates nothing and never looks outside the bytes that it was given.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keel::plugin {

class ElfImage {
 public:
  // Checks the headers. `bytes` is the whole file and must outlive the image. On failure `error` says what is wrong
  // with the file, as the end of a sentence that begins with its name. [any]
  static std::optional<ElfImage> open(std::string_view bytes, std::string& error);

  // The contents of the first section of that name; nothing when there is none, or when it lies outside the file.
  std::optional<std::string_view> section(std::string_view name) const;

  // The size in bytes of a data symbol that the file defines and exports; nothing when there is none of that name.
  std::optional<uint64_t> exported(std::string_view symbol) const;

 private:
  struct Section {
    uint32_t name, type, link;
    uint64_t offset, size;
  };
  explicit ElfImage(std::string_view bytes) : bytes_(bytes) {}
  Section section_at(uint64_t index) const;
  std::optional<std::string_view> contents(const Section& s) const;

  std::string_view bytes_;
  uint64_t table_ = 0;  // offset of the section headers
  uint64_t count_ = 0;
  std::string_view names_{};
};

}  // namespace keel::plugin
