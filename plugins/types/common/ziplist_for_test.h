// plugins/types/common/ziplist_for_test.h - writes ziplists as Redis did.
#pragma once
#include <string>
#include <vector>

#include "plugins/types/common/listpack.h"

namespace types {

// Heads and contents are given, lengths of the entries before are added.
inline std::string ziplist(const std::vector<std::string>& bodies) {
  std::string entries;
  size_t before = 0;
  size_t last = 0;
  for (const auto& body : bodies) {
    last = entries.size();
    std::string e;
    if (before < 254) {
      e += static_cast<char>(before);
    } else {
      e.assign(5, '\xfe');
      listpack::store(e.data() + 1, static_cast<uint32_t>(before));
    }
    e += body;
    before = e.size();
    entries += e;
  }
  constexpr size_t kMostCounted = 65534;
  std::string s(10, '\0');
  listpack::store(s.data(), static_cast<uint32_t>(entries.size() + 11));
  listpack::store(s.data() + 4, static_cast<uint32_t>(10 + last));
  listpack::store(s.data() + 8, static_cast<uint16_t>(bodies.size() > kMostCounted ? kMostCounted + 1 : bodies.size()));
  return s + entries + "\xff";
}

}  // namespace types
