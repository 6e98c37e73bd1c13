#include "host/plugin/library.h"

#include <dlfcn.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cstddef>
#include <cstring>
#include <list>
#include <memory>

#include "host/plugin/check_rows.h"
#include "host/plugin/grow.h"

namespace keel::plugin {
namespace {

constexpr size_t kLeast = offsetof(keel_plugin, start);  // what the first SDK must have had

// Handles whose destructors, which would unmap, never run.
std::list<boost::dll::shared_library>& kept() {
  static auto& list = *std::make_unique<std::list<boost::dll::shared_library>>().release();
  return list;
}

std::string compare_needs(const keel_plugin& table, const Manifest& manifest) {
  size_t required = 0, n = 0;
  for (const keel_need* need = table.needs; need != nullptr && need->id != nullptr; ++need) {
    if (++n > kMaxList) return "has a list of needs without an end";
    const auto same = [need](const Need& m) { return m.id == need->id; };
    const auto found = std::find_if(manifest.needs.begin(), manifest.needs.end(), same);
    if (need->optional == 0) ++required;
    if (found == manifest.needs.end() ? need->optional == 0 : found->optional != (need->optional != 0))
      return "needs " + in_quotes(need->id) + " by its table, but not so by its manifest";
  }
  const auto listed =
      std::count_if(manifest.needs.begin(), manifest.needs.end(), [](const Need& m) { return !m.optional; });
  if (static_cast<size_t>(listed) != required) return "has needs in its manifest that its table does not have";
  return {};
}

std::string compare_provides(const keel_plugin& table, const Manifest& manifest) {
  size_t n = 0;
  for (const char* const* name = table.provides; name != nullptr && *name != nullptr; ++name) {
    if (++n > kMaxList) return "has a list of provided names without an end";
    if (std::find(manifest.provides.begin(), manifest.provides.end(), *name) == manifest.provides.end())
      return "provides " + in_quotes(*name) + " by its table, but not by its manifest";
  }
  return n == manifest.provides.size() ? "" : "provides names in its manifest that its table does not have";
}

}  // namespace

const keel_plugin* open_library(const std::filesystem::path& file, std::string& error) {
  std::error_code ec;
  boost::dll::shared_library library;
  // An absolute path: a name without a slash would be searched for elsewhere.
  library.load(std::filesystem::absolute(file, ec), ec,
               boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  if (!library.is_loaded()) {
    const char* why = dlerror();
    error = std::string{"cannot be loaded: "} + (why != nullptr ? why : "the dynamic linker does not say why");
    return nullptr;
  }
  const boost::dll::shared_library& mapped = kept().emplace_back(std::move(library));
  if (!mapped.has("keel_plugin_v1")) {
    error = "does not export keel_plugin_v1";
    return nullptr;
  }
  return &mapped.get<const keel_plugin>("keel_plugin_v1");
}

bool identify(const std::filesystem::path& file, FileIdentity& out) {
  struct stat st {};
  if (stat(file.c_str(), &st) != 0) return false;
  out = {static_cast<uint64_t>(st.st_dev), static_cast<uint64_t>(st.st_ino)};
  return true;
}

std::string check_table(const keel_plugin* table, uint64_t room, const Manifest& manifest, keel_plugin& out) {
  if (room < kLeast) return "has a keel_plugin_v1 of " + std::to_string(room) + " bytes; that is too short to be one";
  if (table->magic != KEEL_MAGIC) return "has a keel_plugin_v1 that does not begin with KEEL_MAGIC";
  if (table->abi_major != KEEL_ABI_MAJOR)
    return "is made for version " + std::to_string(table->abi_major) +
           " of the plugin interface; this server has version " + std::to_string(KEEL_ABI_MAJOR);
  if (table->size < kLeast || table->size > room || table->size > kMaxTable)
    return "has a keel_plugin_v1 whose size says " + std::to_string(table->size) + " bytes, but which has " +
           std::to_string(room);
  if (!adopt(table, table->size, out)) return "has a " + too_new("keel_plugin", table->size, sizeof out);
  if (out.name == nullptr || manifest.name != out.name)
    return "is called " + in_quotes(out.name) + " by its table, but '" + manifest.name + "' by its manifest";
  if (out.version == nullptr || manifest.version != out.version)
    return "has version " + in_quotes(out.version) + " by its table, but '" + manifest.version + "' by its manifest";
  std::string wrong = compare_needs(out, manifest);
  if (wrong.empty()) wrong = compare_provides(out, manifest);
  if (!wrong.empty()) return wrong;
  if (out.create == nullptr) return "lacks the required function create()";
  if (out.setup == nullptr) return "lacks the required function setup()";
  return {};
}

}  // namespace keel::plugin
