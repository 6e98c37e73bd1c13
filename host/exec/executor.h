// host/exec/executor.h - runs commands, one after another, against the keyspace.
//
// Everything in it belongs to the holder of the role; see host/exec/role.h.
#pragma once
#include <array>
#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/base/clock.h"
#include "host/base/memory.h"
#include "host/base/settings.h"
#include "host/exec/change_log.h"
#include "host/exec/checks.h"
#include "host/exec/client.h"
#include "host/exec/command_table.h"
#include "host/exec/latency.h"
#include "host/exec/role.h"
#include "host/exec/slow_log.h"
#include "host/exec/stats.h"
#include "host/exec/transaction.h"
#include "host/exec/turn.h"
#include "host/exec/waits.h"
#include "host/exec/watchdog.h"
#include "host/keyspace/keyspace.h"
#include "keel/keyspace.h"

namespace keel::exec {

struct Touch {          // what the change of a key does
  bool wakes = false;   // it was created, or those who wait for it are to look
  bool watched = true;  // whoever watches it is told
};

enum class PauseMode : uint8_t { kNone, kWrite, kAll };

class Executor {
 public:
  Executor(base::Settings& settings, keyspace::Keyspace& keyspace, CommandTable& commands);

  // -- the life of a command
  Role role;
  // Runs the works of a turn from `first` on, until all are done or the replies hold `most_reply_bytes`; returns the
  // index of the first work that was not run. [executor]
  size_t run(Turn& turn, size_t first, size_t most_reply_bytes);
  // Work that is done again and again, hz() times a second: expiry, eviction, statistics. [executor]
  void cron();
  // A slice of the cycle of expiry that cron() has begun: less than a millisecond. True = there is more to do, after
  // some time for commands. [executor]
  bool expire_slice();
  // The directive `hz`; with dynamic-hz as many more as many clients need. [executor]
  int64_t hz() const noexcept;

  // -- for handlers of the host
  static Executor& of(const keel_ctx* c) noexcept { return *static_cast<Executor*>(c->impl); }
  Client& client() noexcept { return *client_; }
  const Request& request() const noexcept { return *request_; }
  ReplyBuffer& replies() noexcept { return *out_; }
  // The command that runs: the innermost one.
  const Command& running() const noexcept { return *running_; }
  base::Settings& settings;
  keyspace::Keyspace& keyspace;
  CommandTable& commands;
  Clients clients;
  Stats stats;
  SlowLog slow_log;
  LatencyMonitor latency;
  ChangeLog change_log;
  keyspace::Database& db() noexcept { return *db_; }
  void select(uint32_t db) noexcept;                   // of the client
  int64_t now_ms() const noexcept { return now_ms_; }  // Unix time, of this command
  int64_t now_s() const noexcept { return now_ms_ / 1000; }
  uint64_t dirty = 0;          // changes since the last save
  bool active_expire = true;   // DEBUG SET-ACTIVE-EXPIRE
  bool check_payloads = true;  // DEBUG SET-SKIP-CHECKSUM-VALIDATION: whether RESTORE looks at the checksum
  std::string replication_id;  // 40 hexadecimal digits
  const int64_t started_ms = base::unix_ms();

  // Runs the words as a command of the present client, without the checks that an outer command has passed. Its reply
  // goes where the outer one's goes. [executor]
  void call(Command& command, const keel_str* argv, uint32_t argc);

  // A key that has come to its end: removes it, counts it, logs it.
  void expire_now(keyspace::Database& db, uint64_t hash, keyspace::Entry* e);
  // The entry, or nullptr; removes it when its time has come. No statistics, no access clock.
  keyspace::Entry* find(keyspace::Database& db, uint64_t hash, std::string_view key);
  uint32_t db_index(const keyspace::Database& db) const noexcept;
  // The value of the access clock for an entry that is touched, or made, now.
  uint32_t access_now(const keyspace::Entry* e) const noexcept;
  uint32_t access_new() const noexcept;
  // ... for one that was idle that long, or used that often; what the policy in force does not ask for is left aside.
  uint32_t access_as(std::optional<int64_t> idle_s, std::optional<int64_t> frequency) const noexcept;
  // Decayed counter of an entry under an LFU policy, and its idle time (ms) under the others.
  uint8_t frequency(const keyspace::Entry* e) const noexcept;
  int64_t idle_ms(const keyspace::Entry* e) const noexcept;

  // -- transactions; docs/transactions.md
  // Of the present client, which is not in one.
  void begin_transaction();
  // Forgets what a client has queued, and what it watches.
  void discard_transaction(Client& c) noexcept;
  // The present client watches a key of its command, from now on; forgets all that it watches.
  void watch(uint32_t key);
  void unwatch(Client& c) noexcept;
  // Whether a key that the present client watches has come to its end, and is still there.
  bool watched_key_expired() const noexcept;
  // Runs what the present client has queued, one reply after another. Keeps the transaction.
  void run_transaction();
  bool in_transaction() const noexcept { return in_transaction_; }

  // -- changes of keys
  bool changes_are_followed() const noexcept { return interest_ != 0; }
  // After each change of a key that commit() does not see. One test while nobody asks.
  void touch(const keyspace::Database& db, uint64_t hash, std::string_view key, Touch how = {}) {
    if (interest_ != 0) [[unlikely]]
      touched(key_name(db, hash, key), how);
  }
  // A key of the present database was created, and commit() comes later.
  void appeared(uint64_t hash, const keyspace::Entry* e) {
    if ((interest_ & kInterestWait) != 0) [[unlikely]]
      waits_.changed(key_name(*db_, hash, e->key()), {true, e->type()}, true);
  }
  // Before all keys of a database go; before two databases change places.
  void touch_flushed(const keyspace::Database& db);
  void touch_swapped(uint32_t a, uint32_t b);

  // -- pausing clients
  void pause(PauseMode mode, int64_t until_ms);
  void unpause();
  PauseMode pause_mode() const noexcept { return pause_mode_; }
  // Called when clients that stalled may go on; set by the owner of the loops. [executor]
  void (*on_unpause)(void*) = nullptr;
  void* on_unpause_arg = nullptr;

  // -- waiting in a command; docs/blocking.md
  // The client of this command gets its reply later: from unblock(), or, at the deadline (Unix ms; 0 = none),
  // `at_deadline` as it stands. The handler returns KEEL_BLOCKED and writes nothing. In a transaction it replies as at
  // the deadline. [executor]
  void block(int64_t deadline_ms, std::string at_deadline);
  // ... from here, when all of `leaving` have gone: clients, or what gone() will be called for. Nothing else ends this
  // wait. [executor]
  void block_until_gone(std::span<const void* const> leaving, std::string reply);
  // Another thread has done away with it. Clients say so by themselves. [executor]
  void gone(const void* what);
  // ... by being run again when a key is ready: keel_exec.block(). [executor]
  keel_status block_for_keys(const keel_wait& wait);
  // The key for which the command is run again; UINT32_MAX = it is run for the first time.
  uint32_t woken_by() const noexcept { return woken_ != nullptr ? woken_->key : UINT32_MAX; }
  // Ends the wait with an error (without '-'), or with the reply of the deadline. False = it does not wait.
  bool unblock_with_error(Client& c, std::string_view error);
  bool unblock_as_timeout(Client& c);
  // Clients that wait in a command, or for the end of a pause.
  size_t blocked() const noexcept { return waits_.size() + postponed_.size(); }
  size_t blocked_with_deadline() const noexcept { return waits_.with_deadline(); }
  // Unix ms of the earliest deadline; 0 = none.
  int64_t next_deadline_ms() const noexcept { return waits_.next_deadline_ms(); }
  // Ends the waits whose deadline has come. [executor]
  void run_deadlines();
  // Called when a deadline has come that is earlier than all others. [executor]
  void (*on_deadline)(void*) = nullptr;
  void* on_deadline_arg = nullptr;

  // -- monitors
  void add_monitor(Client& c);
  void remove_monitor(Client& c) noexcept {
    std::erase(monitors_, &c);
    c.monitor = false;
    if (monitors_.empty()) attention_ &= ~kAttendMonitors;
  }
  void remove_client(Client& c) noexcept;  // from every list, at its end
  size_t monitors() const noexcept { return monitors_.size(); }

  // -- memory
  // Bytes in use: counted ones, and what the last sample found beside them.
  int64_t used_memory() const noexcept;
  // Asks the allocator, which takes some 20 us: ten times a second, and where the figure has to be exact. Returns what
  // it says.
  base::AllocatorStats sample_memory();
  // Those of them that count against maxmemory.
  int64_t evictable_memory() const noexcept;
  // Evicts until maxmemory holds; false = it does not, and nothing is left to evict.
  bool make_room();
  // Closes those clients that hold most while all of them hold more than maxmemory-clients.
  void evict_clients();
  // Called when settings of memory or pausing have changed.
  void settings_changed() noexcept;

  // -- plugins that are not trusted
  // Called when settings of these have changed. Throws std::system_error when there is no thread for the watchdog.
  void check_plugins();
  Watchdog watchdog;

  // -- the tables that handlers call
  static const keel_exec& exec_table() noexcept;
  static const keel_keyspace& keyspace_table() noexcept;
  static const keel_change_log& change_log_table() noexcept;
  // The table is about this executor from now on. [control]
  void serve_change_log() noexcept;
  // A reader of the change log begins; see keel/change_log.h. [executor]
  keel_status follow(keel_log_reader& reader, uint64_t from, keel_error* error);

  // -- used by those tables
  struct Calling {            // of the command that runs
    bool propagated = false;  // the handler said itself what is logged
    bool failed = false;      // it replied with an error
  };
  Calling calling;
  Checks checks;
  void sync_cursor() noexcept;  // from keel_ctx into the reply buffer
  void give_cursor() noexcept;  // and back
  keel_ctx& ctx() noexcept { return ctx_; }

 private:
  // False = the client has to wait: the command was not run.
  bool run_one(const Request& r, const keel_str* argv, const keel_keyref* keys);
  void postpone();
  bool run_attended(const Request& r, const keel_str* argv, const keel_keyref* keys);
  void refuse(const Request& r, std::string reason);
  void execute(Command& c, const keel_str* argv, uint32_t argc);
  // Instead of running it: the client is in a transaction.
  void queue(const Request& r, const keel_str* argv, const keel_keyref* keys);
  void run_stored(const StoredCommand& c, uint32_t flags);
  // Whether what the client has queued has any of these flags.
  bool queued_has(uint64_t flags) const noexcept;
  // Around a command that runs within another one.
  struct Nested {
    keel_ctx ctx;
    Calling calling;
    const Request* request;
  };
  Nested nest() noexcept;
  class Aside;  // aside.h
  void unnest(const Nested& outer) noexcept;
  KeyName key_name(const keyspace::Database& db, uint64_t hash, std::string_view key) const noexcept {
    return {db_index(db), hash, key};
  }
  Watches::State state_of(const keyspace::Database& db, const KeyName& key) const noexcept;
  void touched(const KeyName& key, Touch how);
  keel_status run_checked(const Command& c);
  // Runs the handler, and nothing around it.
  keel_status invoke(Command& c);
  // A command that has run, or has begun to wait.
  void count_call(Command& c, uint64_t ticks) noexcept;
  // What the command has changed goes into the dirty counter and the change log.
  void count_changes(const keel_str* argv, uint32_t argc);
  // One that has its reply, after `ticks` in all: histogram, slow log. Returns the time in ns.
  uint64_t count_reply(Command& c, const keel_str* argv, uint32_t argc, uint64_t ticks, bool failed);
  void end_turn();
  void drop_reply(ReplyMode before, const ReplyBuffer::Mark& mark);
  // The reason not to run a command, as an error reply without '-'; empty = run it.
  std::string reason_to_refuse(const Request& r, const keel_str* argv);
  void finish(Command& c, const keel_str* argv, uint32_t argc, uint64_t ticks);
  void feed_monitors(const keel_str* argv, uint32_t argc);
  // prefetch.cpp. Returns the index of the first request that it has not looked at.
  size_t prefetch(const Turn& turn, size_t work, size_t request) const noexcept;
  void prefetch_in_values(const Turn& turn, size_t work, size_t request, size_t last) const noexcept;
  void refresh_clock() noexcept;
  void log_command(const keel_str* argv, uint32_t argc);

  // Elements of values that end; keel_type.due. When something in e's value may end, as far as its type knows.
  int64_t due_ms(keyspace::Entry* e) const noexcept;
  // Lets the type remove some of what has ended, with the key perhaps. True = something was.
  bool remove_ended(keyspace::Database& db, uint64_t hash, keyspace::Entry* e);
  // ... of the keys of the command that is about to run.
  void remove_ended_of_keys();
  // What a type does for it, in the form of a command.
  Command& ending_of(uint16_t type);
  void remove_by_itself(keyspace::Database& db, uint64_t hash, keyspace::Entry* e, bool lazy);
  void begin_expire_cycle();
  struct Sampling;
  template <class F>
  static void sample(const keyspace::Table& index, uint64_t& cursor, Sampling&, F has_ended);
  void expire_keys(keyspace::Database&, Sampling&);
  void expire_elements(keyspace::Database&, Sampling&);
  bool evict();
  bool evict_one();

  keel_ctx ctx_{};
  ReplyBuffer* out_ = nullptr;  // where replies go
  Client* client_ = nullptr;
  const Request* request_ = nullptr;
  keyspace::Database* db_ = nullptr;
  int64_t now_ms_ = 0;
  uint64_t now_ticks_ = 0, clock_ticks_ = 0;
  uint32_t access_clock_ = 0;
  uint32_t attention_ = 0;
  enum : uint32_t { kInterestWatch = 1, kInterestWait = 2 };
  uint32_t interest_ = 0;  // who has to be told when a key changes
  bool in_transaction_ = false;
  const Command* running_ = nullptr;
  Watches watches_;
  Waits waits_;
  PauseMode pause_mode_ = PauseMode::kNone;
  int64_t pause_until_ms_ = 0;
  std::vector<Client*> postponed_;  // until the pause ends
  std::vector<Client*> monitors_;
  // The command that runs waits.
  void waits(Command& c, uint64_t ticks) noexcept;
  Wait& begin_wait(int64_t deadline_ms, std::string at_deadline);
  enum class WaitEnd : uint8_t { kServed, kFailed, kInVain };
  // Ends a wait with this reply. One in vain is no reply of the command: neither histogram nor slow log knows it.
  void end_wait(Client& c, std::string_view reply, WaitEnd how);
  void forget_wait(Client& gone);
  // Runs those who wait for keys that are ready.
  void serve_ready();
  void run_again(KeyWait& link);
  KeyWait* woken_ = nullptr;  // for which the command is run again
  bool waits_on_ = false;     // ... and it goes on waiting
  bool serving_ = false;
  std::unique_ptr<ReplyBuffer> woken_replies_;  // what those write that are run again; made when first needed
  std::atomic<int64_t> uncounted_memory_{0};
  size_t expire_db_ = 0;
  struct {
    int64_t effort;
    size_t databases;  // that this cycle has not been through; 0 = it has ended
    int64_t left_ns;
    uint64_t looked, gone;
  } expire_{};
  std::array<std::unique_ptr<Command>, keyspace::Types::kMost> endings_;
  std::unique_ptr<Client> nobody_;  // who runs them
  std::unique_ptr<ReplyBuffer> no_replies_;
  bool removing_ended_ = false;
  // Values in which more has ended than was removed before a command: not before every one.
  struct Unfinished {
    uint64_t hash = 0;
    int64_t rests_until_ms = 0;
  };
  std::array<Unfinished, 16> unfinished_{};
  struct Candidate {
    uint64_t score;
    size_t db;
    std::string key;
  };
  std::vector<Candidate> pool_;  // for eviction, worst last
  size_t evict_db_ = 0;
};

}  // namespace keel::exec
