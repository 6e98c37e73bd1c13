#include "keel/testing/host.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>

#include "keel/testing/faults.hpp"
#include "keel/testing/memory.hpp"

namespace keel::testing {
namespace {

Host* g_host = nullptr;

template <class T>
T widened(const void* table, size_t size) {
  T t{};
  std::memcpy(static_cast<void*>(&t), table, std::min(size, sizeof t));
  return t;
}

std::string text_of(const keel_error& e) {
  return {e.text, std::min<size_t>(e.len, sizeof e.text)};
}

}  // namespace

struct HostFunctions {
  static void log(const keel_host*, int32_t, keel_str s) noexcept {
    std::fprintf(stderr, "  log: %.*s\n", static_cast<int>(s.len), s.ptr);
    if (std::string_view{s.ptr, s.len}.find('\n') != std::string_view::npos) fault("logs a line break");
  }
  static int64_t clock_ns() noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  static int64_t unix_ms() noexcept { return g_host->now_ms_; }
  static void defer(keel_task* task) noexcept { g_host->deferred_.push_back(task); }
  static uint32_t role() noexcept {
    return g_host->loops_.current() != nullptr ? uint32_t{KEEL_ROLE_LOOP} : g_host->role_;
  }
  static uint32_t event(const keel_host*, uint32_t cls, keel_str name) noexcept {
    const std::string key = std::string(1, static_cast<char>(cls)) + std::string{name.ptr, name.len};
    const auto found = std::find(g_host->events_.begin(), g_host->events_.end(), key);
    if (found != g_host->events_.end()) return static_cast<uint32_t>(found - g_host->events_.begin()) + 1;
    g_host->events_.push_back(key);
    return static_cast<uint32_t>(g_host->events_.size());
  }
  static const void* service(const keel_host*, const char* id) noexcept {
    const std::string_view name{id};
    if (name == KEEL_CORE) return &g_host->core_;
    if (name == KEEL_EXEC) return &exec_table();
    if (name == KEEL_KEYSPACE) return &Keyspace::table();
    if (name == KEEL_LOOPS) return &Loops::table();
    if (name == KEEL_SESSIONS) return &sessions_table();
    for (const Extension& e : g_host->extensions_)
      if (e.id == name) return e.table;
    return nullptr;
  }
  static uint16_t type(keel_registrar*, const keel_type* t, keel_error*) noexcept {
    g_host->types_.push_back(
        {widened<keel_type>(t, t->head.size), static_cast<uint16_t>(g_host->types_.size() + 1), g_host->self_});
    return g_host->types_.back().number;
  }
  static keel_status commands(keel_registrar*, const keel_command* first, uint32_t n, uint32_t stride,
                              keel_error*) noexcept {
    for (uint32_t i = 0; i < n; ++i)
      g_host->commands_.push_back(
          {widened<keel_command>(reinterpret_cast<const char*>(first) + size_t{i} * stride, stride), g_host->self_});
    return KEEL_OK;
  }
  static keel_status options(keel_registrar*, const keel_option* first, uint32_t n, uint32_t stride,
                             keel_error*) noexcept {
    for (uint32_t i = 0; i < n; ++i)
      g_host->options_.push_back(
          widened<keel_option>(reinterpret_cast<const char*>(first) + size_t{i} * stride, stride));
    return KEEL_OK;
  }
  static keel_status extension(keel_registrar*, const char* id, const void* table, void* self, keel_error*) noexcept {
    g_host->extensions_.push_back({id, table, self});
    return KEEL_OK;
  }
};

Host::Host() {
  g_host = this;
  core_ = {{sizeof core_, 0},   counted_alloc,           counted_free,
           HostFunctions::log,  HostFunctions::clock_ns, HostFunctions::defer,
           HostFunctions::role, HostFunctions::event,    HostFunctions::unix_ms};
  face_ = {{sizeof face_, 0}, this, {"keel-laws", 9}, {"0", 1}, HostFunctions::service, &core_};
}

Host::~Host() {
  unload();
  g_host = nullptr;
}

bool Host::load(const std::string& file, std::string& error) {
  const std::string path = file.find('/') == std::string::npos ? "./" + file : file;
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    error = dlerror();
    return false;
  }
  const auto* table = static_cast<const keel_plugin*>(dlsym(library, "keel_plugin_v1"));
  if (table == nullptr || table->magic != KEEL_MAGIC || table->abi_major != KEEL_ABI_MAJOR) {
    error = "it has no keel_plugin_v1 of this version of the interface";
    return false;
  }
  const auto plugin = widened<keel_plugin>(table, table->size);
  for (const keel_need* need = plugin.needs; need != nullptr && need->id != nullptr; ++need) {
    if (need->optional == 0 && HostFunctions::service(&face_, need->id) == nullptr) {
      error = std::string{"it needs "} + need->id +
              ", which this testing host does not imitate and no plugin loaded before serves";
      return false;
    }
  }
  keel_error e{};
  keel_registrar registrar{{sizeof registrar, 0},  this,
                           HostFunctions::type,    HostFunctions::commands,
                           HostFunctions::options, HostFunctions::extension};
  self_ = nullptr;
  const size_t options = options_.size();
  if (plugin.create == nullptr || plugin.setup == nullptr) {
    error = "it lacks create() or setup()";
  } else if (plugin.create(&face_, &self_, &e) != KEEL_OK) {
    error = "create(): " + text_of(e);
  } else if (plugin.setup(self_, &registrar, &e) != KEEL_OK) {
    error = "setup(): " + text_of(e);
  }
  for (size_t i = options; i < options_.size(); ++i) {
    const keel_option& o = options_[i];
    if (error.empty() && o.apply != nullptr && o.apply(self_, {o.initial, std::strlen(o.initial)}, &e) != KEEL_OK)
      error = std::string{"it refuses its own default of the option "} + o.name + ": " + text_of(e);
  }
  if (error.empty() && plugin.start != nullptr && plugin.start(self_, &e) != KEEL_OK) error = "start(): " + text_of(e);
  if (error.empty()) plugins_.push_back({plugin, self_});
  return error.empty();
}

void Host::unload() {
  keyspace_.clear();
  for (size_t i = 0; i < deferred_.size(); ++i) deferred_[i]->run(deferred_[i]);
  deferred_.clear();
  for (auto p = plugins_.rbegin(); p != plugins_.rend(); ++p)
    if (p->table.stop != nullptr) p->table.stop(p->self);
  for (auto p = plugins_.rbegin(); p != plugins_.rend(); ++p)
    if (p->table.destroy != nullptr) p->table.destroy(p->self);
  plugins_.clear();
}

std::vector<const keel_transport*> Host::transports() const {
  std::vector<const keel_transport*> found;
  for (const Extension& e : extensions_)
    if (e.id == KEEL_TRANSPORT) found.push_back(static_cast<const keel_transport*>(e.table));
  return found;
}
std::vector<const keel_layer*> Host::layers() const {
  std::vector<const keel_layer*> found;
  for (const Extension& e : extensions_)
    if (e.id == KEEL_LAYER) found.push_back(static_cast<const keel_layer*>(e.table));
  return found;
}
void* Host::self_of(const void* table) const {
  for (const Extension& e : extensions_)
    if (e.table == table) return e.self;
  return nullptr;
}

}  // namespace keel::testing
