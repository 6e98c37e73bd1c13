// plugins/types/stream/value.h - what the commands share: the plugin, the words that are IDs, and how entries are
// shown.
#pragma once
#include "keel/cpp/keel.hpp"
#include "plugins/types/stream/stream.h"

namespace streams {

using keel::Ctx;
using keel::Ref;

// Numbers of keyspace events, from keel_core.event().
struct Events {
  uint32_t xadd, xdel, xtrim, xsetid;                                                   // class t
  uint32_t group_create, group_setid, group_destroy, consumer_create, consumer_delete;  // class t
};

struct Plugin {
  const keel_core* core = nullptr;
  uint16_t type = 0;
  Events events{};
};

inline const Plugin& plugin(Ctx c) noexcept {
  return c.self<const Plugin>();
}

inline Stream& stream_of(const Ref& r) noexcept {
  return r.object<Stream>();
}

// Each of these writes the error reply when there is nothing to return.
std::optional<Id> id_word(Ctx c, Str word, uint64_t missing_seq = 0) noexcept;  // "-" and "+" are none
std::optional<int64_t> integer_word(Ctx c, uint32_t arg, Str if_not = keel::kNotInteger) noexcept;
// An end of a range, with "-", "+" and "(" for one that is left out.
std::optional<Id> from_word(Ctx c, uint32_t arg) noexcept;
std::optional<Id> to_word(Ctx c, uint32_t arg) noexcept;

// The group that a command names, in a stream that may be absent, or the error reply of XPENDING, XCLAIM, XAUTOCLAIM.
Group* group_of(Ctx c, const Ref& r, Str name) noexcept;
// Key k of a command that delivers or acknowledges: it counts as read, as Redis has it, and is changed.
inline Ref found_to_change(Ctx c, uint32_t k = 0) noexcept {
  (void)c.read(k);
  return c.write(k);
}

void reply_id(Ctx c, Id id) noexcept;
void reply_entry(Ctx c, const BlockReader& r, const Entry& e) noexcept;
// Of an entry that may have gone: false = it has, and nothing is written.
bool reply_entry(Ctx c, const Stream& s, Id id) noexcept;

// ERR unknown subcommand or wrong number of arguments for '...'. Try XINFO HELP.
keel_status unknown_subcommand(Ctx c, Str container) noexcept;

}  // namespace streams
