// keel/testing/keyspace.hpp - keel.keyspace/1 over a std::map, which checks more than a server has time for.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "keel/keyspace.h"
#include "keel/type.h"

namespace keel::testing {

struct Value {
  uint16_t type = 0;
  uint8_t rep = KEEL_REP_NONE, enc = 0;
  int64_t num = 0;
  char* bytes = nullptr;  // of counted memory
  void* object = nullptr;
  uint64_t word = 0;  // BYTES: length
  int64_t expire_ms = -1;
  uint64_t stamp = 0;
};

struct TypeSlot {
  keel_type table;  // full size
  uint16_t number;
  void* self;  // keel_ctx.self of its handlers
};

class Keyspace {
 public:
  explicit Keyspace(const std::vector<TypeSlot>& types) : types_(types) {}
  ~Keyspace() { clear(); }
  Keyspace(const Keyspace&) = delete;
  Keyspace& operator=(const Keyspace&) = delete;

  static const keel_keyspace& table();

  Value* find(const std::string& key);
  const std::map<std::string, std::unique_ptr<Value>>& all() const { return values_; }
  const keel_type* type(uint16_t number) const;
  void clear();
  void erase(const std::string& key);
  void place(const std::string& key, const Value& value);  // what was there must be gone

  // A ref as a handler sees it, and the value's memory given back as the server would.
  static void fill(keel_ref& ref, const std::string& key, Value* value);
  void release(uint16_t type, uint8_t rep, char* bytes, void* object, uint64_t word) const;
  // The value's bytes by its type's save(): to see whether a command has changed it.
  std::string fingerprint(const std::string& key);

 private:
  const std::vector<TypeSlot>& types_;
  std::map<std::string, std::unique_ptr<Value>> values_;
};

// What one command has done; keel_ctx.impl points to it.
struct Run {
  Keyspace* keyspace = nullptr;
  std::string command, reply;
  uint64_t flags = 0;                          // KEEL_CMD_*
  std::map<uint32_t, int> mutated, committed;  // by index of key: how often
  std::vector<std::vector<std::string>> propagated;
  char* cursor_begin = nullptr;
  uint64_t stamp = 0;
  bool blocked = false;  // it called block()
};

// What handlers reply, log and wait with.
const keel_exec& exec_table() noexcept;

}  // namespace keel::testing
