#include "host/admin/client_words.h"

#include <algorithm>

#include "host/admin/text.h"

namespace keel::admin {

bool is_plain(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '!' && c <= '~'; });
}

bool set_name(exec::Client& client, std::string_view name) {
  if (!is_plain(name)) return false;
  if (!name.empty() || client.names != nullptr) client.named().name = name;
  return true;
}

void speak(Ctx c, exec::Client& client, uint8_t resp) noexcept {
  client.resp = resp;
  uint32_t& flags = c.raw()->flags;
  flags = resp == 3 ? flags | KEEL_CTX_RESP3 : flags & ~static_cast<uint32_t>(KEEL_CTX_RESP3);
}

void end(exec::Executor& executor, exec::Client& client) noexcept {
  if (&client == &executor.client()) {
    client.close_after_reply = true;
    return;
  }
  client.closing = true;
  if (client.link != nullptr) client.link->close(false);
}

void redact(Ctx c, uint32_t arg) noexcept {
  // The words belong to the turn, which is being run; nothing reads them after the command but slow log and monitors.
  const_cast<keel_str&>(c.raw()->argv[arg]) = str("(redacted)");
}

ClientType client_type(std::string_view name) noexcept {
  if (same_word(name, "normal")) return ClientType::kNormal;
  if (same_word(name, "master")) return ClientType::kPrimary;
  if (same_word(name, "replica") || same_word(name, "slave")) return ClientType::kReplica;
  if (same_word(name, "pubsub")) return ClientType::kPubsub;
  return ClientType::kUnknown;
}

ClientType type_of(const exec::Client&) noexcept {
  return ClientType::kNormal;
}

uint64_t memory_of(const exec::Client& client) noexcept {
  return client.memory() + client.traffic.partial_words.load(std::memory_order_relaxed) * sizeof(keel_str);
}

namespace {

// A certificate may call its owner anything: what would break the line, or begin another field, is escaped.
std::string in_one_word(std::string_view text) {
  constexpr const char* kHex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    if (c >= '!' && c <= '~' && c != '\\') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append("\\x").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  return out;
}

std::string flags_of(const exec::Client& client) {
  std::string out;
  if (client.monitor) out += 'O';
  if (client.in_multi()) out += 'x';
  if (client.blocked || client.postponed) out += 'b';
  if (client.transaction && client.transaction->dirty) out += 'd';
  if (client.close_after_reply) out += 'c';
  if (client.closing) out += 'A';
  if (client.unix_socket) out += 'U';
  if (client.no_evict) out += 'e';
  if (client.no_touch) out += 'T';
  return out.empty() ? "N" : out;
}

}  // namespace

std::string describe(const exec::Client& client, int64_t now_ms) {
  const exec::ClientTraffic& t = client.traffic;
  const uint64_t output = t.output.load(std::memory_order_relaxed);
  const auto seconds_since = [now_ms](int64_t then) { return std::max<int64_t>(0, (now_ms - then) / 1000); };
  std::string line;
  const auto add = [&line](std::string_view name, const auto& value) {
    if (!line.empty()) line += ' ';
    line.append(name).append("=");
    append(line, value);
  };
  add("id", client.id);
  add("addr", client.remote);
  add("laddr", client.local_address);
  add("fd", client.fd);
  add("name", client.name());
  add("age", seconds_since(client.created_ms));
  add("idle", seconds_since(client.active_ms.load(std::memory_order_relaxed)));
  add("flags", flags_of(client));
  add("db", client.db);
  add("sub", 0);
  add("psub", 0);
  add("ssub", 0);
  add("multi", client.in_multi() ? static_cast<int64_t>(client.transaction->queue.size()) : -1);
  add("qbuf", t.query_buffer.load(std::memory_order_relaxed));
  add("qbuf-free", t.query_buffer_free.load(std::memory_order_relaxed));
  add("argv-mem",
      t.partial_words.load(std::memory_order_relaxed) * sizeof(keel_str) + t.waiting.load(std::memory_order_relaxed));
  add("multi-mem", t.transaction.load(std::memory_order_relaxed));
  add("rbs", 0);
  add("rbp", 0);
  add("obl", 0);
  add("oll", t.output_pieces.load(std::memory_order_relaxed));
  add("omem", output);
  add("tot-mem", memory_of(client));
  add("events", std::string_view{output > 0 ? "rw" : "r"});
  add("cmd", client.last_command != nullptr ? std::string_view{client.last_command->name} : "NULL");
  add("user", std::string_view{"default"});
  add("redir", -1);
  add("resp", client.resp);
  add("lib-name", client.names ? std::string_view{client.names->lib_name} : "");
  add("lib-ver", client.names ? std::string_view{client.names->lib_version} : "");
  add("transport", std::string_view{client.transport});
  add("identity", client.names ? in_one_word(client.names->identity) : std::string{});
  return line + '\n';
}

}  // namespace keel::admin
