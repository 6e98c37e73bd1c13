#include "host/plugin/elf_image.h"

#include <elf.h>

#include <bit>
#include <cstring>

namespace keel::plugin {
namespace {

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
#elif defined(__riscv)
constexpr uint16_t kMachine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr uint16_t kMachine = EM_PPC64;
#elif defined(__s390x__)
constexpr uint16_t kMachine = EM_S390;
#else
#error "say here which e_machine this processor has"
#endif
constexpr unsigned char kOrder = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

// The caller has checked that offset + sizeof(T) lies inside.
template <class T>
T copy_at(std::string_view bytes, uint64_t offset) {
  T t;
  std::memcpy(&t, bytes.data() + offset, sizeof t);
  return t;
}

// The NUL-terminated text at `offset`; empty when it does not end inside the table.
std::string_view text_at(std::string_view table, uint64_t offset) {
  if (offset >= table.size()) return {};
  const std::string_view rest = table.substr(offset);
  const size_t end = rest.find('\0');
  return end == std::string_view::npos ? std::string_view{} : rest.substr(0, end);
}

}  // namespace

std::optional<ElfImage> ElfImage::open(std::string_view bytes, std::string& error) {
  const auto refuse = [&error](const char* why) {
    error = why;
    return std::nullopt;
  };
  if (bytes.size() < SELFMAG || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0)
    return refuse("is not a shared object (it does not begin as an ELF file)");
  if (bytes.size() < sizeof(Elf64_Ehdr)) return refuse("is cut off inside its ELF header");
  const auto header = copy_at<Elf64_Ehdr>(bytes, 0);
  if (header.e_ident[EI_CLASS] != ELFCLASS64) return refuse("is not a 64-bit shared object");
  if (header.e_ident[EI_DATA] != kOrder || header.e_machine != kMachine)
    return refuse("is built for another kind of processor");
  if (header.e_type != ET_DYN) return refuse("is not a shared object (another kind of ELF file)");
  if (header.e_shoff == 0 || header.e_shnum == 0) return refuse("has no table of sections");
  if (header.e_shentsize != sizeof(Elf64_Shdr)) return refuse("has a table of sections of an unknown form");

  ElfImage image{bytes};
  image.table_ = header.e_shoff;
  image.count_ = header.e_shnum;
  if (image.table_ > bytes.size() || (bytes.size() - image.table_) / sizeof(Elf64_Shdr) < image.count_)
    return refuse("is cut off: its table of sections lies outside the file");
  if (header.e_shstrndx >= image.count_) return refuse("has no names of sections");
  const auto names = image.contents(image.section_at(header.e_shstrndx));
  if (!names) return refuse("is damaged: the names of its sections lie outside the file");
  image.names_ = *names;
  return image;
}

ElfImage::Section ElfImage::section_at(uint64_t index) const {
  const auto s = copy_at<Elf64_Shdr>(bytes_, table_ + index * sizeof(Elf64_Shdr));
  return {s.sh_name, s.sh_type, s.sh_link, s.sh_offset, s.sh_size};
}

std::optional<std::string_view> ElfImage::contents(const Section& s) const {
  if (s.type == SHT_NOBITS || s.offset > bytes_.size() || bytes_.size() - s.offset < s.size) return std::nullopt;
  return bytes_.substr(s.offset, s.size);
}

std::optional<std::string_view> ElfImage::section(std::string_view name) const {
  for (uint64_t i = 0; i < count_; ++i) {
    const Section s = section_at(i);
    if (text_at(names_, s.name) == name) return contents(s);
  }
  return std::nullopt;
}

std::optional<uint64_t> ElfImage::exported(std::string_view symbol) const {
  for (uint64_t i = 0; i < count_; ++i) {
    const Section s = section_at(i);
    if (s.type != SHT_DYNSYM || s.link >= count_) continue;
    const auto symbols = contents(s);
    const auto names = contents(section_at(s.link));
    if (!symbols || !names) continue;
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= symbols->size(); at += sizeof(Elf64_Sym)) {
      const auto sym = copy_at<Elf64_Sym>(*symbols, at);
      if (sym.st_shndx != SHN_UNDEF && ELF64_ST_BIND(sym.st_info) != STB_LOCAL &&
          ELF64_ST_TYPE(sym.st_info) == STT_OBJECT && text_at(*names, sym.st_name) == symbol)
        return sym.st_size;
    }
  }
  return std::nullopt;
}

}  // namespace keel::plugin
