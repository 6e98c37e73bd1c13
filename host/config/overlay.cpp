#include "host/config/overlay.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>

#include "host/base/log.h"

namespace keel::config {
namespace {

constexpr const char* kHeading =
    "# Written by the server on CONFIG REWRITE, and loaded after the configuration file beside it.\n"
    "# Options that are set back to what that file says leave this one.  Removing it undoes every change.\n";

// The section of an option's owner under whose name it is written.
using Sections = std::map<std::string, std::map<std::string, std::string>>;

std::optional<std::string> to_keep(const Option& option) {
  const std::optional<std::string> value =
      option.source == Source::kConfigSet ? std::optional(option.value) : option.overlay_value;
  return value && *value != option.file_value ? value : std::nullopt;
}

void keep_unknown(const Document& before, const Options& options, Sections& sections) {
  for (const Section& section : before.sections) {
    for (const Setting& setting : section.settings)
      if (options.find(setting.name) == nullptr && setting.value.kind == Node::Kind::kText)
        sections[section.name][setting.name] = setting.value.text;
  }
}

std::string text_of(const Sections& sections) {
  std::string text = kHeading;
  for (const auto& [owner, values] : sections) {
    text += quoted_yaml(owner) + ":\n";
    for (const auto& [name, value] : values) text += "  " + quoted_yaml(name) + ": " + quoted_yaml(value) + "\n";
  }
  return text;
}

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

bool system_error(std::string& error, const char* what) {
  error = std::string(what) + ": " + std::strerror(errno);
  return false;
}

bool write_and_sync(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return ::fsync(fd) == 0;
}

bool sync_directory(const std::string& path, std::string& error) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return system_error(error, "cannot open its directory");
  const bool done = ::fsync(fd) == 0;
  if (!done) system_error(error, "cannot synchronise its directory");
  ::close(fd);
  return done;
}

bool replace_file(const std::string& path, const std::string& text, std::string& error) {
  std::string temporary = path + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600: the overlay may hold a password
  if (fd < 0) return system_error(error, "cannot create a file beside it");
  bool done = write_and_sync(fd, text);
  if (!done) system_error(error, "cannot write it");
  if (::close(fd) != 0 && done) done = system_error(error, "cannot write it");
  if (done && ::rename(temporary.c_str(), path.c_str()) != 0) done = system_error(error, "cannot rename it");
  if (!done) {
    ::unlink(temporary.c_str());
    return false;
  }
  return sync_directory(directory_of(path), error);
}

}  // namespace

std::string overlay_path(const std::string& config_file) {
  return config_file + ".overlay.yaml";
}

bool assign_overlay(const Document& overlay, Options& options, Problems& problems) {
  const size_t before = problems.size();
  for (const Section& section : overlay.sections) {
    for (const Setting& setting : section.settings) {
      const std::string place = overlay.name + ":" + std::to_string(setting.line) + ": ";
      const Option* option = options.find(setting.name);
      if (option == nullptr) {
        base::log(base::LogLevel::kWarning,
                  place + "no loaded plugin knows '" + setting.name + "'; it is kept as it is");
        continue;
      }
      Words words;
      std::string error;
      if (!node_words(option->row, setting.value, "", words, error))
        problems.push_back(place + "'" + setting.name + "' " + error);
      else if (!options.assign(setting.name, words, Source::kOverlay, error))
        problems.push_back(place + "'" + setting.name + "': " + error);
    }
  }
  return problems.size() == before;
}

bool write_overlay(const std::string& path, const Document& before, Options& options, std::string& error) {
  Sections sections;
  for (const auto& option : options.all())
    if (const auto value = to_keep(*option)) sections[option->owner][option->row.name] = *value;
  keep_unknown(before, options, sections);
  if (sections.empty()) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_error(error, "cannot remove the overlay");
    if (!sync_directory(directory_of(path), error)) return false;
  } else if (!replace_file(path, text_of(sections), error)) {
    return false;
  }
  for (const auto& option : options.all()) options.set_overlay_value(*option, to_keep(*option));
  return true;
}

}  // namespace keel::config
