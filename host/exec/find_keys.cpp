// The keys of a command, from its key specifications.
#include "host/base/hash.h"
#include "host/exec/command_table.h"
#include "keel/cpp/text.hpp"

namespace keel::exec {
namespace {

using keel::view;

// The word where the search for keys begins; 0 = there are none.
uint32_t begin_of(const keel_keyspec& s, const keel_str* argv, uint32_t argc) {
  if (s.begin == KEEL_BEGIN_INDEX) return static_cast<uint32_t>(s.pos);
  if (s.begin != KEEL_BEGIN_KEYWORD) return 0;
  const bool backwards = s.pos < 0;
  const auto words = static_cast<int64_t>(argc);
  for (int64_t i = backwards ? words + s.pos : s.pos; i > 0 && i < words; i += backwards ? -1 : 1)
    if (keel::same_word(view(argv[i]), s.keyword)) return static_cast<uint32_t>(i) + 1;
  return 0;
}

bool by_spec(const keel_keyspec& s, const keel_str* argv, uint32_t argc, std::vector<keel_keyref>& out) {
  if (s.begin == KEEL_BEGIN_UNKNOWN || s.find == KEEL_FIND_UNKNOWN) return true;
  const int64_t begin = begin_of(s, argv, argc);
  if (begin == 0) return true;
  const auto words = static_cast<int64_t>(argc);
  int64_t first = begin, last = 0;
  if (s.find == KEEL_FIND_RANGE) {
    last = s.last >= 0 ? begin + s.last : words + s.last;
    if (s.last < 0 && s.limit > 1) last = begin + (words - begin) / s.limit + s.last;
  } else {
    if (begin + s.count_at >= words) return false;
    const auto count = keel::parse_integer(view(argv[begin + s.count_at]));
    if (!count || *count < 0 || *count > words) return false;
    first = begin + s.first;
    last = first + (*count - 1) * s.step;
  }
  if (last >= words || s.step <= 0) return false;
  for (int64_t i = first; i <= last; i += s.step) out.push_back({static_cast<uint32_t>(i), s.flags, 0});
  return true;
}

}  // namespace

bool find_keys(const Command& c, const keel_str* argv, uint32_t argc, std::vector<keel_keyref>& out, bool hash) {
  const size_t before = out.size();
  if (c.row.flags & KEEL_CMD_MOVABLE_KEYS && c.row.find_keys != nullptr) {
    out.resize(before + argc);
    const uint32_t n = c.row.find_keys(argv, argc, out.data() + before, argc);
    if (n > argc) {
      out.resize(before);
      return false;
    }
    out.resize(before + n);
  } else {
    for (uint32_t i = 0; i < c.row.nkeyspecs; ++i) {
      if (by_spec(c.row.keyspecs[i], argv, argc, out)) continue;
      out.resize(before);
      return false;
    }
  }
  if (hash)
    for (size_t i = before; i < out.size(); ++i) out[i].hash = base::hash_bytes(view(argv[out[i].arg]));
  return true;
}

}  // namespace keel::exec
