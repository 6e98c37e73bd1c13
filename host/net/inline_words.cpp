#include "host/net/inline_words.h"

namespace keel::net {
namespace {

bool blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char escaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'a':
      return '\a';
    default:
      return c;
  }
}

// Takes what is quoted, from behind the opening quote on; leaves i behind the closing one. False = it does not close.
bool take_quoted(std::string_view s, size_t& i, char quote, std::string& word) {
  while (i < s.size()) {
    const char c = s[i];
    if (quote == '"' && c == '\\' && i + 3 < s.size() && s[i + 1] == 'x' && hex(s[i + 2]) >= 0 && hex(s[i + 3]) >= 0) {
      word += static_cast<char>(hex(s[i + 2]) * 16 + hex(s[i + 3]));
      i += 4;
    } else if (quote == '"' && c == '\\' && i + 1 < s.size()) {
      word += escaped(s[i + 1]);
      i += 2;
    } else if (quote == '\'' && c == '\\' && i + 1 < s.size() && s[i + 1] == '\'') {
      word += '\'';
      i += 2;
    } else if (c == quote) {
      ++i;
      return i == s.size() || blank(s[i]);
    } else {
      word += c;
      ++i;
    }
  }
  return false;
}

}  // namespace

bool split_inline(std::string_view s, std::vector<std::string>& words) {
  words.clear();
  if (const auto nul = s.find('\0'); nul != std::string_view::npos) s = s.substr(0, nul);
  for (size_t i = 0; i < s.size();) {
    if (blank(s[i])) {
      ++i;
      continue;
    }
    std::string word;
    while (i < s.size() && !blank(s[i])) {
      if (s[i] == '"' || s[i] == '\'') {
        const char quote = s[i++];
        if (!take_quoted(s, i, quote, word)) return false;
        break;  // a closing quote ends the word
      }
      word += s[i++];
    }
    words.push_back(std::move(word));
  }
  return true;
}

}  // namespace keel::net
