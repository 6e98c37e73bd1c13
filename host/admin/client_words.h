// host/admin/client_words.h - what several commands do with a connection.
#pragma once
#include <string_view>

#include "host/exec/executor.h"
#include "keel/cpp/ctx.hpp"

namespace keel::admin {

// Takes or removes (when empty) the name of the client; false = it has characters that CLIENT LIST cannot show, and
// nothing changed.
bool set_name(exec::Client& client, std::string_view name);
// Whether a text may stand in a line of CLIENT LIST: '!' to '~', any length.
bool is_plain(std::string_view text) noexcept;
inline constexpr std::string_view kBadName = "ERR Client names cannot contain spaces, newlines or special characters.";

// From the next reply on.
void speak(Ctx c, exec::Client& client, uint8_t resp) noexcept;

// Ends a connection: at once, or after its reply when it is the one that asks.
void end(exec::Executor& executor, exec::Client& client) noexcept;

// Keeps an argument out of the slow log and of monitors.
void redact(Ctx c, uint32_t arg) noexcept;

// One line of CLIENT LIST, with its line break.
std::string describe(const exec::Client& client, int64_t now_ms);

// Types of clients, as CLIENT LIST and KILL name them.
enum class ClientType : uint8_t { kNormal, kPrimary, kReplica, kPubsub, kUnknown };
ClientType client_type(std::string_view name) noexcept;
ClientType type_of(const exec::Client& client) noexcept;

// Bytes that a connection takes, as far as its counters show.
uint64_t memory_of(const exec::Client& client) noexcept;

}  // namespace keel::admin
