// Replies and command lines as text.
#include <cstdlib>
#include <string_view>

#include "keel/testing/host.hpp"

namespace keel::testing {
namespace {

// Takes one value off the front; "" or what is wrong.
std::string take(std::string_view& s, int depth) {
  if (depth > 64) return "nested too deep";
  const size_t end = s.find("\r\n");
  if (end == std::string_view::npos || end == 0) return s.empty() ? "nothing" : "a line without its end";
  const char kind = s[0];
  const std::string line{s.substr(1, end - 1)};
  s.remove_prefix(end + 2);
  if (std::string_view{"+-:,_#("}.find(kind) != std::string_view::npos)
    return line.find_first_of("\r\n") == std::string::npos ? "" : "a line break inside a line";
  char* rest = nullptr;
  const long long n = std::strtoll(line.c_str(), &rest, 10);
  if (line.empty() || *rest != '\0' || n < -1) return "a length that is no number: " + line;
  if (kind == '$' || kind == '=') {
    if (n == -1) return "";
    const auto size = static_cast<size_t>(n);
    if (s.size() < size + 2 || s.substr(size, 2) != "\r\n") return "a string that is not as long as it says";
    s.remove_prefix(size + 2);
    return "";
  }
  if (std::string_view{"*~>%|"}.find(kind) == std::string_view::npos) return std::string{"an unknown kind: "} + kind;
  // A map has twice as many values as it says; attributes as well, and behind them what has them.
  const long long values = kind == '%' ? n * 2 : kind == '|' ? n * 2 + 1 : n;
  for (long long i = 0; i < values; ++i) {
    std::string wrong = take(s, depth + 1);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

}  // namespace

std::string check_reply(const std::string& text) {
  std::string_view rest = text;
  std::string wrong = take(rest, 0);
  if (wrong.empty() && text[0] == '>' && !rest.empty()) wrong = take(rest, 0);  // a push goes before a reply
  if (wrong.empty() && !rest.empty()) wrong = "something follows the first reply";
  return wrong;
}

std::vector<std::string> Host::words(const std::string& line) {
  std::vector<std::string> out;
  for (size_t i = 0; i < line.size();) {
    if (line[i] == ' ') {
      ++i;
      continue;
    }
    std::string word;
    bool quoted = false;
    for (; i < line.size() && (quoted || line[i] != ' '); ++i) {
      if (line[i] == '"') {
        quoted = !quoted;
      } else if (line[i] == '\\' && i + 3 < line.size() && line[i + 1] == 'x') {
        word += static_cast<char>(std::strtol(line.substr(i + 2, 2).c_str(), nullptr, 16));
        i += 3;
      } else {
        word += line[i];
      }
    }
    out.push_back(std::move(word));
  }
  return out;
}

}  // namespace keel::testing
