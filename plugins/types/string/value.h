// plugins/types/string/value.h - how a string is kept, and how the handlers read and store one.
//
//   INT    the text is the canonical form of a 64-bit integer                       OBJECT ENCODING int
//   BYTES  anything else: kPlain                                                     embstr up to 44 bytes, raw beyond
//          what APPEND and SETRANGE made, whatever its length and text: kRaw         raw
#pragma once
#include <cstring>
#include <optional>

#include "keel/cpp/keel.hpp"
#include "keel/cpp/string_value.hpp"

namespace strings {

using keel::Ctx;
using keel::Ref;
using keel::Str;
using Text = keel::StringText;

enum Encoding : uint8_t { kPlain = KEEL_STRING_PLAIN, kRaw = KEEL_STRING_RAW };  // values of keel_ref.enc

inline constexpr size_t kEmbedded = KEEL_STRING_EMBEDDED;  // the longest text that is `embstr`

// Numbers of keyspace events, from keel_core.event().
struct Events {
  uint32_t set, append, setrange, incrby, incrbyfloat;  // class $
  uint32_t expire, persist, del;                        // class g
};

// The wiring of this plugin, done once in create() and setup().
struct Plugin {
  const keel_core* core = nullptr;
  uint16_t type = 0;
  Events events{};
};

inline const Plugin& plugin(Ctx c) noexcept {
  return c.self<const Plugin>();
}

// The integer that `text` is the canonical form of.  Nearly every other text is told by its length or first byte.
inline std::optional<int64_t> as_integer(Str text) noexcept {
  if (text.size() - 1 >= 20) return std::nullopt;  // empty, too
  if (static_cast<unsigned char>(text[0] - '0') > 9 && text[0] != '-') return std::nullopt;
  return keel::parse_integer(text);
}

// Stores a word of the command; the expiry is the ref's.
inline keel_status store(Ctx c, Ref& r, uint32_t arg) noexcept {
  const uint16_t type = plugin(c).type;
  const auto number = as_integer(c.arg(arg));
  return number ? c.put(r, type, kPlain, *number) : c.put_arg(r, type, kPlain, arg);
}

}  // namespace strings
