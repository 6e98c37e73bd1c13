#include "host/exec/turn.h"

#include "host/base/hash.h"
#include "keel/cpp/bytes.hpp"
#include "keel/cpp/text.hpp"

namespace keel::exec {

// The command of the request before, when this one is called by the same bytes: pipelines repeat themselves. nullptr =
// it has to be looked up, as all that a second word may name.
Command* Turn::same_command(const Request& before, const Request& r) const noexcept {
  const bool alone = before.fault == CommandTable::Fault::kNone && before.command->container == nullptr &&
                     before.command->subcommands.empty();
  const bool same = alone && before.words == r.words &&
                    keel::same_bytes(keel::view(words[before.first_word]), keel::view(words[r.first_word]));
  return same ? before.command : nullptr;
}

// The hash of a key of the request that is added now. That of the request before, when its last key is the same.
uint64_t Turn::hash_of(std::string_view key) const noexcept {
  if (requests.size() > 1) {
    const Request& before = *(requests.end() - 2);
    if (before.keys > 0 && keel::same_bytes(keel::view(words[before.first_word + keys.back().arg]), key))
      return keys.back().hash;
  }
  return base::hash_bytes(key);
}

void Turn::add(const CommandTable& table, uint32_t first_word, base::Blob* blob, uint32_t blob_word) {
  Request& r = requests.emplace_back();  // written where it stays
  r.first_word = first_word;
  r.words = static_cast<uint32_t>(words.size()) - first_word;
  r.first_key = static_cast<uint32_t>(keys.size());
  r.blob = blob;
  r.blob_word = blob_word;
  const keel_str* argv = words.data() + first_word;
  r.command = requests.size() > 1 ? same_command(*(&r - 1), r) : nullptr;
  if (r.command == nullptr) r.command = table.find(argv, r.words, r.fault);
  if (r.fault == CommandTable::Fault::kNone) {
    if (const uint32_t k = r.command->only_key; k != 0 && k < r.words) {
      keys.push_back({k, r.command->only_key_flags, hash_of(keel::view(argv[k]))});
    } else if (r.command->row.nkeyspecs != 0 || r.command->has(KEEL_CMD_MOVABLE_KEYS)) {
      r.bad_keys = !find_keys(*r.command, argv, r.words, keys, true);
    }
  }
  r.keys = static_cast<uint32_t>(keys.size()) - r.first_key;
}

}  // namespace keel::exec
