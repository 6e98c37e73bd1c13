#include "host/server/serve.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <system_error>

#include "host/base/clock.h"
#include "host/base/log.h"
#include "host/base/memory.h"
#include "host/base/roles.h"
#include "host/base/signal_stack.h"
#include "host/base/workers.h"
#include "host/log/sink.h"
#include "host/loop/loop_set.h"
#include "host/net/loop_net.h"
#include "host/plugin/address.h"
#include "host/server/assembly.h"
#include "host/server/kernel_hints.h"
#include "host/server/process_title.h"
#include "host/server/signals.h"
#include "host/server/supervisor.h"

namespace keel::server {

const char* const kVersion = KEEL_VERSION;

namespace {

using base::LogLevel;

int refuse(const std::vector<std::string>& problems) {
  for (const auto& p : problems) std::fprintf(stderr, "keel: %s\n", p.c_str());
  return 1;
}

void write_pid_file(const std::string& path) {
  if (path.empty()) return;
  std::ofstream file{path};
  file << ::getpid() << '\n';
  if (!file) base::log(LogLevel::kWarning, "Cannot write the pid file", {{"path", path}});
}

// Asks for descriptors for that many clients and what the server itself needs; returns how many clients there are
// descriptors for.
int64_t raise_descriptor_limit(int64_t clients) {
  constexpr rlim_t kOwn = 32;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return clients;
  const rlim_t wanted = static_cast<rlim_t>(clients) + kOwn;
  if (limit.rlim_cur >= wanted) return clients;
  rlimit raised = limit;
  raised.rlim_cur = wanted;
  raised.rlim_max = std::max(limit.rlim_max, wanted);
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) return clients;
  raised = limit;
  raised.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &raised);
  return static_cast<int64_t>(raised.rlim_cur > 2 * kOwn ? raised.rlim_cur - kOwn : 1);
}

// Fewer clients than maxclients when the system does not give as many descriptors.
void fit_maxclients(Assembly& a) {
  const int64_t most = raise_descriptor_limit(a.settings.maxclients);
  if (most >= a.settings.maxclients) return;
  base::log(LogLevel::kWarning, "Fewer clients than maxclients: the limit of open files is too low",
            {{"maxclients", std::to_string(most)}});
  std::string error;
  a.configuration.options().assign("maxclients", {std::to_string(most)}, config::Source::kDefault, error);
  a.settings.maxclients.set(most);
}

// What a variable of proc-title-template stands for.
std::string title_value(const Assembly& a, std::string_view name) {
  const auto& options = a.configuration.options();
  const auto listeners = a.configuration.listeners();
  const auto tls = std::find_if(listeners.begin(), listeners.end(), [](const auto& l) { return l.scheme == "tls"; });
  config::HostPort at;
  const bool has_tls = tls != listeners.end() && config::parse_address(tls->address, at);
  const std::string& port = options.value("port");
  if (name == "title") return program_name();
  if (name == "config-file") return a.configuration.file().empty() ? "-" : a.configuration.file();
  if (name == "port" || name == "unixsocket") return options.value(name);
  if (name == "tls-port") return std::to_string(has_tls ? at.port : 0);
  if (name != "listen-addr") return {};  // server-mode: neither a node of a cluster nor a sentinel
  if (port != "0") {
    const std::vector<std::string> bind = a.settings.bind.get();
    return (bind.empty() ? "*" : bind.front()) + ":" + port;
  }
  if (has_tls) return tls->address;
  return !options.value("unixsocket").empty() || listeners.empty() ? options.value("unixsocket")
                                                                   : listeners.front().address;
}

void settle_crash_report(const Assembly& a) {
  a.settings.crash_log_enabled ? install_crash_report(a.settings.logfile.get().c_str()) : remove_crash_report();
}

void show_title(const Assembly& a) {
  if (!a.settings.set_proc_title) return;
  const std::string title = a.settings.proc_title_template.get();
  set_process_title(expand_title(title, [&a](std::string_view name) { return title_value(a, name); }));
}

// The loops with their connections, and what happens on them beside commands.
class Serving {
 public:
  Serving(Assembly& a, OomScore& oom_score)
      : a_(a),
        oom_score_(oom_score),
        supervisor_(a.settings.supervised),
        loops_(static_cast<uint32_t>(a.settings.io_threads.get())),
        shared_{a.settings, *a.executor} {
    for (uint32_t i = 0; i < loops_.size(); ++i) {
      nets_.push_back(std::make_unique<net::LoopNet>(loops_[i], shared_));
      all_loops_.push_back(&loops_[i]);
    }
    a_.executor->on_unpause = [](void* self) {
      for (auto& n : static_cast<Serving*>(self)->nets_) n->retry_stalled();
    };
    a_.executor->on_unpause_arg = this;
    deadline_.self = this;
    deadline_.timer.task.run = [](keel_task* t) noexcept { reinterpret_cast<Cron*>(t)->self->run_deadlines(); };
    a_.executor->on_deadline = [](void* self) {
      auto* s = static_cast<Serving*>(self);
      s->loops_[0].post([s] { s->run_deadlines(); });
    };
    a_.executor->on_deadline_arg = this;
    a_.server->supervisor = supervisor_.kind();
    expire_.self = this;
    expire_.timer.task.run = [](keel_task* t) noexcept { reinterpret_cast<Cron*>(t)->self->expire(); };
    cron_.self = this;
    cron_.timer.task.run = [](keel_task* t) noexcept { reinterpret_cast<Cron*>(t)->self->cron(); };
    a_.listeners->on_left = [this](const std::vector<net::Listener*>& left) {
      const exec::RoleHeld held{a_.executor->role};
      for (const net::Listener* l : left) a_.executor->gone(l);
    };
    a_.server->shutdown = [this](const admin::Shutdown& s, std::string& error) {
      if (s.abort) {
        error = "ERR No shutdown in progress.";
        return false;
      }
      base::log(LogLevel::kWarning, "User requested shutdown...");
      stop();
      return true;
    };
  }

  std::string listen() {
    std::string error = a_.listeners->open(a_.configuration.listeners(), all_loops_);
    describe_listeners();
    return error;
  }

  int run() {
    loops_[0].post([this] {
      cron();
      a_.server->startup_memory = static_cast<int64_t>(base::allocator_stats().allocated);
      tell_what_is_left_out();
      base::log(LogLevel::kNotice, "Ready to accept connections");
      supervisor_.ready();
    });
    watch_signals(
        loops_[0],
        [this](int signal) {
          base::log(LogLevel::kWarning,
                    std::string{"Received "} + (signal == SIGINT ? "SIGINT" : "SIGTERM") + " scheduling shutdown...");
          stop();
        },
        [this] { reload(); });
    watch_options();
    a_.executor->settings_changed();
    if (std::string error; !check_plugins(error)) base::log(LogLevel::kWarning, error);
    loops_.run();
    return 0;
  }

 private:
  struct Cron {
    keel_timer timer{};
    Serving* self = nullptr;
  };
  using Names = const std::vector<std::string_view>&;

  // What else a CONFIG SET does, beside the value that everybody reads.
  void watch_options() {
    watch_layers();
    a_.configuration.options().on_change({"port", "bind", "unixsocket", "unixsocketperm", "tcp-keepalive",
                                          "max-new-connections-per-cycle", "max-new-tls-connections-per-cycle"},
                                         [this](Names changed, std::string& error) { return rebind(changed, error); });
    const auto tell = [this](std::vector<std::string> names, std::function<void()> what) {
      a_.configuration.options().on_change(std::move(names), [what = std::move(what)](Names, std::string&) {
        what();
        return true;
      });
    };
    tell({"proc-title-template", "port", "tls-port", "bind"}, [this] { show_title(a_); });
    tell({"log-format"}, [this] { log::set_log_format(a_.settings.log_format); });
    tell({"maxmemory", "maxmemory-policy", "maxmemory-samples"}, [this] { a_.executor->settings_changed(); });
    tell({"maxmemory-clients"}, [this] { a_.executor->evict_clients(); });
    tell({"jemalloc-bg-thread"}, [this] { base::set_allocator_background(a_.settings.jemalloc_bg_thread); });
    tell({"crash-log-enabled"}, [this] { settle_crash_report(a_); });
    a_.configuration.options().on_change({"maxclients"}, [this](Names, std::string& error) {
      const int64_t most = raise_descriptor_limit(a_.settings.maxclients);
      if (most >= a_.settings.maxclients) return true;
      error = "The operating system is not able to handle the specified number of clients, try with " +
              std::to_string(most);
      return false;
    });
    a_.configuration.options().on_change({"check-plugins", "plugin-handler-limit"},
                                         [this](Names, std::string& error) { return check_plugins(error); });
    a_.configuration.options().on_change({"oom-score-adj", "oom-score-adj-values"}, [this](Names, std::string& error) {
      if (oom_score_.apply(a_.settings)) return true;
      error = "Failed to set current oom_score_adj. Check server logs.";
      return false;
    });
  }

  // The directives of a layer are the defaults of its listeners. One that is set to the value that it has says that
  // what stands behind it is new.
  void watch_layers() {
    auto& options = a_.configuration.options();
    for (const auto& e : a_.plugins->registry().extensions()) {
      if (e.id != KEEL_LAYER || e.owner == nullptr) continue;
      const auto* layer = static_cast<const keel_layer*>(e.table);
      std::vector<std::string> names;
      for (const auto name : options.names(e.owner->name()))
        if (name.starts_with(std::string{layer->name} + "-")) names.emplace_back(name);
      options.on_set(std::move(names), [this, layer](Names changed, std::string& error) {
        return changed.empty() ? read_again(layer, error) : rebind(changed, error);
      });
    }
  }

  void cron() {
    {
      const exec::RoleHeld held{a_.executor->role};
      loops_[0].timer(&cron_.timer, base::monotonic_ns() + 1'000'000'000 / a_.executor->hz());
      a_.executor->cron();
    }
    expire();
  }

  // Expired keys are removed in slices of a millisecond at most: between two of them, three times as long, commands
  // run.
  void expire() {
    constexpr int64_t kBetween = 2'100'000;  // ns
    const exec::RoleHeld held{a_.executor->role};
    if (a_.executor->expire_slice()) loops_[0].timer(&expire_.timer, base::monotonic_ns() + kBetween);
  }

  // Ends the waits that are due, and comes back for the next one.
  void run_deadlines() {
    int64_t next_ms = 0;
    {
      const exec::RoleHeld held{a_.executor->role};
      a_.executor->run_deadlines();
      next_ms = a_.executor->next_deadline_ms();
      // An hour at most: a distant deadline is looked at again.
      if (next_ms != 0) next_ms = std::clamp<int64_t>(next_ms - a_.executor->now_ms(), 1, 3'600'000);
    }
    loops_[0].timer(&deadline_.timer, next_ms == 0 ? 0 : base::monotonic_ns() + next_ms * 1'000'000);
  }

  // [control|executor]
  bool check_plugins(std::string& error) {
    try {
      return a_.executor->check_plugins(), true;
    } catch (const std::system_error& e) {
      error = std::string{"No thread to watch the handlers of plugins: "} + e.what();
      return false;
    }
  }

  // CONFIG SET port and the like. [executor]
  bool rebind(const std::vector<std::string_view>& changed, std::string& error) {
    Listeners::Details details;
    const std::string why = a_.listeners->open(a_.configuration.listeners(), all_loops_, &details);
    describe_listeners();
    a_.server->leaving.insert(a_.server->leaving.end(), details.leaving.begin(), details.leaving.end());
    if (why.empty()) return true;
    base::log(LogLevel::kWarning, why);
    const bool bind = std::find(changed.begin(), changed.end(), "bind") != changed.end();
    error = !details.layer_says.empty() ? details.layer_says
            : bind                      ? "Failed to bind to specified addresses."
                                        : "Unable to listen on this port. Check server logs.";
    return false;
  }

  using Stacks = std::vector<std::pair<std::string, std::shared_ptr<const net::Stack>>>;
  // [executor] With the address of each.
  Stacks stacks() const {
    Stacks out;
    for (const auto& l : a_.listeners->all()) out.emplace_back(l->address, l->stack());
    return out;
  }

  // The layer of a stack reads its files again. An error is the layer's sentence. [control|executor]
  std::string read_again(const std::string& address, const net::Stack& stack) {
    if (stack.layer == nullptr || stack.layer->reload == nullptr) return {};
    const std::lock_guard lock{reading_};
    keel_error error{};
    if (stack.layer->reload(stack.context, &error) == KEEL_OK) return {};
    std::string why{error.text, error.len};
    base::log(LogLevel::kWarning, "Reload failed, the old state stays in force",
              {{"listener", address}, {"reason", why}});
    return why.empty() ? "the layer gives no reason" : why;
  }
  // [executor]
  bool read_again(const keel_layer* layer, std::string& error) {
    for (const auto& [address, stack] : stacks())
      if (stack->layer == layer)
        if (const std::string why = read_again(address, *stack); error.empty()) error = why;  // all are read
    return error.empty();
  }

  // An operator may have forgotten a plugin, and clients will ask for it.
  void tell_what_is_left_out() const {
    const auto& left_out = a_.plugins->left_out();
    for (const auto& one : left_out) base::log(LogLevel::kWarning, one.sentence);
    for (const auto& p : a_.plugins->catalog().with_commands())
      if (a_.plugins->find(p.name) == nullptr)
        base::log(LogLevel::kNotice,
                  "Plugin is installed, but not among the plugins of this server: its commands are refused",
                  {{"name", p.name}, {"commands", std::to_string(p.manifest.commands.size())}});
  }

  void describe_listeners() {
    a_.server->listeners.clear();
    for (const auto& l : a_.listeners->all()) {
      config::HostPort at;
      const bool has_port = config::parse_address(l->address, at);
      a_.server->listeners.push_back(
          {l->stack()->scheme, has_port ? l->address.substr(0, l->address.rfind(':')) : l->address, at.port});
    }
  }

  void reload() {
    base::log(LogLevel::kNotice, "Received SIGHUP, reopening the log and reloading");
    supervisor_.reloading();
    if (std::string error; !log::reopen_log(error))
      base::log(LogLevel::kWarning, "Log not reopened", {{"reason", error}});
    Stacks present;
    {
      const exec::RoleHeld held{a_.executor->role};  // against a CONFIG SET that opens and closes listeners
      present = stacks();
    }
    for (const auto& [address, stack] : present) read_again(address, *stack);
    supervisor_.reloaded();
  }

  void stop() {
    supervisor_.stopping();
    for (uint32_t i = 0; i < loops_.size(); ++i) loops_[i].post([this, i] { nets_[i]->close_all(); });
    loops_[0].post([this] {
      {
        const exec::RoleHeld held{a_.executor->role};
        a_.listeners->shut();
      }
      // One more turn lets the connections end.
      loops_[0].post([this] { loops_.stop(); });
    });
  }

  Assembly& a_;
  OomScore& oom_score_;
  const Supervisor supervisor_;
  loop::LoopSet loops_;
  std::vector<loop::Loop*> all_loops_;
  net::NetShared shared_;
  std::vector<std::unique_ptr<net::LoopNet>> nets_;
  Cron cron_, deadline_, expire_;
  std::mutex reading_;  // a layer reads its files for SIGHUP, or for a CONFIG SET
};

struct WorkersEnd {
  WorkersEnd() = default;
  WorkersEnd(const WorkersEnd&) = delete;
  WorkersEnd& operator=(const WorkersEnd&) = delete;
  ~WorkersEnd() { base::stop_workers(); }
};

}  // namespace

int serve(std::span<const std::string_view> arguments) {
  const base::SignalStack signal_stack;  // of the main thread; the others have their own
  base::add_role(KEEL_ROLE_CONTROL);
  block_signals();
  base::Ticks::calibrate();
  plugin::install_terminate_handler();
  Assembly a;
  std::vector<std::string> problems;
  if (!a.build(arguments, problems)) return refuse(problems);
  if (const std::string dir = a.settings.dir.get(); !dir.empty() && ::chdir(dir.c_str()) != 0)
    return refuse({"Can't chdir to '" + dir + "'"});
  if (std::string error; !log::open_log(a.settings.logfile.get(), a.settings.log_format, error))
    return refuse({"Can't open the log file '" + a.settings.logfile.get() + "': " + error});
  log::set_log_role('M');
  settle_crash_report(a);
  settle_huge_pages(a.settings.disable_thp);
  OomScore oom_score;
  oom_score.apply(a.settings);  // a refusal is in the log, and no reason not to serve
  fit_maxclients(a);
  write_pid_file(a.settings.pidfile.get());
  base::start_workers(1);
  base::set_allocator_background(a.settings.jemalloc_bg_thread);
  show_title(a);
  base::log(LogLevel::kNotice, std::string{"Keel "} + kVersion + " starting",
            {{"pid", std::to_string(::getpid())}, {"io-threads", std::to_string(a.settings.io_threads.get())}});
  int status = 0;
  {
    Serving serving{a, oom_score};
    const WorkersEnd workers_end;  // before the loops, which their tasks post to
    if (const auto failures = a.plugins->start(); !failures.empty()) {
      std::vector<std::string> sentences;
      for (const auto& f : failures) sentences.push_back(f.sentence);
      return refuse(sentences);
    }
    if (const std::string error = serving.listen(); !error.empty()) return refuse({error});
    status = serving.run();
  }
  if (const std::string pid = a.settings.pidfile.get(); !pid.empty()) ::unlink(pid.c_str());
  base::log(LogLevel::kWarning, "Keel is now ready to exit, bye bye...");
  return status;
}

int check(std::span<const std::string_view> arguments) {
  Assembly a;
  std::vector<std::string> problems;
  if (a.build(arguments, problems))
    for (const auto& l : a.configuration.listeners())
      if (std::string e = a.listeners->check(l); !e.empty()) problems.push_back(e);
  if (!problems.empty()) return refuse(problems);
  std::puts("The configuration is good.");
  std::fputs(a.configuration.describe().c_str(), stdout);
  return 0;
}

int list_plugins(std::span<const std::string_view> arguments) {
  std::vector<std::string> path;
  for (size_t i = 0; i + 1 < arguments.size(); ++i)
    if (arguments[i] == "--plugin-path") path.emplace_back(arguments[i + 1]);
  std::fputs(plugin::Catalog{plugin_directories(path)}.report().c_str(), stdout);
  return 0;
}

}  // namespace keel::server
