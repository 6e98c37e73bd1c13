// host/server/server_for_fuzz.h - a server for fuzz targets: all its parts and plugins and some clients, without loops,
// sockets and threads.  What must hold after every command is looked at here, so each target only has to say commands.
//
// The plugins are those that are shipped: shared objects beside the program.
#pragma once
#include <array>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.h"
#include "host/base/log.h"
#include "host/base/roles.h"
#include "host/server/assembly.h"
#include "host/server/changes_for_fuzz.h"
#include "keel/cpp/text.hpp"
#include "keel/testing/host.hpp"

namespace keel::server {

class ServerForFuzz {
 public:
  // One for the process: a plugin is never loaded twice.
  static ServerForFuzz& get() {
    static auto& one = *new ServerForFuzz;
    return one;
  }

  exec::CommandTable& commands() noexcept { return parts_.commands; }
  const keyspace::Types& types() const noexcept { return parts_.types; }

  // Clients that have just connected, and no keys.
  void begin() {
    connect_all();
    const exec::RoleHeld held(executor().role);
    must(changes_.follow(executor()), "the change log cannot be followed");
  }

  // Runs one command, by the client that ran the last one while that does not wait; the reply.
  std::string run(std::span<const keel_str> words) {
    if (words.empty() || is_left_out(words)) return {};
    exec::Client& c = next_client();
    const bool replies = c.reply_mode == exec::ReplyMode::kOn;
    std::string reply;
    for (bool ran = false; !ran;) {
      turn_.words.assign(words.begin(), words.end());
      turn_.add(parts_.commands, 0, nullptr, 0);
      turn_.works.push_back({.client = &c, .session = nullptr, .first = 0, .count = 1});
      const exec::RoleHeld held(executor().role);
      executor().run(turn_, 0, SIZE_MAX);
      const exec::Work& work = turn_.works[0];
      for (uint32_t i = work.first_piece; i < work.last_piece; ++i)
        reply.append(turn_.replies.pieces()[i].ptr, turn_.replies.pieces()[i].len);
      ran = !work.stalled || work.blocked;
      if (!ran) executor().unpause();  // CLIENT PAUSE held it up
      turn_.clear();
    }
    if (replies && c.reply_mode == exec::ReplyMode::kOn && !c.blocked && !c.closing)
      must(testing::check_reply(reply).empty(), "not one reply: " + reply);
    return reply;
  }
  std::string run(std::initializer_list<std::string_view> words) {
    std::vector<keel_str> all;
    for (const std::string_view word : words) all.push_back(str(word));
    return run(all);
  }

  // The same with the words of a line, separated by blanks.
  void run_line(const std::string& line) {
    const std::vector<std::string> words = testing::Host::words(line);
    std::vector<keel_str> all;
    for (const std::string& word : words) all.push_back(str(word));
    run(all);
  }

  // Every value holds together, and the change log leads to the same contents.  Then all is as it was at first, so that
  // the next input finds nothing of this one.
  void end() {
    {
      const exec::RoleHeld held(executor().role);
      executor().cron();  // expiry and eviction
      while (executor().expire_slice()) {
      }
    }
    for (size_t i = 0; i < parts_.keyspace->count(); ++i)
      (*parts_.keyspace)[i].keys.each([this](keyspace::Entry* e) { check(*e); });
    forget_clients();
    restore_options();
    connect_all();
    replay();
    contents_vary_ = false;
    for (const char* line : {"SLOWLOG RESET", "LATENCY RESET", "CONFIG RESETSTAT", "FLUSHALL"}) run_line(line);
    forget_clients();
  }

  static void must(bool holds, std::string_view what) {
    if (holds) return;
    std::fprintf(stderr, "%.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
  }

 private:
  // A connection of which nobody reads anything.
  struct Peer final : exec::ClientLink {
    explicit Peer(uint64_t id) : client(id) { client.link = this; }
    void push(std::string_view) override {}
    void close(bool) override { client.closing = true; }
    void resume() override {}
    exec::Client client;
  };
  using Place = std::unique_ptr<Peer>;

  ServerForFuzz() {
    base::add_role(KEEL_ROLE_CONTROL);
    base::Ticks::calibrate();
    // Small collections take both of their forms soon; no string is so long that a few of them take all memory.
    constexpr std::string_view kArguments[] = {
        "--proto-max-bulk-len",        "1mb", "--enable-debug-command",      "yes", "--list-max-listpack-size",  "4",
        "--set-max-intset-entries",    "4",   "--hash-max-listpack-entries", "4",   "--hash-max-listpack-value", "20",
        "--zset-max-listpack-entries", "4",   "--zset-max-listpack-value",   "20",  "--stream-node-max-entries", "4",
        "--hll-sparse-max-bytes",      "60",  "--slowlog-log-slower-than",   "0",   "--latency-tracking",        "yes"};
    base::set_log_sink([](base::LogLevel, std::string_view line, const base::LogField*, size_t) {
      must(line.find("broke the contract") == line.npos, line);
    });
    std::vector<std::string> problems;
    const bool built = parts_.build(kArguments, problems);
    for (const auto& p : problems) std::fprintf(stderr, "%s\n", p.c_str());
    must(built, "the server was not built");
    must(parts_.plugins->start().empty(), "a plugin does not start");
    executor().checks.turn(true);
    parts_.configuration.options().on_change({"maxmemory", "maxmemory-policy"}, [this](const auto&, std::string&) {
      executor().settings_changed();
      return true;
    });
    // A score of -0 is 0 in a small sorted set and stays -0 in a big one, a HyperLogLog is sparse or dense.
    std::vector<std::string> of_plugins;
    for (const auto& o : parts_.configuration.options().all())
      if (o->owner != config::kServerOwner) of_plugins.emplace_back(o->row.name);
    parts_.configuration.options().on_change(of_plugins,
                                             [this](const auto&, std::string&) { return contents_vary_ = true; });
    for (const auto& o : parts_.configuration.options().all()) values_.push_back(o->value);
  }

  exec::Executor& executor() noexcept { return *parts_.executor; }

  void connect(Place& place) {
    place = std::make_unique<Peer>(executor().clients.next_id());
    place->client.remote = place->client.local_address = "127.0.0.1:6379";
    executor().clients.add(&place->client);
  }
  void disconnect(Place& place) {
    if (place) executor().remove_client(place->client);
    place.reset();
  }

  void connect_all() {
    for (auto& c : clients_) connect(c);
    at_ = 0;
  }
  void forget_clients() {
    const exec::RoleHeld held(executor().role);
    for (auto& c : clients_) disconnect(c);
    executor().unpause();
    executor().active_expire = true;
  }

  void replay() {
    {
      const exec::RoleHeld held(executor().role);
      changes_.take(executor());
    }
    if (changes_.depends_on_time()) return;
    const std::string contents = run({"DEBUG", "DIGEST"});
    run({"FLUSHALL"});
    const bool whole = changes_.each([this](const std::vector<keel_str>& words) {
      const std::string reply = run(words);
      must(!reply.starts_with('-'), "a command of the change log fails: " + reply);
    });
    must(whole, "the change log holds something that is no command");
    must(contents_vary_ || run({"DEBUG", "DIGEST"}) == contents, "the change log does not lead to the same contents");
  }

  // The present one, or one that can go on; if all wait, the oldest wait ends as at its deadline.
  exec::Client& next_client() {
    for (size_t tried = 0; tried < clients_.size(); ++tried) {
      Place& place = clients_[at_];
      const exec::RoleHeld held(executor().role);
      if (place->client.closing || place->client.close_after_reply) {
        disconnect(place);
        connect(place);
      }
      if (!place->client.blocked) return place->client;
      at_ = (at_ + 1) % clients_.size();
    }
    const exec::RoleHeld held(executor().role);
    if (!executor().unblock_as_timeout(clients_[at_]->client)) {
      disconnect(clients_[at_]);
      connect(clients_[at_]);
    }
    return clients_[at_]->client;
  }

  // Commands that end or stop the process as they are meant to, lift the limits set below, or are slow for the
  // length of their reply alone.
  static bool is_left_out(std::span<const keel_str> words) {
    const auto is = [&words](size_t i, std::string_view word) {
      return i < words.size() && same_word(view(words[i]), word);
    };
    if (is(0, "debug"))
      for (const std::string_view one : {"assert", "oom", "panic", "segfault", "sleep", "populate"})
        if (is(1, one)) return true;
    if (is(0, "config"))
      for (size_t i = 2; i < words.size(); ++i)
        if (is(i, "proto-max-bulk-len")) return true;
    if (words.size() > 2 && (is(0, "srandmember") || is(0, "zrandmember") || is(0, "hrandfield"))) {
      constexpr int64_t kLong = -10'000, kRefused = -(int64_t{1} << 32);
      const int64_t count = parse_integer(view(words[2])).value_or(0);
      return count < kLong && count > kRefused;
    }
    return false;
  }

  void check(keyspace::Entry& e) {
    keel_ref ref{};
    e.describe(ref);
    keel_error error{};
    const keel_type& type = *types()[e.type()];
    must(type.check == nullptr || type.check(&ref, &error) == KEEL_OK, {error.text, error.len});
  }

  // CONFIG SET back to what it was at first.
  void restore_options() {
    const auto all = parts_.configuration.options().all();
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i]->value == values_[i]) continue;
      const std::string_view words[] = {all[i]->row.name, values_[i]};
      std::string reply;
      must(parts_.configuration.options().set(words, true, reply), reply);
    }
  }

  Assembly parts_;
  std::vector<std::string> values_;  // of the options, at first
  std::array<Place, 3> clients_;
  size_t at_ = 0;  // who runs commands
  ChangesForFuzz changes_;
  bool contents_vary_ = false;  // with options of plugins that were changed: they are not in the change log
  exec::Turn turn_;
};

}  // namespace keel::server
