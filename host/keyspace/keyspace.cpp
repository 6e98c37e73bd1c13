#include "host/keyspace/keyspace.h"

#include <atomic>
#include <new>
#include <utility>

namespace keel::keyspace {
namespace {

// Above this many allocations a value is freed by a worker: where that is asked for, and wherever it would hold up the
// executor for more than a small part of a millisecond.
constexpr uint64_t kLazyEffort = 64, kLongEffort = 2048;
constexpr size_t kLazyBytes = size_t{1} << 20;

std::atomic<uint64_t> g_pending{0}, g_freed{0};
std::atomic<int64_t> g_pending_bytes{0};

struct FreeObject {
  keel_task task{};
  void (*free)(void*, uint64_t) noexcept;
  void* object;
  uint64_t word;
  int64_t bytes;
};
void run_free(keel_task* t) noexcept {
  const std::unique_ptr<FreeObject> mine{reinterpret_cast<FreeObject*>(t)};
  mine->free(mine->object, mine->word);
  g_pending_bytes.fetch_sub(mine->bytes, std::memory_order_relaxed);
  g_pending.fetch_sub(1, std::memory_order_relaxed);
  g_freed.fetch_add(1, std::memory_order_relaxed);
}

// False = no memory for the job: free it here.
bool free_later(Defer defer, void (*free)(void*, uint64_t) noexcept, void* object, uint64_t word,
                uint64_t size) noexcept {
  const auto bytes = static_cast<int64_t>(size);
  auto* job = new (std::nothrow) FreeObject;
  if (job == nullptr) return false;
  *job = {{nullptr, run_free}, free, object, word, bytes};
  g_pending_bytes.fetch_add(bytes, std::memory_order_relaxed);
  g_pending.fetch_add(1, std::memory_order_relaxed);
  defer(&job->task);
  return true;
}

void drop_blob(void* blob, uint64_t) noexcept {
  static_cast<base::Blob*>(blob)->drop();
}

struct FreeTables {
  keel_task task{};
  Table keys, expires, due;
  Keyspace* keyspace;
};

}  // namespace

Keyspace::Keyspace(size_t databases, const Types& types, Defer defer)
    : databases_(databases), types_(types), defer_(defer) {}

Keyspace::~Keyspace() {
  for (auto& db : databases_) flush(db, false);
}

uint64_t Keyspace::lazy_pending() const noexcept {
  return g_pending.load(std::memory_order_relaxed);
}
int64_t Keyspace::lazy_pending_bytes() const noexcept {
  return g_pending_bytes.load(std::memory_order_relaxed);
}
uint64_t Keyspace::lazy_freed() const noexcept {
  return g_freed.load(std::memory_order_relaxed);
}
void Keyspace::reset_lazy_freed() noexcept {
  g_freed.store(0, std::memory_order_relaxed);
}

void Keyspace::free_value(Entry* e, bool lazy) noexcept {
  if (e->rep() == KEEL_REP_BYTES) {
    if (e->beside()) return;
    if (lazy && e->blob()->capacity() >= kLazyBytes &&
        free_later(defer_, drop_blob, e->blob(), 0, e->blob()->capacity()))
      return;
    return e->blob()->drop();
  }
  if (e->rep() != KEEL_REP_OBJECT) return;
  const keel_type* type = types_[e->type()];
  if (type->free_effort != nullptr) {
    constexpr uint32_t kSamples = 5;
    keel_ref r{};
    e->describe(r);
    if (type->free_effort(&r) > (lazy ? kLazyEffort : kLongEffort) &&
        free_later(defer_, type->free, e->object(), e->word(),
                   type->memory == nullptr ? 0 : type->memory(&r, kSamples)))
      return;
  }
  type->free(e->object(), e->word());
}

void Keyspace::destroy(Entry* e, bool lazy) noexcept {
  free_value(e, lazy);
  e->free_shell();
}

bool Keyspace::add(Database& db, uint64_t hash, Entry* e) noexcept {
  if (!db.keys.insert(hash, e)) return false;
  const bool expires = !e->has_expiry() || db.expires.insert(hash, e);
  if (expires && (!e->due() || db.due.insert(hash, e))) {
    due_ += e->due();
    return true;
  }
  if (expires && e->has_expiry()) db.expires.erase(hash, e);
  db.keys.erase(hash, e);
  return false;
}

bool Keyspace::replace(Database& db, uint64_t hash, Entry* was, Entry* now, bool keep_value, bool lazy) noexcept {
  // First what may lack memory.
  const bool expires = now->has_expiry() && !was->has_expiry();
  if (expires && !db.expires.insert(hash, now)) return false;
  if (now->due() && !was->due() && !db.due.insert(hash, now)) {
    if (expires) db.expires.erase(hash, now);
    return false;
  }
  if (was->has_expiry()) now->has_expiry() ? db.expires.replace(hash, was, now) : db.expires.erase(hash, was);
  if (was->due()) now->due() ? db.due.replace(hash, was, now) : db.due.erase(hash, was);
  due_ = due_ + now->due() - was->due();
  db.keys.replace(hash, was, now);
  if (!keep_value) free_value(was, lazy);
  was->free_shell();
  return true;
}

void Keyspace::take(Database& db, uint64_t hash, Entry* e) noexcept {
  if (e->has_expiry()) db.expires.erase(hash, e);
  if (e->due()) db.due.erase(hash, e);
  due_ -= e->due();
  db.keys.erase(hash, e);
}

bool Keyspace::set_due(Database& db, uint64_t hash, Entry* e, bool due) noexcept {
  if (e->due() == due) return true;
  if (due && !db.due.insert(hash, e)) return false;
  if (!due) db.due.erase(hash, e);
  e->due(due);
  due_ = due ? due_ + 1 : due_ - 1;
  return true;
}

void Keyspace::remove(Database& db, uint64_t hash, Entry* e, bool lazy) noexcept {
  take(db, hash, e);
  destroy(e, lazy);
}

namespace {

// What is in an entry. A value that lies elsewhere is named, not copied.
EntrySpec spec_of(Entry* e) noexcept {
  EntrySpec s;
  s.key = e->key();
  s.expire_ms = e->expire_ms();
  s.access = e->access();
  s.type = e->type();
  s.rep = e->rep();
  s.enc = e->enc();
  s.due = e->due();
  if (e->rep() == KEEL_REP_INT) {
    s.number = e->number();
  } else if (e->rep() == KEEL_REP_OBJECT) {
    s.object = e->object();
    s.word = e->word();
  } else if (e->rep() == KEEL_REP_BYTES) {
    s.bytes = {e->bytes(), e->bytes_len()};
    s.blob = e->beside() ? nullptr : e->blob();
  }
  return s;
}

}  // namespace

Entry* Keyspace::set_expiry(Database& db, uint64_t hash, Entry* e, int64_t at_ms) noexcept {
  if (e->has_expiry() && at_ms >= 0) {
    e->expire_ms(at_ms);
    return e;
  }
  if (!e->has_expiry() && at_ms < 0) return e;
  EntrySpec s = spec_of(e);
  s.expire_ms = at_ms;
  Entry* now = Entry::make(s);
  if (now == nullptr) return nullptr;
  if (!replace(db, hash, e, now, true, false)) {
    now->free_shell();
    return nullptr;
  }
  return now;
}

Entry* Keyspace::copy(Entry* e, std::string_view key, bool with_expiry) noexcept {
  if (key.size() > Entry::kKeyLimit) return nullptr;
  EntrySpec s = spec_of(e);
  s.key = key;
  if (!with_expiry) s.expire_ms = -1;
  s.blob = nullptr;  // a value that lies elsewhere gets a copy of its own
  s.object = nullptr;
  if (e->rep() == KEEL_REP_BYTES) {
    if (!e->beside() || key.size() + e->bytes_len() > Entry::kBesideLimit) {
      s.blob = base::Blob::make(e->bytes_len());
      if (s.blob == nullptr) return nullptr;
      std::memcpy(s.blob->data(), e->bytes(), e->bytes_len());
    }
  } else if (e->rep() == KEEL_REP_OBJECT) {
    const keel_type* type = types_[e->type()];
    keel_ref from{}, to{};
    e->describe(from);
    if (type->copy == nullptr || type->copy(&from, &to) != KEEL_OK) return nullptr;
    s.object = to.v.object;
    s.word = to.word;
  }
  Entry* made = Entry::make(s);
  if (made == nullptr) {
    if (s.blob != nullptr) s.blob->drop();
    if (s.object != nullptr) types_[e->type()]->free(s.object, s.word);
  }
  return made;
}

bool Keyspace::rename(Database& db, uint64_t from_hash, Entry* from, uint64_t hash, std::string_view key, Entry* target,
                      bool lazy) noexcept {
  if (key.size() > Entry::kKeyLimit) return false;
  EntrySpec s = spec_of(from);
  s.key = key;
  base::BlobUse apart;  // bytes that no longer fit beside their key
  if (from->rep() == KEEL_REP_BYTES && from->beside() && key.size() + s.bytes.size() > Entry::kBesideLimit) {
    apart = base::BlobUse{base::Blob::make(s.bytes.size())};
    if (!apart) return false;
    std::memcpy(apart->data(), s.bytes.data(), s.bytes.size());
    s.blob = apart.get();
  }
  Entry* now = Entry::make(s);
  if (now == nullptr) return false;
  if (target != nullptr ? !replace(db, hash, target, now, false, lazy) : !add(db, hash, now)) {
    now->free_shell();
    return false;
  }
  apart.give();
  take(db, from_hash, from);
  from->free_shell();
  return true;
}

size_t Keyspace::flush(Database& db, bool lazy) {
  const size_t n = db.keys.size();
  auto job = std::make_unique<FreeTables>();
  job->keys = std::move(db.keys);
  job->expires = std::move(db.expires);
  job->due = std::move(db.due);
  due_ -= job->due.size();
  job->keyspace = this;
  db.average_ttl = 0;
  db.expire_cursor = db.due_cursor = 0;
  job->task.run = [](keel_task* t) noexcept {
    const std::unique_ptr<FreeTables> mine{reinterpret_cast<FreeTables*>(t)};
    const size_t freed = mine->keys.size();
    mine->keys.each([&](Entry* e) { mine->keyspace->destroy(e, false); });
    g_pending.fetch_sub(freed, std::memory_order_relaxed);
    g_freed.fetch_add(freed, std::memory_order_relaxed);
  };
  g_pending.fetch_add(n, std::memory_order_relaxed);
  auto* task = &job.release()->task;
  if (lazy && n > 0) {
    defer_(task);
  } else {
    task->run(task);
    g_freed.fetch_sub(n, std::memory_order_relaxed);
  }
  return n;
}

void Keyspace::swap(size_t a, size_t b) noexcept {
  std::swap(databases_[a], databases_[b]);
}

size_t Keyspace::footprint(Entry* e, uint32_t samples) const noexcept {
  size_t n = e->footprint() + 11;  // what the table spends on a key, on average
  n += 11 * size_t{e->has_expiry()} + 11 * size_t{e->due()};
  if (e->rep() == KEEL_REP_BYTES && !e->beside()) n += e->blob()->footprint();
  if (e->rep() == KEEL_REP_OBJECT) {
    const keel_type* type = types_[e->type()];
    keel_ref r{};
    e->describe(r);
    if (type->memory != nullptr) n += type->memory(&r, samples);
  }
  return n;
}

}  // namespace keel::keyspace
