// What the next commands will look at, fetched for all of them before the first one runs: their cache misses overlap
// instead of following one another.
#include <algorithm>
#include <array>
#include <utility>

#include "host/exec/executor.h"

namespace keel::exec {
namespace {

constexpr size_t kAhead = 16;       // commands
constexpr size_t kMostKeys = 64;    // of those
constexpr uint32_t kMostSteps = 4;  // of keel_command.prefetch

}  // namespace

// First the buckets, then the entries, then what plugins ask for in values.
size_t Executor::prefetch(const Turn& turn, size_t work, size_t request) const noexcept {
  const size_t last = std::min(request + kAhead, turn.requests.size());
  const auto first_key = [&turn](size_t of) {
    return of < turn.requests.size() ? turn.requests[of].first_key : turn.keys.size();
  };
  const size_t from = first_key(request), to = std::min(first_key(last), from + kMostKeys);
  for (const bool entries : {false, true}) {
    size_t k = from;
    for (size_t w = work; k < to; ++w) {
      const keyspace::Table& keys = keyspace[turn.works[w].client->db].keys;
      const size_t end = w + 1 < turn.works.size() ? std::min(to, first_key(turn.works[w + 1].first)) : to;
      for (uint64_t before = 0; k < end; ++k) {
        const uint64_t hash = turn.keys[k].hash;
        if (hash == std::exchange(before, hash)) continue;  // many commands in a row for one key are common, too
        entries ? keys.prefetch_entry(hash) : keys.prefetch_bucket(hash);
      }
    }
  }
  if (last - request > 1) prefetch_in_values(turn, work, request, last);
  return last;
}

void Executor::prefetch_in_values(const Turn& turn, size_t work, size_t request, size_t last) const noexcept {
  struct Next {
    const Command* command;
    keel_ref value;
    keel_ahead ahead;
  };
  std::array<Next, kAhead> next;
  size_t count = 0;
  const keyspace::Table* table_before = nullptr;
  uint64_t hash_before = 0;
  keyspace::Entry* entry = nullptr;  // of that hash there
  for (size_t i = request; i < last; ++i) {
    const Request& r = turn.requests[i];
    if (r.keys == 0 || r.command == nullptr || r.command->row.prefetch == nullptr) continue;
    while (work + 1 < turn.works.size() && i >= turn.works[work + 1].first) ++work;
    const keel_str* argv = turn.words.data() + r.first_word;
    const keel_keyref& key = turn.keys[r.first_key];
    const keyspace::Table* table = &keyspace[turn.works[work].client->db].keys;
    if (table != std::exchange(table_before, table) || key.hash != std::exchange(hash_before, key.hash))
      entry = table->find(key.hash, view(argv[key.arg]));
    if (entry == nullptr || entry->rep() != KEEL_REP_OBJECT) continue;
    Next& n = next[count++];
    n.command = r.command;
    n.value = {};
    entry->describe(n.value);
    n.ahead = {r.command->self, &n.value, argv, r.words, 0, {0, 0}};
  }
  for (uint32_t step = 0; step < kMostSteps; ++step) {
    bool more = false;
    for (size_t i = 0; i < count; ++i) {
      Next& n = next[i];
      if (n.command == nullptr) continue;
      n.ahead.step = step;
      if (n.command->row.prefetch(&n.ahead) != 0)
        more = true;
      else
        n.command = nullptr;
    }
    if (!more) return;
  }
}

}  // namespace keel::exec
