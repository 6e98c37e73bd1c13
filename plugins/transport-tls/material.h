// material.h - the contents of all files that a listener's settings name, read at one moment.
//
// Contents are compared, not times: a file that is replaced by renaming, and a symbolic link that is turned elsewhere,
// are both seen, and a touched one is not.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "settings.h"

namespace keel::tls {

struct File {
  std::string name, bytes;
};

struct Material {
  Material() = default;
  Material(Material&&) = default;
  Material& operator=(Material&&) = default;
  ~Material();  // leaves no key in memory

  using Digest = std::array<uint8_t, 32>;
  Digest digest() const;  // the same for the same contents

  std::string cert, key, client_cert, client_key, ca, crl, dh_params;
  std::vector<File> ca_dir;  // by their names
};

// False: a file cannot be read; `error` is the sentence.
bool read_material(const Settings& s, Material& out, std::string& error);
// Reads again until two reads in a row agree, `m` being the first: a set that is replaced while it is read would be
// part old and part new.  Gives up after a few times, with what it has read last.  False: as read_material().
bool confirm_material(const Settings& s, Material& m, std::string& error);

}  // namespace keel::tls
