// host/exec/client.h - what the executor knows of a connection.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/exec/command_table.h"

namespace keel::exec {

// The way from the executor back to the connection, wherever its loop runs.
class ClientLink {
 public:
  // [executor] Bytes for the client, after every reply that it has been given so far.
  virtual void push(std::string_view bytes) = 0;
  // [executor] Ends the connection soon: after what is to be sent has been sent, or at once.
  virtual void close(bool flush) = 0;
  // [executor] Lets the connection go on whose work stopped because the client had to wait.
  virtual void resume() = 0;

 protected:
  ~ClientLink() = default;
};

enum class ReplyMode : uint8_t { kOn, kOff, kSkipNext, kSkipThis };

// Written by the loop unless it says otherwise, read in CLIENT LIST; each by itself.
struct ClientTraffic {
  std::atomic<uint32_t> query_buffer{0}, query_buffer_free{0};
  std::atomic<uint32_t> partial_words{0};  // of a command that is not whole yet
  std::atomic<uint64_t> output{0};         // bytes that wait to be sent
  std::atomic<uint32_t> output_pieces{0};
  std::atomic<uint64_t> waiting{0};      // bytes of the command that waits; written by the executor
  std::atomic<uint64_t> transaction{0};  // bytes of what is queued and watched; written by the executor
};

struct Transaction;
struct Wait;

// [executor] unless it says otherwise.
struct Client {
  explicit Client(uint64_t client_id) noexcept;
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  const uint64_t id;
  ClientLink* link = nullptr;
  uint32_t db = 0;
  int32_t fd = -1;
  uint32_t loop = 0;  // index of its loop
  uint8_t resp = 2;
  ReplyMode reply_mode = ReplyMode::kOn;
  bool authenticated = true;
  std::atomic<bool> closing{false};  // runs nothing more. [any]
  bool close_after_reply = false;
  bool monitor = false;
  bool blocked = false;    // waits in a command
  bool postponed = false;  // waits for the end of CLIENT PAUSE
  bool no_evict = false;
  bool no_touch = false;
  bool local = false;  // KEEL_PEER_LOCAL
  bool unix_socket = false;
  uint32_t attention = 0;  // kAttend* that concern this client alone
  int64_t created_ms = 0;  // Unix time
  // Unix time of the last batch, for idle times. [any]
  std::atomic<int64_t> active_ms{0};
  const Command* last_command = nullptr;
  std::string remote, local_address;
  const char* transport = "";  // name of the listener's scheme
  struct Names {
    std::string name, lib_name, lib_version, identity;
  };
  std::unique_ptr<Names> names;              // few clients have any
  std::unique_ptr<Wait> wait;                // while it is blocked; see waits.h
  std::unique_ptr<Transaction> transaction;  // while it watches or queues; see transaction.h
  ClientTraffic traffic;

  // Between MULTI and EXEC.
  bool in_multi() const noexcept;
  Transaction& transact();
  // After each change of the transaction: what CLIENT LIST and the limit of the query buffer count.
  void count_transaction() noexcept;

  // With the bits in `attention` that follow from them.
  void authenticate(bool yes) noexcept {
    authenticated = yes;
    attention = yes ? attention & ~kAttendAuth : attention | kAttendAuth;
  }
  void reply(ReplyMode mode) noexcept {
    reply_mode = mode;
    attention = mode == ReplyMode::kOn ? attention & ~kAttendReply : attention | kAttendReply;
  }
  // Bytes that the connection holds. [any]
  uint64_t memory() const noexcept {
    constexpr uint64_t kOwn = 640;  // client, session and the transport's part, when idle
    return kOwn + traffic.query_buffer.load(std::memory_order_relaxed) +
           traffic.query_buffer_free.load(std::memory_order_relaxed) + traffic.output.load(std::memory_order_relaxed) +
           traffic.transaction.load(std::memory_order_relaxed) + traffic.waiting.load(std::memory_order_relaxed);
  }
  std::string_view name() const noexcept { return names ? std::string_view{names->name} : std::string_view{}; }
  Names& named() {
    if (!names) names = std::make_unique<Names>();
    return *names;
  }
};

// Those that are connected, in order of their ids. [executor]
class Clients {
 public:
  void add(Client* c);
  void remove(Client* c) noexcept;
  Client* find(uint64_t id) const noexcept;
  const std::vector<Client*>& all() const noexcept { return all_; }
  size_t size() const noexcept { return all_.size(); }

  // [any]
  uint64_t next_id() noexcept { return next_id_.fetch_add(1, std::memory_order_relaxed); }

 private:
  std::vector<Client*> all_;
  std::atomic<uint64_t> next_id_{1};
};

}  // namespace keel::exec
