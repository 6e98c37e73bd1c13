// libFuzzer: bytes as a manifest, and the same bytes as a shared object.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "host/plugin/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  keel::plugin::FileFacts facts;
  std::string error;
  if (!keel::plugin::parse_manifest(bytes, facts.manifest, error) && error.empty()) __builtin_trap();
  error.clear();
  if (!keel::plugin::read_facts(bytes, facts, error) && error.empty()) __builtin_trap();
  return 0;
}
