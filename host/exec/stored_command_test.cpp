#include "host/exec/stored_command.h"

#include <gtest/gtest.h>

#include <string>

#include "keel/cpp/text.hpp"

namespace keel::exec {
namespace {

TEST(StoredCommandTest, KeepsWordsAndKeys) {
  std::string words[] = {"set", "key", "", "value"};
  keel_str argv[] = {str(words[0]), str(words[1]), str(words[2]), str(words[3])};
  const keel_keyref keys[] = {{1, KEEL_KEY_RW, 77}};
  Command command;
  Request r{};
  r.command = &command;
  r.words = 4;
  r.keys = 1;
  StoredCommand stored;
  ASSERT_TRUE(stored.store(r, argv, keys));
  for (std::string& w : words) w.assign(w.size(), 'x');
  StoredCommand moved = std::move(stored);
  EXPECT_EQ(&moved.command(), &command);
  ASSERT_EQ(moved.argc(), 4u);
  EXPECT_EQ(view(moved.argv()[1]), "key");
  EXPECT_EQ(view(moved.argv()[2]), "");
  EXPECT_EQ(view(moved.argv()[3]), "value");
  ASSERT_EQ(moved.nkeys(), 1u);
  EXPECT_EQ(moved.keys()[0].hash, 77u);
  EXPECT_GT(moved.memory(), 4 * sizeof(keel_str) + 11);
}

TEST(StoredCommandTest, ABigArgumentIsNotCopied) {
  base::BlobUse big{base::Blob::make(100'000)};
  const keel_str argv[] = {str("set"), str("key"), {big->data(), 100'000}};
  Request r{};
  r.words = 3;
  r.blob = big.get();
  r.blob_word = 2;
  {
    StoredCommand stored;
    ASSERT_TRUE(stored.store(r, argv, nullptr));
    EXPECT_EQ(stored.argv()[2].ptr, big->data());
    EXPECT_EQ(stored.request().blob, big.get());
    EXPECT_TRUE(big->shared());
    EXPECT_GT(stored.memory(), 100'000u);
  }
  EXPECT_FALSE(big->shared());
}

}  // namespace
}  // namespace keel::exec
