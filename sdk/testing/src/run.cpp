// Running one command as an executor would, and looking at it from all sides.
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "keel/blocking.h"
#include "keel/testing/faults.hpp"
#include "keel/testing/host.hpp"

namespace keel::testing {
namespace {

constexpr auto kLongest = std::chrono::milliseconds{200};

// What a thread has done so far.
struct Work {
  std::chrono::steady_clock::time_point at = std::chrono::steady_clock::now();
  std::chrono::nanoseconds processor{};
  long waits = 0;  // times it has given the processor up by itself

  Work() noexcept {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    processor = std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    waits = usage.ru_nvcsw;
  }
};

// Whether a handler has worked or slept for too long; a busy machine that has let it wait is no fault of its own.
bool blocks(const Work& from, const Work& to) noexcept {
  return to.at - from.at > kLongest && (to.processor - from.processor > kLongest || to.waits > from.waits);
}

Run& run_of(keel_ctx* c) {
  return *static_cast<Run*>(c->impl);
}

void flush(keel_ctx* c) {
  Run& run = run_of(c);
  run.reply.append(run.cursor_begin, static_cast<size_t>(c->out - run.cursor_begin));
  c->out = run.cursor_begin;
}
void write(keel_ctx* c, const char* p, size_t n) noexcept {
  flush(c);
  run_of(c).reply.append(p, n);
}
void write(keel_ctx* c, const std::string& s) {
  write(c, s.data(), s.size());
}

void reply_ref(keel_ctx* c, const keel_ref* r) noexcept {
  std::string text;
  if (r->rep == KEEL_REP_INT) {
    text = std::to_string(r->v.num);
  } else if (r->rep == KEEL_REP_BYTES) {
    text.assign(r->v.bytes, r->word);
  } else {
    fault("reply_ref of a value that is neither INT nor BYTES");
  }
  write(c, "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n");
}
void reply_error(keel_ctx* c, keel_str s) noexcept {
  std::string text{s.ptr, s.len};
  for (char& x : text)
    if (static_cast<unsigned char>(x) < ' ') x = ' ';
  write(c, "-" + text + "\r\n");
}
uint64_t open_array(keel_ctx* c) noexcept {
  flush(c);
  return run_of(c).reply.size();
}
void close_array(keel_ctx* c, uint64_t mark, uint32_t kind, uint64_t n) noexcept {
  flush(c);
  const bool resp3 = (c->flags & KEEL_CTX_RESP3) != 0;
  constexpr const char kKinds[] = {'*', '~', '%', '>'};
  if (kind > KEEL_PUSH || mark > run_of(c).reply.size()) return fault("close_array with nonsense");
  const uint64_t count = !resp3 && kind == KEEL_MAP ? n * 2 : n;
  run_of(c).reply.insert(mark, (resp3 ? std::string(1, kKinds[kind]) : "*") + std::to_string(count) + "\r\n");
}
void propagate(keel_ctx* c, const keel_str* argv, uint32_t argc) noexcept {
  std::vector<std::string> words;
  for (uint32_t i = 0; i < argc; ++i) words.emplace_back(argv[i].ptr, argv[i].len);
  run_of(c).propagated.push_back(std::move(words));
}
uint64_t limit(keel_ctx*, uint32_t which) noexcept {
  constexpr uint64_t kBulk = uint64_t{512} << 20;
  return which == KEEL_LIMIT_BULK ? kBulk : 0;
}
// There is nobody here who could make a key ready: a command that waits, waits.
keel_status block(keel_ctx* c, const keel_wait* wait) noexcept {
  if (wait->size < sizeof(keel_wait)) fault("block() with a size that is too small");
  for (uint32_t i = 0; wait->keys != nullptr && i < wait->nkeys; ++i)
    if (wait->keys[i] >= c->nkeys) fault("block() for a key that the command does not have");
  if (wait->deadline_ms != 0 && wait->deadline_ms < c->now_ms) fault("block() until a moment in the past");
  if (!check_reply({wait->at_deadline.ptr, wait->at_deadline.len}).empty())
    fault("block() whose reply at the deadline is not one reply");
  run_of(c).blocked = true;
  return KEEL_BLOCKED;
}
uint32_t woken_by(const keel_ctx*) noexcept {
  return UINT32_MAX;
}
keel_status timeout(keel_ctx* c, keel_str word, uint32_t unit, int64_t* deadline_ms) noexcept {
  const std::string text{word.ptr, word.len};
  char* end = nullptr;
  const double n = std::strtod(text.c_str(), &end) * (unit == KEEL_TIMEOUT_SECONDS ? 1000 : 1);
  const char* wrong = text.empty() || *end != 0 || std::isnan(n) ? "ERR timeout is not a float or out of range"
                      : n < 0                                    ? "ERR timeout is negative"
                      : n > 1e15                                 ? "ERR timeout is out of range"
                                                                 : nullptr;
  if (wrong != nullptr) return reply_error(c, {wrong, std::strlen(wrong)}), KEEL_E_ARG;
  *deadline_ms = n == 0 ? 0 : c->now_ms + static_cast<int64_t>(std::ceil(n));
  return KEEL_OK;
}
constexpr keel_exec kExec{{sizeof(keel_exec), 0},
                          write,
                          reply_ref,
                          reply_error,
                          open_array,
                          close_array,
                          propagate,
                          limit,
                          block,
                          woken_by,
                          timeout};

bool same(const std::string& a, const std::string& b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// The keys that one specification finds; false: the arguments make no sense.
bool find(const keel_keyspec& k, const std::vector<keel_str>& argv, std::vector<keel_keyref>& out) {
  const auto argc = static_cast<int64_t>(argv.size());
  int64_t at = k.pos;
  if (k.begin == KEEL_BEGIN_UNKNOWN || k.find == KEEL_FIND_UNKNOWN) return true;
  if (k.begin == KEEL_BEGIN_KEYWORD) {
    const int64_t step = k.pos < 0 ? -1 : 1;
    for (at = k.pos < 0 ? argc + k.pos : k.pos; at > 0 && at < argc; at += step)
      if (same({argv[static_cast<size_t>(at)].ptr, argv[static_cast<size_t>(at)].len}, k.keyword)) break;
    if (at <= 0 || at >= argc) return true;
    ++at;
  }
  int64_t last = at, first = at;
  if (k.find == KEEL_FIND_RANGE) {
    last = k.last >= 0 ? at + k.last : argc + k.last;
    if (k.last == -1 && k.limit > 1) last = at + (argc - at) / k.limit - 1;
  } else {
    if (at + k.count_at >= argc) return false;
    const keel_str s = argv[static_cast<size_t>(at + k.count_at)];
    const int64_t n = std::atoll(std::string{s.ptr, s.len}.c_str());
    first = at + k.first;
    last = first + (n - 1) * k.step;
    if (n < 0 || last >= argc) return false;
  }
  if ((k.flags & KEEL_KEY_NOT_KEY) != 0) return true;
  for (int64_t i = first; i <= last && i < argc; i += k.step) out.push_back({static_cast<uint32_t>(i), k.flags, 0});
  return true;
}

}  // namespace

const keel_exec& exec_table() noexcept {
  return kExec;
}

bool Host::fill_keys(const keel_command& row, const std::vector<keel_str>& argv, std::vector<keel_keyref>& keys) const {
  if ((row.flags & KEEL_CMD_MOVABLE_KEYS) != 0 && row.find_keys != nullptr) {
    keys.resize(argv.size());
    const uint32_t n =
        row.find_keys(argv.data(), static_cast<uint32_t>(argv.size()), keys.data(), static_cast<uint32_t>(keys.size()));
    if (n == UINT32_MAX) return keys.clear(), false;
    if (n > keys.size()) fault("find_keys() finds more keys than there are words");
    keys.resize(std::min<size_t>(n, keys.size()));
    for (const keel_keyref& k : keys)
      if (k.arg == 0 || k.arg >= argv.size()) fault("find_keys() names a word that is not there");
    return true;
  }
  for (uint32_t i = 0; i < row.nkeyspecs; ++i)
    if (!find(row.keyspecs[i], argv, keys)) return false;
  return true;
}

std::string Host::run(const std::vector<std::string>& words, bool resp3) {
  const CommandRow* found = nullptr;
  for (const CommandRow& c : commands_) {
    if (words.empty()) break;
    if (same(c.row.name, words[0]) && found == nullptr) found = &c;
    if (words.size() > 1 && same(c.row.name, words[0] + "|" + words[1])) found = &c;
  }
  const keel_command* row = found != nullptr ? &found->row : nullptr;
  if (row == nullptr || row->run == nullptr) return "-ERR unknown command\r\n";
  const auto argc = static_cast<int32_t>(words.size());
  if (row->arity > 0 ? argc != row->arity : argc < -row->arity) return "-ERR wrong number of arguments\r\n";

  // Exactly as long as they are, so that reading beyond a word is seen.
  std::vector<std::unique_ptr<char[]>> copies;
  std::vector<keel_str> argv;
  for (const std::string& w : words) {
    copies.push_back(std::make_unique<char[]>(w.size()));
    std::memcpy(copies.back().get(), w.data(), w.size());
    argv.push_back({copies.back().get(), w.size()});
  }
  std::vector<keel_keyref> keys;
  if (!fill_keys(*row, argv, keys)) return "-ERR syntax error\r\n";

  const Scene scene{row->name};
  std::map<std::string, std::string> before;
  for (const keel_keyref& k : keys) before[words[k.arg]] = keyspace_.fingerprint(words[k.arg]);

  Run run;
  run.keyspace = &keyspace_;
  run.flags = row->flags;
  run.stamp = ++runs_ << 32;
  std::string room(Dice{runs_}.below(96), '\0');  // often too short: the slow path of the cursor is used as well
  run.cursor_begin = room.data();
  keel_ctx c{};
  c.out = room.data();
  c.out_end = c.out + room.size();
  c.argv = argv.data();
  c.argc = static_cast<uint32_t>(argc);
  c.flags = resp3 ? uint32_t{KEEL_CTX_RESP3} : 0u;
  c.keys = keys.data();
  c.nkeys = static_cast<uint32_t>(keys.size());
  c.listeners = KEEL_LISTEN_LOG | KEEL_LISTEN_EVENTS;
  c.now_ms = now_ms_;
  c.self = found->self;
  c.exec = &kExec;
  c.ks = &Keyspace::table();
  c.impl = &run;

  role_ = KEEL_ROLE_EXECUTOR;
  const Work before_run;
  const keel_status status = row->run(&c);
  const Work after_run;
  role_ = KEEL_ROLE_CONTROL;
  flush(&c);

  if (blocks(before_run, after_run))
    fault("blocks the server for " +
          std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(after_run.at - before_run.at).count()) +
          " ms");
  const std::string wrong = check_reply(run.reply);
  if (status == KEEL_OK && !wrong.empty()) fault("does not write exactly one reply: " + wrong);
  if ((status == KEEL_BLOCKED) != run.blocked) fault("returns KEEL_BLOCKED without block(), or the reverse");
  if (status == KEEL_BLOCKED && !run.reply.empty()) fault("writes a reply although it waits");
  if (status != KEEL_OK && status != KEEL_BLOCKED) fault("returns status " + std::to_string(status));
  for (uint32_t i = 0; i < c.nkeys; ++i) {
    const std::string& key = words[keys[i].arg];
    const bool changed = run.mutated[i] > 0 || keyspace_.fingerprint(key) != before[key];
    if (!changed) continue;
    bool committed = false;
    for (uint32_t j = 0; j < c.nkeys; ++j) committed |= words[keys[j].arg] == key && run.committed[j] > 0;
    if (!committed) fault("changes a key without commit()");
    if ((row->flags & (KEEL_CMD_READONLY | KEEL_CMD_MAY_REPLICATE)) == KEEL_CMD_READONLY)
      fault("changes a value although it is READONLY");
  }
  for (size_t i = 0; i < deferred_.size(); ++i) deferred_[i]->run(deferred_[i]);
  deferred_.clear();
  return run.reply;
}

uint64_t Host::end_elements(const std::string& key, int64_t now_ms) {
  const Value* value = keyspace_.find(key);
  if (value == nullptr) return 0;
  const TypeSlot& type = types_[value->type - size_t{1}];
  const Scene scene{"expire"};
  const std::string before = keyspace_.fingerprint(key);
  const keel_str argv[] = {{key.data(), key.size()}};
  const keel_keyref keys[] = {{0, KEEL_KEY_RW | KEEL_KEY_DELETE, 0}};
  Run run;
  run.keyspace = &keyspace_;
  run.flags = KEEL_CMD_WRITE;
  run.stamp = ++runs_ << 32;
  keel_ctx c{};
  c.argv = argv;
  c.argc = 1;
  c.keys = keys;
  c.nkeys = 1;
  c.listeners = KEEL_LISTEN_LOG | KEEL_LISTEN_EVENTS;
  c.now_ms = now_ms;
  c.self = type.self;
  c.exec = &kExec;
  c.ks = &Keyspace::table();
  c.impl = &run;
  role_ = KEEL_ROLE_EXECUTOR;
  if (type.table.expire(&c) != KEEL_OK) fault("does not return KEEL_OK");
  role_ = KEEL_ROLE_CONTROL;
  flush(&c);
  if (!run.reply.empty()) fault("writes a reply, which nobody waits for");
  if (keyspace_.fingerprint(key) != before && run.committed[0] == 0) fault("changes the value without commit()");
  if (c.dirty > 0 && run.propagated.empty()) fault("removes elements, and tells the log nothing that replays it");
  return c.dirty;
}

}  // namespace keel::testing
