#include "host/exec/stored_command.h"

#include <vector>

namespace keel::exec {

bool StoredCommand::store(const Request& r, const keel_str* argv, const keel_keyref* keys) noexcept {
  const auto apart = [&r](uint32_t i) { return r.blob != nullptr && r.blob_word == i; };
  const size_t tables = r.words * sizeof(keel_str) + r.keys * sizeof(keel_keyref);
  size_t size = tables;
  for (uint32_t i = 0; i < r.words; ++i) size += apart(i) ? 0 : argv[i].len;
  block_ = {static_cast<char*>(base::allocate(size, base::MemoryTag::kClient)), ReleaseClientMemory{size}};
  if (!block_) return false;
  request_ = r;
  auto* words = reinterpret_cast<keel_str*>(block_.get());
  char* to = block_.get() + tables;
  for (uint32_t i = 0; i < r.words; ++i) {
    words[i] = argv[i];
    if (apart(i)) continue;
    if (argv[i].len > 0) std::memcpy(to, argv[i].ptr, argv[i].len);
    words[i].ptr = to;
    to += argv[i].len;
  }
  if (r.keys > 0) std::memcpy(static_cast<void*>(words + r.words), keys, r.keys * sizeof(keel_keyref));
  if (r.blob != nullptr) {
    r.blob->add_user();
    blob_ = base::BlobUse{r.blob};
  }
  return true;
}

bool StoredCommand::store(Command& command, const keel_str* argv, uint32_t argc, uint32_t nkeys) {
  std::vector<keel_keyref> keys;
  if (!find_keys(command, argv, argc, keys, true) || keys.size() != nkeys) return false;
  Request r{};
  r.command = &command;
  r.words = argc;
  r.keys = nkeys;
  return store(r, argv, keys.data());
}

size_t StoredCommand::memory() const noexcept {
  return sizeof *this + block_.get_deleter().size + (blob_ ? blob_.get()->footprint() : 0);
}

}  // namespace keel::exec
