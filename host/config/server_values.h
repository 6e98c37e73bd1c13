// host/config/server_values.h - the checks of those server directives that no simple type describes.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/settings.h"
#include "host/config/row.h"

namespace keel::config {

using Normalise = decltype(Row::normalise);

// Row::normalise of the directive of that name.
bool normalise_bind(const Words&, const std::string& current, std::string& out, std::string& error);
bool normalise_output_limits(const Words&, const std::string& current, std::string& out, std::string& error);
bool normalise_events(const Words&, const std::string& current, std::string& out, std::string& error);
bool normalise_percentiles(const Words&, const std::string& current, std::string& out, std::string& error);
bool normalise_shutdown(const Words&, const std::string& current, std::string& out, std::string& error);
bool normalise_title(const Words&, const std::string& current, std::string& out, std::string& error);
bool normalise_oom(const Words&, const std::string& current, std::string& out, std::string& error);
bool normalise_oom_values(const Words&, const std::string& current, std::string& out, std::string& error);
bool normalise_directory(const Words&, const std::string& current, std::string& out, std::string& error);
bool normalise_renames(const Words&, const std::string& current, std::string& out, std::string& error);

// What the normal form says.
struct OutputLimitValues {
  int64_t hard_bytes = 0, soft_bytes = 0, soft_seconds = 0;
};
std::vector<OutputLimitValues> output_limits_of(const std::string& normal);  // base::kClientClasses of them
uint32_t events_of(std::string_view normal);                                 // base::KeyspaceEvents
std::string events_text(uint32_t events);
std::vector<double> percentiles_of(const std::string& normal);
uint32_t shutdown_of(const std::string& normal);                // base::ShutdownFlags
std::vector<int32_t> oom_values_of(const std::string& normal);  // base::kOomClasses of them
std::vector<base::RenamedCommand> renames_of(const std::string& normal);

// The threads that "auto" stands for on this machine.
int64_t automatic_io_threads();

}  // namespace keel::config
