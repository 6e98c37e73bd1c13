// host/plugin/library.h - dlopen by Boost.DLL, and the checks that can be made on the constant table before any
// function of it is called.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "host/plugin/manifest.h"
#include "keel/plugin.h"

namespace keel::plugin {

// Maps the file for ever and finds its table. nullptr: `error` is the end of a sentence that begins with the plugin.
// [control]
const keel_plugin* open_library(const std::filesystem::path& file, std::string& error);

// Which file that is, whatever it is called; false when it cannot be asked.
struct FileIdentity {
  uint64_t device = 0, inode = 0;
  bool operator==(const FileIdentity&) const = default;
};
bool identify(const std::filesystem::path& file, FileIdentity& out);

// Copies the table to this SDK's size and compares it with the manifest. Returns "" or the reason. `room` is what the
// symbol occupies in the file.
std::string check_table(const keel_plugin* table, uint64_t room, const Manifest& manifest, keel_plugin& out);

}  // namespace keel::plugin
