// host/admin/info.h - the sections of INFO.
#pragma once
#include <sys/types.h>

#include "host/admin/server.h"
#include "host/admin/text.h"

namespace keel::admin {

// Lines of "name:value".
class InfoText {
 public:
  // A blank line stands before each but the first.
  void section(std::string_view title) {
    if (!text_.empty()) text_ += "\r\n";
    text_.append("# ").append(title).append("\r\n");
  }
  template <class T>
  void field(std::string_view name, const T& value) {
    text_.append(name).append(":");
    append(text_, value);
    text_ += "\r\n";
  }
  void field(std::string_view name, double value, int digits, std::string_view unit = "") {
    field(name, fixed(value, digits).append(unit));
  }
  // Bytes, and once more for humans.
  void bytes(std::string_view name, uint64_t n) {
    field(name, n);
    human(name, n);
  }
  void human(std::string_view name, uint64_t n) { field(std::string{name} + "_human", human_bytes(n)); }
  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

struct InfoSection {
  std::string_view name, title;
  bool by_default;  // without arguments, and in "default"
  void (*write)(InfoText&, const Server&);
};

// Whether the server itself has a section of that name, so that no plugin may.
bool has_info_section(std::string_view name);

void info_server(InfoText&, const Server&);
void info_clients(InfoText&, const Server&);
void info_memory(InfoText&, const Server&);
void info_persistence(InfoText&, const Server&);
void info_stats(InfoText&, const Server&);
void info_replication(InfoText&, const Server&);
void info_cpu(InfoText&, const Server&);
void info_modules(InfoText&, const Server&);
void info_plugins(InfoText&, const Server&);
void info_commandstats(InfoText&, const Server&);
void info_errorstats(InfoText&, const Server&);
void info_latencystats(InfoText&, const Server&);
void info_cluster(InfoText&, const Server&);
void info_keyspace(InfoText&, const Server&);

}  // namespace keel::admin
