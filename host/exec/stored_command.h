// host/exec/stored_command.h - a command that is kept to be run later: queued by MULTI, or waiting for a key.
//
// Its words are copied once, into one block of its own; a big argument that lies alone in a block is kept with a use of
// that block, and can still be adopted by put_arg().
#pragma once
#include <memory>

#include "host/base/blob.h"
#include "host/exec/turn.h"

namespace keel::exec {

struct ReleaseClientMemory {
  size_t size = 0;
  void operator()(char* p) const noexcept { base::release(p, size, base::MemoryTag::kClient); }
};

class StoredCommand {
 public:
  StoredCommand() noexcept = default;
  // False = out of memory, and it stays empty.
  bool store(const Request& r, const keel_str* argv, const keel_keyref* keys) noexcept;
  // Words that no loop has parsed: finds and hashes their keys. False = out of memory, or the words have other keys
  // than `nkeys`.
  bool store(Command& command, const keel_str* argv, uint32_t argc, uint32_t nkeys);

  Command& command() const noexcept { return *request_.command; }
  // As a loop would have handed it over.
  const Request& request() const noexcept { return request_; }
  // Belong to this command: a handler that redacts a word changes it here.
  keel_str* argv() const noexcept { return reinterpret_cast<keel_str*>(block_.get()); }
  uint32_t argc() const noexcept { return request_.words; }
  const keel_keyref* keys() const noexcept { return reinterpret_cast<const keel_keyref*>(argv() + argc()); }
  uint32_t nkeys() const noexcept { return request_.keys; }
  // Bytes that are held for it.
  size_t memory() const noexcept;

 private:
  std::unique_ptr<char, ReleaseClientMemory> block_;  // words, keys, bytes of the words
  base::BlobUse blob_;
  Request request_{};
};

}  // namespace keel::exec
