#include "host/exec/turn.h"

#include <gtest/gtest.h>

#include <deque>
#include <span>
#include <string>
#include <vector>

#include "host/base/hash.h"
#include "keel/cpp/tables.hpp"

namespace keel::exec {
namespace {

using Fault = CommandTable::Fault;

keel_status nothing(keel_ctx*) noexcept {
  return KEEL_OK;
}

class TurnTest : public ::testing::Test {
 protected:
  void SetUp() override {
    constexpr static keel_keyspec kFirst[] = {one_key(KEEL_KEY_RO, 1)}, kSecond[] = {one_key(KEEL_KEY_RO, 2)};
    add_row("GET", 2, kFirst);
    add_row("LLEN", 2, kFirst);
    add_row("OBJECT", -2, {});
    add_row("OBJECT|ENCODING", 3, kSecond);
    add_row("OBJECT|REFCOUNT", 3, kSecond);
    add_row("PING", -1, {});
    table_.freeze();
  }
  using Requests = std::vector<std::vector<std::string>>;
  void add(const Requests& requests, Turn& turn) {
    for (const auto& request : requests) {
      const auto first = static_cast<uint32_t>(turn.words.size());
      for (const std::string& word : request) {
        const std::string& kept = words_.emplace_back(word);
        turn.words.push_back({kept.data(), kept.size()});
      }
      turn.add(table_, first, nullptr, 0);
    }
  }
  // The command, the fault and the number of keys of each request, in a turn with all of them.
  std::vector<std::string> names(const Requests& requests) {
    Turn turn;
    add(requests, turn);
    std::vector<std::string> out;
    for (const Request& r : turn.requests)
      out.push_back((r.command != nullptr ? r.command->name : "?") + (r.fault == Fault::kNone ? "" : " fault") + " " +
                    std::to_string(r.keys));
    return out;
  }

 private:
  void add_row(const char* name, int32_t arity, std::span<const keel_keyspec> keys) {
    keel_command c{};
    c.name = name;
    c.run = nothing;
    c.arity = arity;
    c.keyspecs = keys.data();
    c.nkeyspecs = static_cast<uint32_t>(keys.size());
    ASSERT_EQ(table_.add(c, "", nullptr), "");
  }
  CommandTable table_;
  std::deque<std::string> words_;
};

using Names = std::vector<std::string>;

TEST_F(TurnTest, OneLikeTheOneBefore) {
  EXPECT_EQ(names({{"GET", "a"}, {"GET", "b"}, {"get", "c"}, {"LLEN", "d"}, {"GET", "e"}}),
            (Names{"get 1", "get 1", "get 1", "llen 1", "get 1"}));
}

TEST_F(TurnTest, TheSecondWordMayNameAnotherCommand) {
  EXPECT_EQ(names({{"OBJECT", "ENCODING", "a"}, {"OBJECT", "REFCOUNT", "a"}, {"OBJECT", "ENCODING", "b"}}),
            (Names{"object|encoding 1", "object|refcount 1", "object|encoding 1"}));
  EXPECT_EQ(names({{"OBJECT", "ENCODING", "a"}, {"OBJECT", "nope", "a"}}),
            (Names{"object|encoding 1", "object fault 0"}));
}

TEST_F(TurnTest, EveryFaultIsFoundAgain) {
  EXPECT_EQ(names({{"GET"}, {"GET"}, {"GET", "a"}, {"GET", "a", "b"}, {"GET", "a"}}),
            (Names{"get fault 0", "get fault 0", "get 1", "get fault 0", "get 1"}));
  EXPECT_EQ(names({{"NOPE"}, {"NOPE"}, {"PING"}, {"PING"}, {"PING", "x"}}),
            (Names{"? fault 0", "? fault 0", "ping 0", "ping 0", "ping 0"}));
}

TEST_F(TurnTest, EveryKeyHasItsHash) {
  Turn turn;
  add({{"GET", "a"},
       {"GET", "a"},
       {"LLEN", "a"},
       {"GET", "b"},
       {"PING"},
       {"GET", "b"},
       {"GET"},
       {"GET", "b"},
       {"OBJECT", "ENCODING", "b"},
       {"GET", "b"},
       {"GET", ""},
       {"GET", ""}},
      turn);
  ASSERT_EQ(turn.keys.size(), 10u);
  for (const Request& r : turn.requests)
    for (uint32_t k = r.first_key; k < r.first_key + r.keys; ++k)
      EXPECT_EQ(turn.keys[k].hash, base::hash_bytes(keel::view(turn.words[r.first_word + turn.keys[k].arg])));
}

}  // namespace
}  // namespace keel::exec
