// plugins/types/set/packed.h - a few short strings as plain bytes beside their key.
//
//   count u8 | members, each: length u8 | bytes
//
// In the order in which they came; what may follow behind the last counts for nothing.  Nothing here allocates; whoever
// edits makes the bytes longer or shorter around the call.
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sets::packed {

inline constexpr size_t kHeader = 1;
inline constexpr size_t kMostMembers = 32;
inline constexpr size_t kLongestMember = 64;  // bytes

inline size_t count(std::string_view set) noexcept {
  return static_cast<unsigned char>(set[0]);
}
// The member that begins at this byte.
inline std::string_view at(std::string_view set, size_t offset) noexcept {
  return set.substr(offset + 1, static_cast<unsigned char>(set[offset]));
}

// Where a member begins; not there: where the next one would.
struct Position {
  size_t offset;
  bool found;
};
inline Position find(std::string_view set, std::string_view member) noexcept {
  size_t offset = kHeader;
  for (size_t left = count(set); left > 0; --left) {
    const std::string_view one = at(set, offset);
    if (one == member) return {offset, true};
    offset += 1 + one.size();
  }
  return {offset, false};
}
// Whether a set of so many takes one more.
inline bool takes(size_t members, std::string_view member) noexcept {
  return members < kMostMembers && member.size() <= kLongestMember;
}
// Adds a member at the end, where there is room for it.
inline void append(char* set, size_t end, std::string_view member) noexcept {
  set[end] = static_cast<char>(member.size());
  if (!member.empty()) std::memcpy(set + end + 1, member.data(), member.size());
  ++set[0];
}
// Keeps those members for which keep(member) is true; returns the bytes that are left.
template <class F>
size_t filter(char* set, F keep) noexcept {
  const std::string_view all(set, SIZE_MAX / 2);
  size_t from = kHeader, to = kHeader, kept = 0;
  for (size_t left = count(all); left > 0; --left) {
    const std::string_view one = at(all, from);
    const size_t n = 1 + one.size();
    if (keep(one)) {
      std::memmove(set + to, set + from, n);
      to += n;
      ++kept;
    }
    from += n;
  }
  set[0] = static_cast<char>(kept);
  return to;
}
// Whether bytes that were made here keep the rules above.
inline bool valid(std::string_view set) noexcept {
  if (set.empty() || count(set) > kMostMembers) return false;
  size_t offset = kHeader;
  for (size_t left = count(set); left > 0; --left) {
    if (offset >= set.size()) return false;
    const size_t n = static_cast<unsigned char>(set[offset]);
    if (n > kLongestMember || n > set.size() - offset - 1) return false;
    if (find(set, at(set, offset)).offset != offset) return false;  // twice the same
    offset += 1 + n;
  }
  return true;
}

}  // namespace sets::packed
