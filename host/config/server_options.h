// host/config/server_options.h - the directives that the host itself declares.
#pragma once
#include <string>

#include "host/base/settings.h"
#include "host/config/options.h"

namespace keel::config {

// Declares every row of the host; their apply functions write into `settings`, which must outlive `options`.  False,
// with a sentence: a row is wrong, which a unit test excludes.
bool declare_server_options(Options& options, base::Settings& settings, std::string& error);

}  // namespace keel::config
