// host/server/serve.h - the verbs of the program.
#pragma once
#include <span>
#include <string_view>

namespace keel::server {

extern const char* const kVersion;

// Each takes the words behind its name and returns the exit status of the process. [control]
int serve(std::span<const std::string_view> arguments);
int check(std::span<const std::string_view> arguments);
int list_plugins(std::span<const std::string_view> arguments);

}  // namespace keel::server
