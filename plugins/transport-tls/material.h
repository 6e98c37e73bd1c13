// material.h - the contents of all files that a listener's settings name, read at one moment.
//
// Contents are compared, not times: a file that is replaced by renaming, and a symbolic link that is turned elsewhere,
// are both seen, and a touched one is not.
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "settings.h"

namespace keel::tls {

struct Material {
  std::string cert, key, client_cert, client_key, ca, ca_dir, crl, dh_params;  // ca_dir: all files, for comparison
  bool operator==(const Material&) const = default;
};

// False: a file cannot be read; `error` is the sentence.
bool read_material(const Settings& s, Material& out, std::string& error);

}  // namespace keel::tls
