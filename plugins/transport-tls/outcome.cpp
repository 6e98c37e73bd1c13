#include "outcome.h"

#include <ctime>

#include "keel/cpp/text.hpp"

namespace keel::tls {

void log_line(const keel_host* host, int32_t level, std::string line) {
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';
  host->core->log(host, level, str(line));
}

void warn_of_doubts(const keel_host* host, const Context& c) {
  const std::string doubts = doubts_about(c.settings, *c.generation(), std::time(nullptr));
  if (!doubts.empty()) log_line(host, KEEL_LOG_WARNING, "Listener " + c.settings.address + ": " + doubts);
}

void report(const keel_host* host, const Context& c, Context::Outcome outcome, const std::string& error) {
  if (outcome == Context::Outcome::kSwapped) {
    const auto g = c.generation();
    log_line(host, KEEL_LOG_NOTICE,
             "TLS files of " + c.settings.address + " are in force: " + g->certificate.subject + ", serial " +
                 g->certificate.serial + ", generation " + std::to_string(g->number));
    warn_of_doubts(host, c);
  } else if (outcome == Context::Outcome::kRefused) {
    log_line(host, KEEL_LOG_WARNING, "TLS files of " + c.settings.address + " stay as they were: " + error);
  }
}

}  // namespace keel::tls
