#include "host/config/words.h"

#include "keel/cpp/text.hpp"

namespace keel::config {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool is_blank(char c) {
  return kBlanks.find(c) != std::string_view::npos;
}

}  // namespace

Words split_at_spaces(std::string_view text) {
  Words words;
  if (text.empty()) return words;
  for (;;) {
    const size_t space = text.find(' ');
    words.emplace_back(text.substr(0, space));
    if (space == std::string_view::npos) return words;
    text.remove_prefix(space + 1);
  }
}

bool split_quoted(std::string_view text, Words& out) {
  size_t i = 0;
  for (;;) {
    while (i < text.size() && is_blank(text[i])) ++i;
    if (i == text.size()) return true;
    std::string word;
    const char mark = text[i];
    if (mark != '"' && mark != '\'') {
      while (i < text.size() && !is_blank(text[i])) word += text[i++];
      out.push_back(std::move(word));
      continue;
    }
    ++i;
    while (i < text.size() && text[i] != mark) {
      if (mark == '"' && text[i] == '\\' && i + 1 < text.size()) ++i;
      word += text[i++];
    }
    if (i == text.size()) return false;
    ++i;
    if (i < text.size() && !is_blank(text[i])) return false;
    out.push_back(std::move(word));
  }
}

std::string join(const Words& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i != 0) text += ' ';
    text += words[i];
  }
  return text;
}

std::string join_quoted(const Words& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i != 0) text += ' ';
    const std::string& word = words[i];
    if (!word.empty() && word.find_first_of(" \t\r\n\"'\\") == std::string::npos) {
      text += word;
      continue;
    }
    text += '"';
    for (const char c : word) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = keel::lower(c);
  return out;
}

}  // namespace keel::config
