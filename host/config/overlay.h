// host/config/overlay.h - the file of the server's own beside the operator's: what CONFIG REWRITE persists.
#pragma once
#include <string>

#include "host/config/file.h"
#include "host/config/options.h"

namespace keel::config {

std::string overlay_path(
    const std::string& config_file);  // "/etc/keel/keel.yaml" -> "/etc/keel/keel.yaml.overlay.yaml"

// Gives the options the overlay's values.  An option or section that nobody declares (its plugin may be off today) is
// no problem: it is logged, and kept when the overlay is written again.
bool assign_overlay(const Document& overlay, Options& options, Problems& problems);

// Makes the overlay hold every option whose value CONFIG SET has chosen and the file would not give, and what it held
// before of the others and `before` that nobody declares.  Written to a temporary file, synchronised, renamed; with
// nothing to hold, an old overlay is removed.  False: `error` is why, and the old overlay is still there.
bool write_overlay(const std::string& path, const Document& before, Options& options, std::string& error);

}  // namespace keel::config
