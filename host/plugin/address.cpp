#include "host/plugin/address.h"

#include <cxxabi.h>
#include <link.h>
#include <unistd.h>
#include <unwind.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <typeinfo>

namespace keel::plugin {
namespace {

struct Range {
  uintptr_t begin, end;
  char name[64];
};
// Written by the control thread only, one finished row at a time, and never taken away: plugins stay mapped.
constexpr size_t kMaxRanges = 2048;
Range g_ranges[kMaxRanges];
std::atomic<size_t> g_count{0};

thread_local const char* t_plugin = nullptr;
thread_local const char* t_function = nullptr;
void (*g_say)(const char*) = nullptr;

struct Search {
  uintptr_t inside;
  const char* name;
};

int visit(dl_phdr_info* info, size_t, void* arg) {
  const auto& search = *static_cast<const Search*>(arg);
  bool holds = false;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    const uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
    holds |= segment.p_type == PT_LOAD && search.inside >= begin && search.inside - begin < segment.p_memsz;
  }
  if (!holds) return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    const size_t n = g_count.load(std::memory_order_relaxed);
    if (segment.p_type != PT_LOAD || n == kMaxRanges) continue;
    Range& range = g_ranges[n];
    range.begin = info->dlpi_addr + segment.p_vaddr;
    range.end = range.begin + segment.p_memsz;
    std::snprintf(range.name, sizeof range.name, "%s", search.name);
    g_count.store(n + 1, std::memory_order_release);
  }
  return 1;
}

// The innermost frame that lies in a plugin.
_Unwind_Reason_Code frame(_Unwind_Context* context, void* arg) {
  auto& found = *static_cast<const char**>(arg);
  found = plugin_at(reinterpret_cast<const void*>(_Unwind_GetIP(context)));
  return found != nullptr ? _URC_END_OF_STACK : _URC_NO_REASON;
}

void describe_exception(char* to, size_t n) {
  const std::exception_ptr thrown = std::current_exception();
  if (!thrown) {
    std::snprintf(to, n, "called std::terminate");
    return;
  }
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    std::snprintf(to, n, "threw an exception across the boundary: %.160s", e.what());
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    std::snprintf(to, n, "threw something across the boundary (type %.80s)",
                  type != nullptr ? type->name() : "unknown");
  }
}

[[noreturn]] void on_terminate() {
  char what[256], sentence[512];
  describe_exception(what, sizeof what);
  const char* name = nullptr;
  _Unwind_Backtrace(frame, &name);
  if (name == nullptr) name = t_plugin;
  if (name == nullptr) {
    std::snprintf(sentence, sizeof sentence, "the server itself %s", what);
  } else if (t_function != nullptr) {
    std::snprintf(sentence, sizeof sentence, "plugin '%s' %s, in %s", name, what, t_function);
  } else {
    std::snprintf(sentence, sizeof sentence, "plugin '%s' %s", name, what);
  }
  for (char* c = sentence; *c != '\0'; ++c)
    if (static_cast<unsigned char>(*c) < ' ') *c = ' ';
  if (g_say != nullptr) {
    g_say(sentence);
  } else {
    std::fprintf(stderr, "%s\n", sentence);
  }
  _exit(1);
}

}  // namespace

void note_mapping(const void* inside, const char* name) {
  Search search{reinterpret_cast<uintptr_t>(inside), name};
  dl_iterate_phdr(visit, &search);
}

const char* plugin_at(const void* address) noexcept {
  const auto at = reinterpret_cast<uintptr_t>(address);
  const size_t n = g_count.load(std::memory_order_acquire);
  for (size_t i = 0; i < n; ++i)
    if (at >= g_ranges[i].begin && at < g_ranges[i].end) return g_ranges[i].name;
  return nullptr;
}

void install_terminate_handler(void (*say)(const char* sentence)) {
  g_say = say;
  std::set_terminate(on_terminate);
}

Inside::Inside(const char* plugin, const char* function) noexcept : plugin_(t_plugin), function_(t_function) {
  t_plugin = plugin;
  t_function = function;
}
Inside::~Inside() {
  t_plugin = plugin_;
  t_function = function_;
}

}  // namespace keel::plugin
