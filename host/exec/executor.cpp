#include "host/exec/executor.h"

#include <algorithm>
#include <utility>

#include "host/base/log.h"
#include "host/base/random.h"
#include "keel/cpp/text.hpp"

namespace keel::exec {
namespace {

constexpr uint64_t kChanges = KEEL_CMD_WRITE | KEEL_CMD_MAY_REPLICATE;  // what a pause of writes holds up

// A line of HTTP: a browser that somebody has tricked into talking to us.
bool is_browser(std::string_view name) {
  return same_word(name, "post") || same_word(name, "host:");
}

}  // namespace

Executor::Executor(base::Settings& s, keyspace::Keyspace& k, CommandTable& c)
    : settings(s), keyspace(k), commands(c), replication_id(base::random_hex(40)), db_(&k[0]) {
  ctx_.exec = &exec_table();
  ctx_.ks = &keyspace_table();
  ctx_.impl = this;
  refresh_clock();
}

void Executor::refresh_clock() noexcept {
  now_ms_ = base::unix_ms();
  clock_ticks_ = base::Ticks::now();
  access_clock_ = static_cast<uint32_t>(now_ms_ / 1000);
  ctx_.now_ms = now_ms_;
}

void Executor::select(uint32_t db) noexcept {
  client_->db = db;
  db_ = &keyspace[db];
}

uint32_t Executor::db_index(const keyspace::Database& db) const noexcept {
  return static_cast<uint32_t>(&db - &keyspace[0]);
}

void Executor::sync_cursor() noexcept {
  out_->cur = ctx_.out;
}
void Executor::give_cursor() noexcept {
  ctx_.out = out_->cur;
  ctx_.out_end = out_->end;
}

size_t Executor::run(Turn& turn, size_t first, size_t most_reply_bytes) {
  out_ = &turn.replies;
  refresh_clock();
  now_ticks_ = clock_ticks_;
  ctx_.listeners = change_log.active() ? KEEL_LISTEN_LOG : 0;
  size_t prefetched = first < turn.works.size() ? turn.works[first].first : 0;
  for (size_t w = first; w < turn.works.size(); ++w) {
    Work& work = turn.works[w];
    client_ = work.client;
    db_ = &keyspace[client_->db];
    client_->active_ms.store(now_ms_, std::memory_order_relaxed);
    turn.replies.finish_piece();
    work.first_piece = static_cast<uint32_t>(turn.replies.pieces().size());
    for (; work.done < work.count && !client_->closing; ++work.done) {
      const size_t i = work.first + work.done;
      if (i >= prefetched) prefetched = prefetch(turn, w, i);
      const Request& r = turn.requests[i];
      if (!run_one(r, turn.words.data() + r.first_word, turn.keys.data() + r.first_key)) {
        work.stalled = true;
        postpone();
        break;
      }
      if (client_->close_after_reply) break;
      if (client_->blocked) {
        ++work.done;
        work.stalled = work.blocked = true;
        break;
      }
    }
    turn.replies.finish_piece();
    work.last_piece = static_cast<uint32_t>(turn.replies.pieces().size());
    if (turn.replies.held() > most_reply_bytes) {
      end_turn();
      return w + 1;
    }
  }
  end_turn();
  return turn.works.size();
}

void Executor::end_turn() {
  if (waits_.any_ready()) serve_ready();  // by keys that expired, which is no command
  change_log.publish();
}

bool Executor::run_one(const Request& r, const keel_str* argv, const keel_keyref* keys) {
  request_ = &r;
  ctx_.argv = argv;
  ctx_.argc = r.words;
  ctx_.keys = keys;
  ctx_.nkeys = r.keys;
  ctx_.flags = client_->resp == 3 ? KEEL_CTX_RESP3 : 0;
  give_cursor();
  if (r.fault != CommandTable::Fault::kNone || (attention_ | client_->attention | r.command->attention) != 0)
      [[unlikely]]
    return run_attended(r, argv, keys);
  client_->last_command = r.command;
  execute(*r.command, argv, r.words);
  return true;
}

keel_status Executor::invoke(Command& c) {
  if (keyspace.due() > 0) [[unlikely]]
    remove_ended_of_keys();
  ctx_.dirty = 0;
  ctx_.self = c.self;
  calling = {};
  running_ = &c;
  keel_status status = KEEL_OK;
  if (checks.wanted(c)) [[unlikely]]
    status = run_checked(c);
  else
    status = c.row.run(&ctx_);
  sync_cursor();
  return status;
}

void Executor::execute(Command& c, const keel_str* argv, uint32_t argc) {
  const uint64_t began = now_ticks_;  // commands within this one set it on
  invoke(c);
  const uint64_t ticks = base::Ticks::now() - began;
  now_ticks_ = began + ticks;
  if (client_->blocked) [[unlikely]]
    return waits(c, ticks);
  finish(c, argv, argc, ticks);
}

// A handler of a plugin, looked at while it runs and when it has returned.
keel_status Executor::run_checked(const Command& c) {
  sync_cursor();
  const ReplyBuffer::Mark mark = replies().mark();
  Checks::Outer outer = checks.begin(c);
  const Watchdog::Outer watched = watchdog.begin(c);
  const keel_status status = c.row.run(&ctx_);
  watchdog.end(watched);
  sync_cursor();
  const bool is_waiting = status == KEEL_BLOCKED && (woken_ != nullptr ? waits_on_ : client_->blocked);
  if (!is_waiting && !c.has(kCmdSilent) && replies().size_since(mark) == 0) {
    // The client would take the next reply for that of this command.
    const std::string reason = checks.no_reply();
    ctx_.exec->reply_error(&ctx_, str(reason));
  }
  checks.end(std::move(outer));
  return status;
}

void Executor::finish(Command& c, const keel_str* argv, uint32_t argc, uint64_t ticks) {
  count_call(c, ticks);
  count_changes(argv, argc);
  const uint64_t ns = count_reply(c, argv, argc, ticks, calling.failed);
  const int64_t threshold = settings.latency_monitor_threshold;
  if (threshold > 0 && ns >= static_cast<uint64_t>(threshold) * 1'000'000) [[unlikely]]
    latency.add(c.has(KEEL_CMD_FAST) ? "fast-command" : "command", now_s(), ns / 1'000'000);
  // A transaction has one clock.
  if ((ns > 1'000'000 || now_ticks_ - clock_ticks_ > base::Ticks::from_us(1000)) && !in_transaction_) refresh_clock();
  if (waits_.any_ready()) [[unlikely]]
    serve_ready();
}

void Executor::count_call(Command& c, uint64_t ticks) noexcept {
  ++stats.commands;
  ++c.calls;
  c.ticks += ticks;
}

void Executor::count_changes(const keel_str* argv, uint32_t argc) {
  if (ctx_.dirty == 0) return;
  dirty += ctx_.dirty;
  if ((ctx_.listeners & KEEL_LISTEN_LOG) != 0 && !calling.propagated) log_command(argv, argc);
}

uint64_t Executor::count_reply(Command& c, const keel_str* argv, uint32_t argc, uint64_t ticks, bool failed) {
  if (failed) ++c.failed_calls;
  const uint64_t ns = base::Ticks::to_ns(ticks);
  if (settings.latency_tracking) {
    if (c.latency == nullptr) [[unlikely]]
      c.latency = std::make_unique<Histogram>();
    c.latency->add(ns);
  }
  const int64_t slower = settings.slowlog_log_slower_than;
  if (slower >= 0 && ns >= static_cast<uint64_t>(slower) * 1000 && !c.has(KEEL_CMD_SKIP_SLOWLOG) && argc > 0)
      [[unlikely]]
    slow_log.add(argv, argc, ns / 1000, now_s(), client_->remote, client_->name(), settings.slowlog_max_len);
  return ns;
}

void Executor::log_command(const keel_str* argv, uint32_t argc) {
  change_log.append(client_->db, argv, argc);
}

void Executor::call(Command& command, const keel_str* argv, uint32_t argc) {
  const keel_ctx outer = ctx_;
  const Calling outer_calling = calling;
  const Request* outer_request = request_;
  std::vector<keel_keyref> keys;
  find_keys(command, argv, argc, keys, true);
  Request r{};
  r.command = &command;
  r.words = argc;
  r.keys = static_cast<uint32_t>(keys.size());
  request_ = &r;
  ctx_.argv = argv;
  ctx_.argc = argc;
  ctx_.keys = keys.data();
  ctx_.nkeys = r.keys;
  execute(command, argv, argc);
  request_ = outer_request;
  ctx_ = outer;
  give_cursor();
  calling = outer_calling;
}

// The long way, for a command that something has to be done about first.
bool Executor::run_attended(const Request& r, const keel_str* argv, const keel_keyref* keys) {
  const uint32_t attend = attention_ | client_->attention;
  if (client_->reply_mode == ReplyMode::kSkipNext) client_->reply_mode = ReplyMode::kSkipThis;
  const ReplyMode before = client_->reply_mode;
  const ReplyBuffer::Mark mark = replies().mark();
  if (r.fault == CommandTable::Fault::kUnknown && is_browser(view(argv[0]))) {
    base::log(
        base::LogLevel::kWarning,
        "Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Keel. This is "
        "likely due to an attacker attempting to use Cross Protocol Scripting to compromise your server. Connection "
        "aborted.",
        {{"addr", client_->remote}});
    client_->link->close(false);
    return true;
  }
  if (const std::string reason = reason_to_refuse(r, argv); !reason.empty()) {
    refuse(r, reason);
    sync_cursor();
    drop_reply(before, mark);
    return true;
  }
  if ((attend & kAttendPause) != 0) {
    if (now_ms_ >= pause_until_ms_)
      unpause();
    else if (pause_mode_ == PauseMode::kAll || r.command->has(kChanges) ||
             (r.command->has(kCmdExec) && queued_has(kChanges)))
      return false;
  }
  if ((attend & kAttendMulti) != 0 && !r.command->has(kCmdImmediate)) {
    queue(r, argv, keys);
    sync_cursor();
    drop_reply(before, mark);
    return true;
  }
  client_->last_command = r.command;
  execute(*r.command, argv, r.words);
  if ((attend & kAttendMonitors) != 0 && !r.command->has(KEEL_CMD_SKIP_MONITOR | KEEL_CMD_ADMIN))
    feed_monitors(argv, r.words);
  drop_reply(before, mark);
  return true;
}

// The reply of a command that is not run. A transaction that lacks a command is not run either.
void Executor::refuse(const Request& r, std::string reason) {
  if (r.command != nullptr && r.fault != CommandTable::Fault::kUnknownSubcommand) ++r.command->rejected_calls;
  if (client_->in_multi()) client_->transaction->faulty = true;
  if (r.command != nullptr && r.command->has(kCmdExec)) {
    discard_transaction(*client_);
    constexpr std::string_view kCode = "ERR ";
    if (reason.starts_with(kCode)) reason.erase(0, kCode.size());
    reason.insert(0, "EXECABORT Transaction discarded because of: ");
    if ((attention_ & kAttendMonitors) != 0) feed_monitors(ctx_.argv, ctx_.argc);
  }
  ctx_.exec->reply_error(&ctx_, {reason.data(), reason.size()});
}

// Takes the reply back when CLIENT REPLY, said before, wants none.
void Executor::drop_reply(ReplyMode before, const ReplyBuffer::Mark& mark) {
  if (before == ReplyMode::kOn || client_->reply_mode != before) return;
  replies().rewind(mark);
  if (before == ReplyMode::kSkipThis) client_->reply(ReplyMode::kOn);
}

std::string Executor::reason_to_refuse(const Request& r, const keel_str* argv) {
  using Fault = CommandTable::Fault;
  constexpr size_t kShown = 128;
  if (r.fault == Fault::kUnknown) {
    const std::string_view name = view(argv[0]);
    auto shown = [](std::string_view s, size_t most) { return s.substr(0, std::min(s.find('\0'), most)); };
    if (const std::string_view why = commands.missing(name); !why.empty())
      return "ERR unknown command '" + std::string{name} + "': " + std::string{why};
    std::string args;
    for (uint32_t i = 1; i < r.words && args.size() < kShown; ++i) {
      const size_t left = kShown - args.size();
      args.append("'").append(shown(view(argv[i]), left)).append("' ");
    }
    return std::string{"ERR unknown command '"}.append(shown(name, kShown)) + "', with args beginning with: " + args;
  }
  if (r.fault == Fault::kUnknownSubcommand) {
    std::string container = r.command->name;
    for (char& ch : container) ch = ch >= 'a' && ch <= 'z' ? static_cast<char>(ch - 32) : ch;
    return "ERR unknown subcommand '" + std::string{argv[1].ptr, std::min(argv[1].len, kShown)} + "'. Try " +
           container + " HELP.";
  }
  if (r.fault == Fault::kArity) return "ERR wrong number of arguments for '" + r.command->name + "' command";
  const Command& c = *r.command;
  if (c.has(KEEL_CMD_PROTECTED)) {
    const bool debug = c.name.starts_with("debug");
    const auto permission = debug ? settings.enable_debug_command.get() : settings.enable_module_command.get();
    if (!base::permitted(permission, client_->local)) {
      const std::string word = debug ? "DEBUG" : "MODULE",
                        option = debug ? "enable-debug-command" : "enable-module-command";
      return "ERR " + word + " command not allowed. If the " + option +
             " option is set to \"local\", you can run it from a local connection, otherwise you need to set this "
             "option "
             "in the configuration file, and then restart the server.";
    }
  }
  if (!client_->authenticated && !c.has(KEEL_CMD_NO_AUTH)) return "NOAUTH Authentication required.";
  if (client_->in_multi() && c.has(KEEL_CMD_NO_MULTI)) return "ERR Command not allowed inside a transaction";
  // What is queued takes memory, whatever it does.
  const bool takes_memory = c.has(KEEL_CMD_DENYOOM) || (client_->in_multi() && !c.has(kCmdLeaves)) ||
                            (c.has(kCmdExec) && queued_has(KEEL_CMD_DENYOOM));
  if ((attention_ & kAttendMemory) != 0 && !make_room() && takes_memory)
    return "OOM command not allowed when used memory > 'maxmemory'.";
  if (client_->monitor && c.has(KEEL_CMD_READONLY | KEEL_CMD_WRITE | KEEL_CMD_MAY_REPLICATE))
    return "ERR Replica can't interact with the keyspace";
  return {};
}

void Executor::feed_monitors(const keel_str* argv, uint32_t argc) {
  const int64_t us = base::unix_us();
  std::string line = "+" + std::to_string(us / 1'000'000) + ".";
  const std::string micros = std::to_string(us % 1'000'000);
  line.append(6 - micros.size(), '0').append(micros);
  line.append(" [")
      .append(std::to_string(client_->db))
      .append(" ")
      .append(client_->unix_socket ? "unix:" + client_->local_address.substr(0, client_->local_address.rfind(':'))
                                   : client_->remote);
  line += ']';
  for (uint32_t i = 0; i < argc; ++i) {
    line += " \"";
    for (const char ch : view(argv[i])) {
      switch (ch) {
        case '\\':
          line += "\\\\";
          break;
        case '"':
          line += "\\\"";
          break;
        case '\n':
          line += "\\n";
          break;
        case '\r':
          line += "\\r";
          break;
        case '\t':
          line += "\\t";
          break;
        case '\a':
          line += "\\a";
          break;
        case '\b':
          line += "\\b";
          break;
        default:
          if (ch >= 32 && ch < 127) {
            line += ch;
          } else {
            constexpr const char* kHex = "0123456789abcdef";
            const auto b = static_cast<unsigned char>(ch);
            line.append("\\x").append(1, kHex[b >> 4]).append(1, kHex[b & 15]);
          }
      }
    }
    line += '"';
  }
  line += "\r\n";
  for (Client* m : monitors_)
    if (!m->closing) m->link->push(line);
}

void Executor::add_monitor(Client& c) {
  if (c.monitor) return;
  c.monitor = true;
  monitors_.push_back(&c);
  attention_ |= kAttendMonitors;
}

void Executor::remove_client(Client& c) noexcept {
  if (c.monitor) std::erase(monitors_, &c);
  c.monitor = false;
  if (monitors_.empty()) attention_ &= ~kAttendMonitors;
  forget_wait(c);
  if (c.postponed) std::erase(postponed_, &c);
  discard_transaction(c);
  clients.remove(&c);
}

void Executor::pause(PauseMode mode, int64_t until_ms) {
  // A stronger pause that lasts, and a later end, stay in force.
  if (pause_mode_ != PauseMode::kNone && pause_until_ms_ > now_ms_) {
    mode = std::max(mode, pause_mode_);
    until_ms = std::max(until_ms, pause_until_ms_);
  }
  pause_mode_ = mode;
  pause_until_ms_ = until_ms;
  attention_ |= kAttendPause;
}

// Its next command waits for the end of the pause.
void Executor::postpone() {
  if (!std::exchange(client_->postponed, true)) postponed_.push_back(client_);
}

void Executor::unpause() {
  if (pause_mode_ == PauseMode::kNone) return;
  pause_mode_ = PauseMode::kNone;
  pause_until_ms_ = 0;
  attention_ &= ~kAttendPause;
  for (Client* c : postponed_) c->postponed = false;
  postponed_.clear();
  if (on_unpause != nullptr) on_unpause(on_unpause_arg);
}

void Executor::settings_changed() noexcept {
  attention_ = settings.maxmemory > 0 ? attention_ | kAttendMemory : attention_ & ~kAttendMemory;
  sample_memory();
}

void Executor::check_plugins() {
  checks.turn(settings.check_plugins);
  if (settings.check_plugins)
    watchdog.watch(settings.plugin_handler_limit);
  else
    watchdog.stop();
}

int64_t Executor::hz() const noexcept {
  constexpr int64_t kMost = 500, kClientsARound = 200;
  int64_t rounds = std::clamp<int64_t>(settings.hz, 1, kMost);
  if (!settings.dynamic_hz) return rounds;
  while (rounds<kMost&& static_cast<int64_t>(clients.size()) / rounds> kClientsARound)
    rounds = std::min(2 * rounds, kMost);
  return rounds;
}

void Executor::cron() {
  refresh_clock();
  if (pause_mode_ != PauseMode::kNone && now_ms_ >= pause_until_ms_) unpause();
  const bool paused = pause_mode_ != PauseMode::kNone;
  if (active_expire && !paused) begin_expire_cycle();
  sample_memory();
  attention_ = settings.maxmemory > 0 ? attention_ | kAttendMemory : attention_ & ~kAttendMemory;
  if (!paused) make_room();
  evict_clients();
  stats.commands_rate.sample(stats.commands, now_ms_);
  stats.input_rate.sample(stats.input_bytes.load(std::memory_order_relaxed), now_ms_);
  stats.output_rate.sample(stats.output_bytes.load(std::memory_order_relaxed), now_ms_);
  slow_log.trim(settings.slowlog_max_len);
  end_turn();
}

}  // namespace keel::exec
