// tests/abi/loading.h - a loader over directories, with the least host that a plugin can be created with.
#pragma once
#include <cstdlib>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/plugin/loader.h"
#include "keel/keyspace.h"

namespace keel::plugin {

inline const keel_core& test_core() {
  static const keel_core core{
      {sizeof(keel_core), 0},
      [](size_t n, uint32_t) noexcept -> void* { return std::malloc(n); },
      [](void* p, size_t, uint32_t) noexcept { std::free(p); },
      [](const keel_host*, int32_t, keel_str) noexcept {},
      []() noexcept -> int64_t { return 0; },
      [](keel_task*) noexcept {},
      []() noexcept -> uint32_t { return KEEL_ROLE_CONTROL; },
      Loader::event,
      []() noexcept -> int64_t { return 0; },
  };
  return core;
}

// Tables that only have to be there: no plugin may call them before start().
inline const void* test_service(const char* id) {
  static const keel_head keyspace{sizeof(keel_keyspace), 0};
  static const keel_head big{4096, 0};
  static const std::map<std::string, const void*, std::less<>> tables{
      {KEEL_CORE, &test_core()}, {KEEL_KEYSPACE, &keyspace}, {KEEL_EXEC, &big},
      {"keel.loop/1", &big},     {"keel.session/1", &big},
  };
  const auto found = tables.find(id);
  return found == tables.end() ? nullptr : found->second;
}

inline std::unique_ptr<Loader> loader_over(const std::string& directory) {
  return std::make_unique<Loader>(HostFacts{"keel", "0.1.0", &test_core(), test_service},
                                  Catalog{{std::filesystem::path{directory}}});
}

// The sentences, in the order in which they were said.
inline std::vector<std::string> load(Loader& loader, std::initializer_list<std::string> names) {
  std::vector<std::string> sentences;
  const std::vector<std::string> list{names};
  for (const Failure& f : loader.load(list)) sentences.push_back(f.sentence);
  return sentences;
}

}  // namespace keel::plugin
