// keel/cpp/blocking.hpp - waiting for keys from a handler in C++; keel/blocking.h tells what it means.
#pragma once
#include <optional>
#include <span>

#include "keel/blocking.h"
#include "keel/cpp/ctx.hpp"

namespace keel {

// The key that is ready when the command is run again; nullopt = it is run for the first time.
inline std::optional<uint32_t> woken_by(Ctx c) noexcept {
  const uint32_t key = c.raw()->exec->woken_by(c.raw());
  return key == UINT32_MAX ? std::nullopt : std::optional{key};
}

// A word of the command as a deadline (Unix ms; 0 = none); nullopt = it makes no sense, and the reply is written.
inline std::optional<int64_t> deadline(Ctx c, uint32_t arg, uint32_t unit = KEEL_TIMEOUT_SECONDS) noexcept {
  int64_t at_ms = 0;
  if (c.raw()->exec->timeout(c.raw(), c.raw()->argv[arg], unit, &at_ms) != KEEL_OK) return std::nullopt;
  return at_ms;
}

struct WaitFor {
  uint16_t type = 0;  // of the values; 0 = any
  int64_t deadline_ms = 0;
  bool gone = false;                  // KEEL_WAIT_GONE
  bool null_array = true;             // what the reply is at the deadline: a null array, or null
  std::span<const uint32_t> keys{};   // empty = all keys of the command
  std::span<const keel_str> words{};  // empty = those of the command
};

// The end of a handler that found nothing: `return keel::block(c, {...});`
inline keel_status block(Ctx c, const WaitFor& f) noexcept {
  const Str reply = c.resp3() ? Str{"_\r\n"} : f.null_array ? Str{"*-1\r\n"} : Str{"$-1\r\n"};
  keel_wait w{};
  w.size = sizeof w;
  w.flags = f.gone ? uint32_t{KEEL_WAIT_GONE} : 0u;
  if (!f.keys.empty()) {
    w.keys = f.keys.data();
    w.nkeys = static_cast<uint32_t>(f.keys.size());
  }
  w.type = f.type;
  w.deadline_ms = f.deadline_ms;
  w.at_deadline = str(reply);
  if (!f.words.empty()) {
    w.argv = f.words.data();
    w.argc = static_cast<uint32_t>(f.words.size());
  }
  const keel_status status = c.raw()->exec->block(c.raw(), &w);
  return status == KEEL_BLOCKED ? KEEL_BLOCKED : KEEL_OK;
}

}  // namespace keel
