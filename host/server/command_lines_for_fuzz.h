// host/server/command_lines_for_fuzz.h - lines that are commands, made by chance: the forms are those that COMMAND DOCS
// tells of each command, so there is no list of options to be kept, and what a plugin adds is tried at once.
#pragma once
#include <algorithm>
#include <array>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/exec/command_table.h"

namespace keel::server {

// The keys that kValues makes, and one that is not there; a group of commands has the names that it is about.
struct KeysOfGroup {
  std::string_view group;
  std::array<const char*, 4> keys;
};
inline constexpr KeysOfGroup kKeysOfGroups[] = {
    {"string", {"text", "number", "real", "none"}},     {"bitmap", {"text", "bits", "number", "none"}},
    {"hyperloglog", {"hll", "dense", "text", "none"}},  {"list", {"list", "lists", "numbers", "none"}},
    {"set", {"set", "sets", "ints", "none"}},           {"sorted-set", {"zset", "zsets", "geo", "none"}},
    {"hash", {"hash", "hashes", "numbers", "none"}},    {"geo", {"geo", "zset", "geo", "none"}},
    {"stream", {"stream", "streams", "stream", "none"}}};

// Values of every type, small and big ones, by their keys.
struct ValueLine {
  std::string_view key;
  const char* line;
};
inline constexpr ValueLine kValues[] = {
    {"text", "SET text some-text-that-is-longer-than-what-lies-in-an-entry"},
    {"number", "SET number 10 EX 100000"},
    {"real", "SET real 3.5"},
    {"bits", "SETBIT bits 77 1"},
    {"hll", "PFADD hll a b c"},
    {"dense", "PFADD dense 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23"},
    {"list", "RPUSH list a 1"},
    {"lists", "RPUSH lists a b c d e f g h i j"},
    {"numbers", "RPUSH numbers 3 1 2"},
    {"set", "SADD set a 1"},
    {"ints", "SADD ints 1 2 3"},
    {"sets", "SADD sets a b c d e f 1"},
    {"zset", "ZADD zset 1 a 2 b"},
    {"zsets", "ZADD zsets 1 a 2 b 3 c 4 d 5 e 6 f"},
    {"hash", "HSET hash f 1 g a"},
    {"hashes", "HSET hashes a 1 b 2 c 3 d 4 e 5 f 6"},
    {"geo", "GEOADD geo 13.36 38.11 Palermo 15.08 37.5 Catania"},
    {"stream", "XADD stream 1-1 f v g w"},
    {"stream", "XADD stream 1-2 f v"},
    {"stream", "XADD stream 2-1 f v"},
    {"stream", "XGROUP CREATE stream g 0"},
    {"stream", "XREADGROUP GROUP g c COUNT 2 STREAMS stream >"},
    {"streams", "XADD streams 1-1 a b"},
    {"streams", "XADD streams 1-2 c d e f"},
    {"streams", "XADD streams 2-* a b"},
    {"streams", "XADD streams 3-* g h"},
    {"streams", "XADD streams 4-* a b"}};

class CommandLines {
 public:
  CommandLines(const exec::CommandTable& table, uint32_t seed) : table_(table), random_(seed) {}

  // Changes, adds or takes away a line or a word.
  std::string mutate(std::string_view text) {
    std::vector<std::string> lines = split(text, '\n');
    const size_t i = below(lines.size() + 1);
    if (i == lines.size() || one_in(6)) {
      lines.insert(lines.begin() + static_cast<ptrdiff_t>(i), line());
    } else if (one_in(12)) {
      lines.erase(lines.begin() + static_cast<ptrdiff_t>(i));
    } else if (one_in(12)) {
      std::swap(lines[i], lines[below(lines.size())]);
    } else {
      lines[i] = mutate_line(lines[i]);
    }
    return join(lines, '\n');
  }

  // A command in one of its forms.
  std::string line() {
    const auto& all = table_.all();
    const exec::Command* c = nullptr;
    while (c == nullptr || c->row.run == nullptr) c = all[below(all.size())].get();
    command_ = c;
    std::string out = c->name;
    std::replace(out.begin(), out.end(), '|', ' ');
    if (const keel_doc* doc = c->row.doc) arguments(out, {doc->args, doc->nargs});
    return out;
  }

 private:
  size_t below(size_t n) { return random_() % n; }
  bool one_in(size_t n) { return below(n) == 0; }
  template <class Row>
  auto any_of(const Row& row) {
    return row[below(std::size(row))];
  }

  static std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> out;
    for (size_t end = 0; !text.empty(); text.remove_prefix(std::min(end + 1, text.size()))) {
      end = std::min(text.find(at), text.size());
      out.emplace_back(text.substr(0, end));
    }
    return out;
  }
  static std::string join(const std::vector<std::string>& parts, char with) {
    std::string out;
    for (const std::string& part : parts) (out += part) += with;
    return out;
  }

  std::string mutate_line(const std::string& old) {
    std::vector<std::string> words = split(old, ' ');
    const size_t i = below(words.size() + 1);
    if (i == words.size() || one_in(5))
      words.insert(words.begin() + static_cast<ptrdiff_t>(i), word());
    else if (one_in(5))
      words.erase(words.begin() + static_cast<ptrdiff_t>(i));
    else if (one_in(8))
      std::swap(words[i], words[below(words.size())]);
    else
      words[i] = word();
    return join(words, ' ');
  }

  std::string word() {
    switch (below(4)) {
      case 0:
        return key();
      case 1:
        return number();
      case 2: {
        const std::vector<std::string> words = split(line(), ' ');
        return words[below(words.size())];
      }
      default:
        return text();
    }
  }

  void arguments(std::string& out, std::span<const keel_doc_arg> args) {
    for (const keel_doc_arg& a : args) {
      if ((a.flags & KEEL_ARG_OPTIONAL) != 0 && one_in(2)) continue;
      const size_t times = (a.flags & KEEL_ARG_MULTIPLE) != 0 ? 1 + below(3) : 1;
      for (size_t i = 0; i < times; ++i) {
        if (a.token != nullptr && (i == 0 || (a.flags & KEEL_ARG_MULTIPLE_TOKEN) != 0)) (out += ' ') += token(a.token);
        argument(out, a, times);
      }
    }
  }
  static std::string token(std::string_view t) { return t.empty() ? "\"\"" : std::string{t}; }

  void argument(std::string& out, const keel_doc_arg& a, size_t times) {
    const std::span<const keel_doc_arg> sub{a.sub, a.nsub};
    switch (a.type) {
      case KEEL_ARG_PURE_TOKEN:
        return;
      case KEEL_ARG_BLOCK:
        return arguments(out, sub);
      case KEEL_ARG_ONEOF:
        if (!sub.empty()) arguments(out, sub.subspan(below(sub.size()), 1));
        return;
      case KEEL_ARG_KEY:
        (out += ' ') += key();
        return;
      case KEEL_ARG_INTEGER:
        // How many follow is often right, else nothing behind it would be read.
        (out += ' ') +=
            std::string_view{a.name}.starts_with("numkeys") && !one_in(4) ? std::to_string(times) : number();
        return;
      case KEEL_ARG_DOUBLE:
      case KEEL_ARG_UNIX_TIME:
        (out += ' ') += number();
        return;
      default:
        (out += ' ') += one_in(4) ? number() : text();
    }
  }

  std::string key() {
    const auto* const doc = command_ != nullptr ? command_->row.doc : nullptr;
    for (const KeysOfGroup& one : kKeysOfGroups)
      if (doc != nullptr && doc->group != nullptr && one.group == doc->group && !one_in(4)) return any_of(one.keys);
    return any_of(kKeysOfGroups[below(std::size(kKeysOfGroups))].keys);
  }

  std::string number() {
    static constexpr const char* kOdd[] = {"-1",
                                           "-2",
                                           "255",
                                           "256",
                                           "32768",
                                           "65536",
                                           "1000000",
                                           "2147483647",
                                           "2147483648",
                                           "-2147483649",
                                           "4294967295",
                                           "4294967296",
                                           "9223372036854775807",
                                           "-9223372036854775808",
                                           "9223372036854775808",
                                           "18446744073709551615",
                                           "1.5",
                                           "-0.5",
                                           "1e5",
                                           "1e400",
                                           "0x10",
                                           "inf",
                                           "-inf",
                                           "nan",
                                           "+1",
                                           "01",
                                           "-0",
                                           "3.0",
                                           "5e-324"};
    return one_in(3) ? any_of(kOdd) : std::to_string(below(12));
  }

  std::string text() {
    static constexpr const char* kTexts[] = {
        "a",
        "b",
        "c",
        "f",
        "g",
        "Palermo",
        "\"\"",
        "\"two words\"",
        "\"\\x00\\xff\"",
        "*",
        "a*",
        "?",
        "[a-c]",
        "[^",
        "\\\\",
        "-",
        "+",
        "(",
        "[",
        "(1",
        "[a",
        "(a",
        "=",
        "~",
        "$",
        ">",
        "<",
        "#",
        "1-1",
        "0-0",
        "1-2",
        "(1-1",
        "5-*",
        "18446744073709551615-18446744073709551615",
        "u8",
        "i64",
        "u64",
        "#1",
        "0",
        "km",
        "BYTE",
        "k_*",
        "hash_*->f",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
    return any_of(kTexts);
  }

  const exec::CommandTable& table_;
  std::minstd_rand random_;
  const exec::Command* command_ = nullptr;
};

}  // namespace keel::server
