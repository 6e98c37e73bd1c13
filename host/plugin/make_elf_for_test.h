// host/plugin/make_elf_for_test.h - a minimal shared object as bytes, so that tests need no linker.
#pragma once
#include <elf.h>

#include <cstring>
#include <string>
#include <string_view>

namespace keel::plugin {

template <class T>
void append(std::string& to, const T& t) {
  to.append(reinterpret_cast<const char*>(&t), sizeof t);
}

// Sections: "", .shstrtab, .keel.manifest, .dynstr, .dynsym (with one exported object of `table_size` bytes).
inline std::string make_elf(std::string_view manifest, std::string_view symbol = "keel_plugin_v1",
                            uint64_t table_size = 104) {
  static constexpr char kNames[] = "\0.shstrtab\0.keel.manifest\0.dynstr\0.dynsym";
  const std::string names(kNames, sizeof kNames);
  const auto name = [&names](const char* s) { return static_cast<uint32_t>(names.find(s)); };
  std::string symbol_names(1, '\0');
  symbol_names.append(symbol).append(1, '\0');
  std::string symbols(sizeof(Elf64_Sym), '\0');
  Elf64_Sym sym{};
  sym.st_name = 1;
  sym.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT);
  sym.st_shndx = 1;
  sym.st_size = table_size;
  append(symbols, sym);

  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_DYN;
#if defined(__aarch64__)
  header.e_machine = EM_AARCH64;
#else
  header.e_machine = EM_X86_64;
#endif
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = 5;
  header.e_shstrndx = 1;
  std::string body, table(sizeof(Elf64_Shdr), '\0');
  const auto add = [&](const char* title, uint32_t type, std::string_view bytes, uint32_t link) {
    Elf64_Shdr s{};
    s.sh_name = name(title);
    s.sh_type = type;
    s.sh_offset = sizeof header + body.size();
    s.sh_size = bytes.size();
    s.sh_link = link;
    append(table, s);
    body.append(bytes);
  };
  add(".shstrtab", SHT_STRTAB, names, 0);
  add(".keel.manifest", SHT_PROGBITS, manifest, 0);
  add(".dynstr", SHT_STRTAB, symbol_names, 0);
  add(".dynsym", SHT_DYNSYM, symbols, 3);
  header.e_shoff = sizeof header + body.size();
  std::string file;
  append(file, header);
  return file + body + table;
}

}  // namespace keel::plugin
