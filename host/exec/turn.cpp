#include "host/exec/turn.h"

#include "host/base/hash.h"
#include "keel/cpp/bytes.hpp"
#include "keel/cpp/text.hpp"

namespace keel::exec {

// Pipelines repeat themselves: a request that is called by the same bytes as the one before, or whose key is the same,
// needs neither looking up nor hashing.
void Turn::add(const CommandTable& table, uint32_t first_word, base::Blob* blob, uint32_t blob_word) {
  const keel_str* argv = words.data() + first_word;
  const auto argc = static_cast<uint32_t>(words.size()) - first_word;
  Request& r = requests.emplace_back();  // written where it stays
  r.first_word = first_word;
  r.words = argc;
  r.first_key = static_cast<uint32_t>(keys.size());
  r.blob = blob;
  r.blob_word = blob_word;
  const Request* const before = requests.size() > 1 ? &r - 1 : nullptr;
  const keel_str* const argv_before = before != nullptr ? words.data() + before->first_word : nullptr;
  const auto is_called_as_before = [&] {
    return before->fault == CommandTable::Fault::kNone && before->command->alone && before->words == argc &&
           keel::same_bytes(keel::view(argv_before[0]), keel::view(argv[0]));
  };
  r.command = before != nullptr && is_called_as_before() ? before->command : table.find(argv, argc, r.fault);
  if (r.fault == CommandTable::Fault::kNone) {
    if (const uint32_t k = r.command->only_key; k != 0 && k < argc) {
      const std::string_view key = keel::view(argv[k]);
      const bool same =
          before != nullptr && before->keys > 0 && keel::same_bytes(keel::view(argv_before[keys.back().arg]), key);
      keys.push_back({k, r.command->only_key_flags, same ? keys.back().hash : base::hash_bytes(key)});
    } else if (r.command->row.nkeyspecs != 0 || r.command->has(KEEL_CMD_MOVABLE_KEYS)) {
      r.bad_keys = !find_keys(*r.command, argv, argc, keys, true);
    }
  }
  r.keys = static_cast<uint32_t>(keys.size()) - r.first_key;
}

}  // namespace keel::exec
