// host/plugin/grow.h - tables that grow at their end: one that another SDK compiled becomes one of this SDK's size.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

namespace keel::plugin {

// Copies `theirs` bytes of a foreign table into `out`, the rest zero. A bigger one is taken when what is beyond `out`
// is zero: its author knew more and used none of it.  False: it uses something that this server does not know.
template <class T>
bool adopt(const void* table, size_t theirs, T& out) {
  out = T{};
  std::memcpy(static_cast<void*>(&out), table, std::min(theirs, sizeof(T)));
  const auto* bytes = static_cast<const unsigned char*>(table);
  for (size_t i = sizeof(T); i < theirs; ++i)
    if (bytes[i] != 0) return false;
  return true;
}

// Sizes beyond these are no table but garbage, and are not walked.
inline constexpr uint32_t kMaxTable = 4096;

// "keel_type of 400 bytes uses more than the 152 bytes that this server knows"
inline std::string too_new(const std::string& what, size_t theirs, size_t ours) {
  return what + " of " + std::to_string(theirs) + " bytes uses more than the " + std::to_string(ours) +
         " bytes that this server knows: it was made for a newer server";
}

}  // namespace keel::plugin
