// host/plugin/address.h - in which plugin an address lies: for crash reports, and to name whose code threw.
#pragma once

namespace keel::plugin {

// Notes where the library that contains `inside` is mapped. `name` is copied, cut after 63 bytes. [control]
void note_mapping(const void* inside, const char* name);

// The name of the plugin whose code or data lies there, or nullptr. Async-signal-safe, any thread; valid for ever.
const char* plugin_at(const void* address) noexcept;

// Installs a std::terminate handler that says in one sentence which plugin threw across the boundary, and ends the
// process with _exit(1). `say` gets the sentence without a line end; nullptr = it goes to standard error. [control]
void install_terminate_handler(void (*say)(const char* sentence) = nullptr);

// While it lives, this thread is inside a call of that plugin; for the sentence of the terminate handler.
class Inside {
 public:
  Inside(const char* plugin, const char* function) noexcept;
  ~Inside();
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  const char *plugin_, *function_;  // of the call around this one
};

}  // namespace keel::plugin
