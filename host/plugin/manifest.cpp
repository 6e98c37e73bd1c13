#include "host/plugin/manifest.h"

#include <algorithm>
#include <charconv>
#include <fstream>

#include "host/plugin/elf_image.h"

namespace keel::plugin {
namespace {

constexpr size_t kMaxFile = size_t{1} << 30;
constexpr size_t kMaxName = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}
// What an id ("keel.keyspace/1"), a provided name ("type:string") or a version ("1.0.0-rc1") consists of.
bool is_word_char(char c) {
  return is_digit(c) || is_small(c) || (c >= 'A' && c <= 'Z') ||
         std::string_view{"._-+:/"}.find(c) != std::string_view::npos;
}
bool is_word(std::string_view s) {
  return !s.empty() && s.size() <= kMaxWord && std::all_of(s.begin(), s.end(), is_word_char);
}

std::string_view trim(std::string_view s) {
  constexpr std::string_view kBlank = " \t\r";
  const size_t begin = s.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return s.substr(begin, s.find_last_not_of(kBlank) - begin + 1);
}

// Foreign text for a sentence: short, printable.
std::string shown(std::string_view s) {
  std::string out = "'";
  for (const char c : s.substr(0, 40)) out += c >= ' ' && c < 127 ? c : '?';
  out += s.size() > 40 ? "...'" : "'";
  return out;
}

class Parser {
 public:
  Parser(Manifest& out, std::string& error) : out_(out), error_(error) {}

  bool line(std::string_view raw) {
    ++number_;
    const std::string_view text = trim(raw);
    if (text.empty() || text[0] == '#') return true;
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return refuse("is not of the form 'key: value': " + shown(text));
    const std::string_view key = trim(text.substr(0, colon));
    const std::string_view value = trim(text.substr(colon + 1));
    for (const Row& row : kRows) {
      if (row.key != key) continue;
      if ((seen_ & row.bit) != 0) return refuse("says " + shown(key) + " a second time");
      seen_ |= row.bit;
      return (this->*row.take)(value);
    }
    return refuse("has the unknown key " + shown(key));
  }

  bool finish() {
    for (const Row& row : kRows) {
      if (!row.required || (seen_ & row.bit) != 0) continue;
      error_ = "has a manifest without '" + std::string{row.key} + ":'";
      return false;
    }
    return true;
  }

 private:
  struct Row {
    std::string_view key;
    unsigned bit;
    bool required;
    bool (Parser::*take)(std::string_view);
  };
  static const Row kRows[7];

  bool refuse(const std::string& why) {
    error_ = "has a bad manifest: line " + std::to_string(number_) + " " + why;
    return false;
  }
  bool name(std::string_view v) {
    if (!is_plugin_name(v)) return refuse("gives a name that no plugin may have: " + shown(v));
    out_.name = v;
    return true;
  }
  bool version(std::string_view v) {
    if (!is_word(v)) return refuse("gives a version that is none: " + shown(v));
    out_.version = v;
    return true;
  }
  bool abi(std::string_view v) {
    const auto [end, ec] = std::from_chars(v.data(), v.data() + v.size(), out_.abi);
    if (ec != std::errc{} || end != v.data() + v.size() || out_.abi == 0)
      return refuse("gives an abi that is no number: " + shown(v));
    return true;
  }
  bool needs(std::string_view v) {
    return list(v, [this](std::string_view word) {
      Need need{std::string{word}, false};
      if (word.ends_with('?')) {
        need.id.pop_back();
        need.optional = true;
      }
      if (!is_word(need.id)) return refuse("needs something that is no id: " + shown(word));
      for (const Need& other : out_.needs)
        if (other.id == need.id) return refuse("needs " + shown(need.id) + " twice");
      out_.needs.push_back(std::move(need));
      return true;
    });
  }
  bool provides(std::string_view v) {
    return list(v, [this](std::string_view word) {
      if (!is_word(word)) return refuse("provides something that is no name: " + shown(word));
      if (std::find(out_.provides.begin(), out_.provides.end(), word) != out_.provides.end())
        return refuse("provides " + shown(word) + " twice");
      out_.provides.emplace_back(word);
      return true;
    });
  }
  bool commands(std::string_view v) {
    return list(v, [this](std::string_view word) {
      if (!is_word(word)) return refuse("has commands that are no names: " + shown(word));
      if (std::find(out_.commands.begin(), out_.commands.end(), word) != out_.commands.end())
        return refuse("has the command " + shown(word) + " twice");
      out_.commands.emplace_back(word);
      return true;
    });
  }
  bool directives(std::string_view v) {
    return list(v, [this](std::string_view word) {
      if (!is_word(word.substr(0, word.size() - word.ends_with('*'))))
        return refuse("has directives that are no names: " + shown(word));
      out_.directives.emplace_back(word);
      return true;
    });
  }
  template <class Take>
  bool list(std::string_view v, Take take) {
    if (v.size() < 2 || v.front() != '[' || v.back() != ']') return refuse("is not a list in brackets: " + shown(v));
    v = trim(v.substr(1, v.size() - 2));
    for (size_t n = 0; !v.empty(); ++n) {
      if (n == kMaxList) return refuse("has a list of more than " + std::to_string(kMaxList));
      const size_t comma = v.find(',');
      if (!take(trim(v.substr(0, comma)))) return false;
      if (comma == std::string_view::npos) break;
      v = trim(v.substr(comma + 1));
      if (v.empty()) return refuse("has a comma before the closing bracket");
    }
    return true;
  }

  Manifest& out_;
  std::string& error_;
  unsigned number_ = 0, seen_ = 0;
};

const Parser::Row Parser::kRows[7] = {
    {"name", 1, true, &Parser::name},
    {"version", 2, true, &Parser::version},
    {"abi", 4, true, &Parser::abi},
    {"needs", 8, false, &Parser::needs},
    {"provides", 16, false, &Parser::provides},
    {"commands", 64, false, &Parser::commands},
    {"directives", 32, false, &Parser::directives},
};

}  // namespace

bool is_plugin_name(std::string_view name) {
  const auto good = [](char c) { return is_small(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= kMaxName && (is_small(name[0]) || is_digit(name[0])) &&
         std::all_of(name.begin(), name.end(), good);
}

bool parse_manifest(std::string_view text, Manifest& out, std::string& error) {
  out = {};
  if (text.size() > kMaxManifest) {
    error = "has a manifest of more than " + std::to_string(kMaxManifest) + " bytes";
    return false;
  }
  while (text.ends_with('\0')) text.remove_suffix(1);  // the end of the literal, and padding by the linker
  if (text.find('\0') != std::string_view::npos) {
    error = "has a manifest with a zero byte inside (is KEEL_MANIFEST used twice?)";
    return false;
  }
  Parser parser{out, error};
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (!parser.line(text.substr(0, end))) return false;
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return parser.finish();
}

bool read_facts(std::string_view file, FileFacts& out, std::string& error) {
  const auto image = ElfImage::open(file, error);
  if (!image) return false;
  const auto text = image->section(".keel.manifest");
  if (!text) {
    error = "is not a plugin for this server: it has no section .keel.manifest";
    return false;
  }
  if (!parse_manifest(*text, out.manifest, error)) return false;
  const auto size = image->exported("keel_plugin_v1");
  if (!size) {
    error = "does not export keel_plugin_v1";
    return false;
  }
  out.table_size = *size;
  return true;
}

bool read_facts(const std::filesystem::path& file, FileFacts& out, std::string& error) {
  std::error_code ec;
  const auto size = std::filesystem::file_size(file, ec);
  if (!ec && size > kMaxFile) {
    error = "is too big to be a plugin";
    return false;
  }
  std::ifstream in{file, std::ios::binary};
  std::string bytes(ec ? 0 : static_cast<size_t>(size), '\0');
  if (ec || !in || !in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    error = "cannot be read: " + (ec ? ec.message() : std::string{"permission denied, or an error of the disk"});
    return false;
  }
  return read_facts(std::string_view{bytes}, out, error);
}

}  // namespace keel::plugin
