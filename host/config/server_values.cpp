#include "host/config/server_values.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "keel/cpp/text.hpp"

namespace keel::config {
namespace {

using namespace base;

bool fail(std::string& error, std::string text) {
  error = std::move(text);
  return false;
}

constexpr size_t kMaxBindAddresses = 16;
constexpr size_t kMaxPercentiles = 64;

constexpr std::string_view kClassNames[kClientClasses] = {"normal", "slave", "pubsub"};

size_t client_class(std::string_view name) {
  if (keel::same_word(name, "replica")) return kClientReplica;
  for (size_t i = 0; i < kClientClasses; ++i)
    if (keel::same_word(name, kClassNames[i])) return i;
  return kClientClasses;
}

constexpr std::string_view kEventClasses = "g$lshzxetd";  // the order in which CONFIG GET prints them

struct ShutdownWord {
  std::string_view word;
  uint32_t flag;
};
constexpr ShutdownWord kShutdownWords[] = {{"default", 0},
                                           {"save", kShutdownSave},
                                           {"nosave", kShutdownNosave},
                                           {"now", kShutdownNow},
                                           {"force", kShutdownForce}};

bool parse_double(const std::string& word, double& out) {
  if (word.empty() || std::strchr(" \t\r\n\v\f", word[0]) != nullptr || word.find('\0') != std::string::npos)
    return false;
  char* end = nullptr;
  errno = 0;
  out = std::strtod(word.c_str(), &end);
  return *end == '\0' && errno == 0 && !std::isnan(out);
}

std::string decimal(double n) {  // six places, without the zeros at the end
  char digits[64];
  std::snprintf(digits, sizeof digits, "%f", n);
  std::string text(digits);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

bool normalise_bind(const Words& words, const std::string&, std::string& out, std::string& error) {
  if (words.size() > kMaxBindAddresses) return fail(error, "Too many bind addresses specified.");
  out = words.size() == 1 && words[0].empty() ? "" : join(words);  // bind "" = no address at all
  return true;
}

bool normalise_output_limits(const Words& words, const std::string& current, std::string& out, std::string& error) {
  auto limits = output_limits_of(current);
  if (words.size() % 4 != 0) return fail(error, "Wrong number of arguments in buffer limit configuration.");
  for (size_t i = 0; i < words.size(); i += 4) {
    const size_t which = client_class(words[i]);
    if (which == kClientClasses) return fail(error, "Invalid client class specified in buffer limit configuration.");
    OutputLimitValues& limit = limits[which];
    const auto seconds = words[i + 3].find_first_not_of("0123456789") == std::string::npos ? words[i + 3].size() : 0;
    limit.soft_seconds = seconds == 0 || seconds > 18 ? -1 : std::strtoll(words[i + 3].c_str(), nullptr, 10);
    if (!parse_memory(words[i + 1], limit.hard_bytes) || !parse_memory(words[i + 2], limit.soft_bytes) ||
        limit.soft_seconds < 0)
      return fail(error, "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
  }
  Words parts;
  for (size_t i = 0; i < kClientClasses; ++i) {
    parts.emplace_back(kClassNames[i]);
    for (const int64_t n : {limits[i].hard_bytes, limits[i].soft_bytes, limits[i].soft_seconds})
      parts.push_back(std::to_string(n));
  }
  out = join(parts);
  return true;
}

std::vector<OutputLimitValues> output_limits_of(const std::string& normal) {
  std::vector<OutputLimitValues> limits(kClientClasses);
  const Words words = split_at_spaces(normal);
  for (size_t i = 0; i + 3 < words.size(); i += 4) {
    const size_t which = client_class(words[i]);
    if (which == kClientClasses) continue;
    limits[which] = {std::strtoll(words[i + 1].c_str(), nullptr, 10), std::strtoll(words[i + 2].c_str(), nullptr, 10),
                     std::strtoll(words[i + 3].c_str(), nullptr, 10)};
  }
  return limits;
}

bool normalise_events(const Words& words, const std::string&, std::string& out, std::string& error) {
  uint32_t events = 0;
  if (words.size() > 1) return fail(error, "wrong number of arguments");
  for (const char letter : words.empty() ? std::string{} : words.front()) {
    const uint32_t bit = keyspace_event_bit(letter);
    if (bit == 0) return fail(error, "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
    events |= bit;
  }
  out = events_text(events);
  return true;
}

std::string events_text(uint32_t events) {
  std::string text;
  const bool all = (events & kEventsAll) == kEventsAll;
  if (all) text = "A";
  for (const char letter : kEventClasses)
    if (!all && (events & keyspace_event_bit(letter)) != 0) text += letter;
  for (const char letter : {'n', 'K', 'E', 'm'})
    if ((events & keyspace_event_bit(letter)) != 0) text += letter;
  return text;
}

uint32_t events_of(std::string_view normal) {
  uint32_t events = 0;
  for (const char letter : normal) events |= keyspace_event_bit(letter);
  return events;
}

bool normalise_percentiles(const Words& words, const std::string&, std::string& out, std::string& error) {
  Words parts;
  if (words.size() > kMaxPercentiles) return fail(error, "Invalid latency-tracking-info-percentiles parameters");
  if (words.size() == 1 && words[0].empty()) return true;
  for (const std::string& word : words) {
    double n = 0;
    if (!parse_double(word, n)) return fail(error, "Invalid latency-tracking-info-percentiles parameters");
    if (n < 0 || n > 100)
      return fail(error, "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
    parts.push_back(decimal(n));
  }
  out = join(parts);
  return true;
}

std::vector<double> percentiles_of(const std::string& normal) {
  std::vector<double> out;
  for (const std::string& word : split_at_spaces(normal)) out.push_back(std::strtod(word.c_str(), nullptr));
  return out;
}

bool normalise_shutdown(const Words& words, const std::string&, std::string& out, std::string& error) {
  uint32_t flags = 0;
  for (const std::string& word : words.empty() ? Words{""} : words) {
    const auto* found = std::find_if(std::begin(kShutdownWords), std::end(kShutdownWords),
                                     [&](const ShutdownWord& w) { return keel::same_word(w.word, word); });
    if (found == std::end(kShutdownWords))
      return fail(error, "argument(s) must be one of the following: default, save, nosave, now, force");
    flags |= found->flag;
  }
  if ((flags & kShutdownSave) != 0 && (flags & kShutdownNosave) != 0)
    return fail(error, "shutdown options SAVE and NOSAVE can't be used simultaneously");
  Words parts;
  for (const ShutdownWord& word : kShutdownWords)
    if ((flags & word.flag) != 0) parts.emplace_back(word.word);
  out = parts.empty() ? "default" : join(parts);
  return true;
}

uint32_t shutdown_of(const std::string& normal) {
  uint32_t flags = 0;
  for (const std::string& word : split_at_spaces(normal))
    for (const ShutdownWord& known : kShutdownWords)
      if (known.word == word) flags |= known.flag;
  return flags;
}

bool normalise_title(const Words& words, const std::string&, std::string& out, std::string& error) {
  static constexpr std::string_view kKnown[] = {"title",    "listen-addr", "server-mode", "port",
                                                "tls-port", "unixsocket",  "config-file"};
  if (words.size() != 1) return fail(error, "wrong number of arguments");
  const std::string_view text = words.front();
  // {title} is not yet known when Redis tries the template, and a server of its own has no mode to show; what is left
  // must not be empty.
  std::string shown;
  bool valid = true;
  for (size_t at = 0; valid && at < text.size();) {
    if (text[at] != '{') {
      shown += text[at++];
      continue;
    }
    if (text.substr(at, 2) == "{{") {  // one that is meant
      shown += '{';
      at += 2;
      continue;
    }
    const size_t end = text.find('}', at);
    const std::string_view name = end == std::string_view::npos ? "" : text.substr(at + 1, end - at - 1);
    valid = std::find(std::begin(kKnown), std::end(kKnown), name) != std::end(kKnown);
    if (name != "title" && name != "server-mode") shown += name;
    at = end + 1;
  }
  valid = valid && shown.find_first_not_of(' ') != std::string::npos;
  if (!valid) return fail(error, "template format is invalid or contains unknown variables");
  out = text;
  return true;
}

// yes and relative are one value with two names.
bool normalise_oom(const Words& words, const std::string&, std::string& out, std::string& error) {
  const Row plain{"oom-score-adj", "no", "", KEEL_OPTION_ENUM, 0, 0, 0, {"no", "yes", "relative", "absolute"}};
  if (!check_value(plain, words, {}, out, error)) return false;
  if (out == "relative") out = "yes";
  return true;
}

bool normalise_oom_values(const Words& words, const std::string&, std::string& out, std::string& error) {
  constexpr int64_t kMost = 2000;
  if (words.size() != kOomClasses) return fail(error, "wrong number of arguments");
  Words parts;
  for (const std::string& word : words) {
    const auto value = keel::parse_integer(word);
    if (!value || *value < -kMost || *value > kMost)
      return fail(error, "Invalid oom-score-adj-values, elements must be between -2000 and 2000.");
    parts.push_back(std::to_string(*value));
  }
  out = join(parts);
  return true;
}

std::vector<int32_t> oom_values_of(const std::string& normal) {
  std::vector<int32_t> out;
  for (const std::string& word : split_at_spaces(normal))
    out.push_back(static_cast<int32_t>(std::strtol(word.c_str(), nullptr, 10)));
  return out;
}

bool normalise_directory(const Words& words, const std::string&, std::string& out, std::string& error) {
  if (words.size() != 1) return fail(error, "wrong number of arguments");
  if (words[0].find('\0') != std::string::npos) return fail(error, std::strerror(ENOENT));
  char* const absolute = ::realpath(words[0].c_str(), nullptr);
  if (absolute == nullptr) return fail(error, std::strerror(errno));
  out = absolute;
  std::free(absolute);
  struct stat facts {};
  if (::stat(out.c_str(), &facts) != 0) return fail(error, std::strerror(errno));
  if (!S_ISDIR(facts.st_mode)) return fail(error, std::strerror(ENOTDIR));
  return true;
}

bool normalise_renames(const Words& words, const std::string&, std::string& out, std::string& error) {
  if (words.size() % 2 != 0) return fail(error, "rename-command takes pairs of an old and a new name");
  for (size_t i = 0; i < words.size(); i += 2)
    if (words[i].empty()) return fail(error, "No such command in rename-command");
  out = join_quoted(words);
  return true;
}

std::vector<RenamedCommand> renames_of(const std::string& normal) {
  std::vector<RenamedCommand> out;
  Words words;
  if (!split_quoted(normal, words)) return out;
  for (size_t i = 0; i + 1 < words.size(); i += 2) out.push_back({words[i], words[i + 1]});
  return out;
}

// Beyond eight the executor is what limits, not the threads that feed it.
int64_t automatic_io_threads() {
  return std::clamp<int64_t>(std::thread::hardware_concurrency(), 1, 8);
}

}  // namespace keel::config
