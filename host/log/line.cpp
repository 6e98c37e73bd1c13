#include "host/log/line.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace keel::log {
namespace {

using base::LogFormat;

struct LevelNames {
  char mark;
  std::string_view word;
};
constexpr std::array<LevelNames, 4> kLevels = {{{'.', "debug"}, {'-', "verbose"}, {'*', "notice"}, {'#', "warning"}}};

LevelNames level_of(base::LogLevel level) {
  const auto i = static_cast<size_t>(level);
  return i < kLevels.size() ? kLevels[i] : kLevels.back();
}

constexpr char kHex[] = "0123456789abcdef";

bool is_control(unsigned char c) {
  return c < 0x20 || c == 0x7f;
}

// \n and its like have letters of their own; 0 = none.
char short_escape(char c) {
  switch (c) {
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    default:
      return 0;
  }
}

void append_time(std::string& out, const Event& event, bool local) {
  using namespace std::chrono;
  const auto since = event.time.time_since_epoch();
  const auto whole = floor<seconds>(since);
  const int ms = static_cast<int>(duration_cast<milliseconds>(since - whole).count());
  const std::time_t t = whole.count();
  std::tm parts{};
  if ((local ? ::localtime_r(&t, &parts) : ::gmtime_r(&t, &parts)) == nullptr) parts.tm_mday = 1;
  char text[64];
  if (local) {
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::snprintf(text, sizeof text, "%02d %s %d %02d:%02d:%02d.%03d", parts.tm_mday, kMonths[parts.tm_mon % 12],
                  parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec, ms);
  } else {
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                  parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, ms);
  }
  out += text;
}

void append_text(std::string& out, const Event& event) {
  out += std::to_string(event.pid);
  out += ':';
  out += event.role;
  out += ' ';
  append_time(out, event, true);
  out += ' ';
  out += level_of(event.level).mark;
  out += ' ';
  append_escaped(out, event.message);
  for (size_t i = 0; i < event.n; ++i) {
    out += ' ';
    append_escaped(out, event.fields[i].name);
    out += '=';
    append_logfmt_value(out, event.fields[i].value);
  }
}

// A name of logfmt has neither blanks nor quotation marks nor '='.
void append_logfmt_name(std::string& out, std::string_view name) {
  for (const char c : name) {
    const bool plain = static_cast<unsigned char>(c) > 0x20 && c != '=' && c != '"' && c != 0x7f;
    out += plain ? c : '_';
  }
}

void append_logfmt(std::string& out, const Event& event) {
  out += "time=";
  append_time(out, event, false);
  out += " level=";
  out += level_of(event.level).word;
  out += " pid=" + std::to_string(event.pid) + " role=";
  out += event.role;
  out += " msg=";
  append_logfmt_value(out, event.message);
  for (size_t i = 0; i < event.n; ++i) {
    out += ' ';
    append_logfmt_name(out, event.fields[i].name);
    out += '=';
    append_logfmt_value(out, event.fields[i].value);
  }
}

void append_json(std::string& out, const Event& event) {
  out += "{\"time\":\"";
  append_time(out, event, false);
  out += "\",\"level\":\"";
  out += level_of(event.level).word;
  out += "\",\"pid\":" + std::to_string(event.pid) + ",\"role\":";
  append_json_string(out, std::string_view(&event.role, 1));
  out += ",\"msg\":";
  append_json_string(out, event.message);
  for (size_t i = 0; i < event.n; ++i) {
    out += ',';
    append_json_string(out, event.fields[i].name);
    out += ':';
    append_json_string(out, event.fields[i].value);
  }
  out += '}';
}

}  // namespace

size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto more = [&](size_t i) { return (at(i) & 0xc0u) == 0x80u; };
  const unsigned first = at(0), second = at(1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return more(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && second < 0xa0;
    const bool surrogate = first == 0xed && second >= 0xa0;
    return more(1) && more(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && second < 0x90;
    const bool too_big = first == 0xf4 && second >= 0x90;
    return more(1) && more(2) && more(3) && !overlong && !too_big ? 4 : 0;
  }
  return 0;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const char c = text.front();
    const size_t length = utf8_length(text);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (short_escape(c) != 0) {
      out += '\\';
      out += short_escape(c);
    } else if (is_control(static_cast<unsigned char>(c))) {
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 15];
    } else if (length == 0) {
      out += "\xef\xbf\xbd";
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (!is_control(static_cast<unsigned char>(c))) {
      out += c;
      continue;
    }
    out += '\\';
    if (short_escape(c) != 0) {
      out += short_escape(c);
      continue;
    }
    out += 'x';
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[c & 15];
  }
}

void append_logfmt_value(std::string& out, std::string_view text) {
  bool plain = !text.empty();
  for (const char c : text)
    plain = plain && !is_control(static_cast<unsigned char>(c)) && c != ' ' && c != '"' && c != '=' && c != '\\';
  if (plain) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    append_escaped(out, std::string_view(&c, 1));
  }
  out += '"';
}

void append_line(std::string& out, LogFormat format, const Event& event) {
  switch (format) {
    case LogFormat::kLogfmt:
      return append_logfmt(out, event);
    case LogFormat::kJson:
      return append_json(out, event);
    default:
      return append_text(out, event);
  }
}

}  // namespace keel::log
