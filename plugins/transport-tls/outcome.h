// outcome.h - lines of the log about a reload.
#pragma once
#include <string>

#include "context.h"
#include "keel/host.h"

namespace keel::tls {

void log_line(const keel_host* host, int32_t level, std::string line);
// What an operator should know of the present generation.
void warn_of_doubts(const keel_host* host, const Context& c);
void report(const keel_host* host, const Context& c, Context::Outcome outcome, const std::string& error);

}  // namespace keel::tls
