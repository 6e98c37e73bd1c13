#include "host/plugin/check_rows.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace keel::plugin {
namespace {

constexpr size_t kMaxName = 64;
constexpr uint32_t kMaxKeyspecs = 32;
constexpr size_t kMaxCodes = 64;
constexpr uint8_t kNoCode = 0xff;  // the end of rdb_codes

// Of values, in RDB up to that of Redis 7.4. 6 and 7 are those of modules, 8 was never one.
bool is_type_of_redis(uint8_t code) {
  return code <= 5 || (code >= 9 && code <= 25);
}

std::string check_codes(const uint8_t* codes) {
  if (codes == nullptr) return {};
  for (size_t n = 0; n < kMaxCodes; ++n) {
    if (codes[n] == kNoCode) return {};
    if (!is_type_of_redis(codes[n]))
      return " with the code " + std::to_string(codes[n]) +
             ", which no type of Redis has; a type of its own has no codes and is saved by its name";
  }
  return " whose rdb_codes do not end with 0xff";
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// One printable word without blanks.
bool is_name(const char* s) {
  if (s == nullptr || *s == '\0') return false;
  const std::string_view name{s, strnlen(s, kMaxName + 1)};
  return name.size() <= kMaxName && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
}

std::string check_keyspec(const keel_keyspec& k, int32_t arity) {
  if (k.begin != KEEL_BEGIN_INDEX && k.begin != KEEL_BEGIN_KEYWORD && k.begin != KEEL_BEGIN_UNKNOWN)
    return "begins in no known way";
  if (k.find != KEEL_FIND_RANGE && k.find != KEEL_FIND_KEYNUM && k.find != KEEL_FIND_UNKNOWN)
    return "finds keys in no known way";
  if (k.begin == KEEL_BEGIN_INDEX && k.pos < 1) return "begins before the first argument";
  if (k.begin == KEEL_BEGIN_INDEX && arity > 0 && k.pos >= arity) return "begins beyond the last argument";
  if (k.begin == KEEL_BEGIN_KEYWORD && (k.keyword == nullptr || *k.keyword == '\0')) return "has no keyword";
  if (k.begin == KEEL_BEGIN_KEYWORD && k.pos == 0) return "searches its keyword from the command's name";
  if (k.find != KEEL_FIND_UNKNOWN && k.step < 1) return "has a step below 1";
  if (k.find == KEEL_FIND_RANGE && k.limit < 0) return "has a negative limit";
  if (k.find == KEEL_FIND_RANGE && k.begin == KEEL_BEGIN_INDEX && arity > 0 && k.last > 0 && k.last >= arity - k.pos)
    return "ends beyond the last argument";
  if (k.find == KEEL_FIND_KEYNUM && (k.count_at < 0 || k.first < 0)) return "counts keys before its beginning";
  return {};
}

template <class F>
void require(std::string& error, const std::string& what, F function, const char* name) {
  if (function == nullptr && error.empty()) error = what + " lacks the required function " + name + "()";
}

}  // namespace

std::string in_quotes(const char* text) {
  if (text == nullptr) return "''";
  std::string out = "'";
  for (size_t i = 0; i < kMaxName && text[i] != '\0'; ++i) out += text[i] >= ' ' && text[i] < 127 ? text[i] : '?';
  return out + "'";
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string check_command(const keel_command& row) {
  if (row.name == nullptr || *row.name == '\0') return "has a command without a name";
  const std::string what = "has the command " + in_quotes(row.name);
  if (!is_name(row.name)) return what + ", which is no single printable word of at most 64 bytes";
  const std::string_view name{row.name};
  const size_t bar = name.find('|');
  const bool sub = bar != std::string_view::npos;
  if (sub && (bar == 0 || bar + 1 == name.size() || name.find('|', bar + 1) != std::string_view::npos))
    return what + ", which is not of the form CONTAINER|SUBCOMMAND";
  if (row.arity == 0 || row.arity == INT32_MIN) return what + " with arity 0; the name of a command counts";
  if (sub && std::abs(row.arity) < 2) return what + " with an arity that leaves no room for the subcommand's name";
  if (sub && row.run == nullptr) return what + " without a function to run";
  if ((row.flags & KEEL_CMD_WRITE) != 0 && (row.flags & KEEL_CMD_READONLY) != 0)
    return what + ", which is both WRITE and READONLY";
  if ((row.flags & KEEL_CMD_MOVABLE_KEYS) != 0 && row.find_keys == nullptr)
    return what + " with MOVABLE_KEYS, but without find_keys()";
  if (row.nkeyspecs > kMaxKeyspecs) return what + " with more than 32 key specifications";
  if (row.nkeyspecs > 0 && row.keyspecs == nullptr) return what + " with key specifications that are NULL";
  for (uint32_t i = 0; i < row.nkeyspecs; ++i) {
    const std::string wrong = check_keyspec(row.keyspecs[i], row.arity);
    if (!wrong.empty()) return what + " whose key specification " + std::to_string(i) + " " + wrong;
  }
  return {};
}

std::string check_option(const keel_option& row) {
  if (!is_name(row.name)) return "has an option without a usable name";
  const std::string what = "has the option " + in_quotes(row.name);
  if (row.initial == nullptr) return what + " without a default";
  if (row.doc == nullptr || *row.doc == '\0') return what + " without a line of documentation";
  if (row.type < KEEL_OPTION_BOOL || row.type > KEEL_OPTION_LIST)
    return what + " of a type that this server does not know";
  if (row.type == KEEL_OPTION_ENUM && (row.choices == nullptr || row.choices[0] == nullptr))
    return what + " without the choices to choose from";
  const bool ranged =
      row.type == KEEL_OPTION_INTEGER || row.type == KEEL_OPTION_MEMORY || row.type == KEEL_OPTION_OCTAL;
  if (ranged && row.min > row.max) return what + " whose least value is above its greatest";
  return {};
}

std::string check_type(const keel_type& table) {
  if (!is_name(table.name)) return "has a value type without a usable name";
  const std::string what = "has the value type " + in_quotes(table.name);
  if (const std::string wrong = check_codes(table.rdb_codes); !wrong.empty()) return what + wrong;
  std::string error;
  require(error, what + ", which", table.save, "save");
  require(error, what + ", which", table.load, "load");
  if ((table.due == nullptr) != (table.expire == nullptr))
    require(error, what + ", which", static_cast<const void*>(nullptr), table.due == nullptr ? "due" : "expire");
  return error;
}

std::string check_transport(const keel_transport& table) {
  if (!is_name(table.name)) return "has a transport without a usable name";
  const std::string what = "has the transport " + in_quotes(table.name) + ", which";
  std::string error;
  require(error, what, table.listen, "listen");
  require(error, what, table.serve, "serve");
  require(error, what, table.address, "address");
  require(error, what, table.shut, "shut");
  require(error, what, table.rx, "rx");
  require(error, what, table.tx, "tx");
  require(error, what, table.close, "close");
  return error;
}

std::string check_layer(const keel_layer& table) {
  if (!is_name(table.name)) return "has a layer without a usable name";
  const std::string what = "has the layer " + in_quotes(table.name) + ", which";
  std::string error;
  require(error, what, table.configure, "configure");
  require(error, what, table.open, "open");
  require(error, what, table.step, "step");
  require(error, what, table.close, "close");
  require(error, what, table.discard, "discard");
  return error;
}

std::string check_info_section(const keel_info_section& table) {
  if (!is_name(table.name)) return "has a section of INFO without a usable name";
  const std::string_view name{table.name};
  if (std::any_of(name.begin(), name.end(), [](char c) { return c != lower(c); }))
    return "has the section of INFO " + in_quotes(table.name) + ", which is not in lower case";
  if (name == "all" || name == "everything" || name == "default")
    return "has the section of INFO " + in_quotes(table.name) + ", which stands for several";
  std::string error;
  require(error, "has the section of INFO " + in_quotes(table.name) + ", which", table.write, "write");
  return error;
}

}  // namespace keel::plugin
