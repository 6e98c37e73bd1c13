// host/exec/turn.h - what one turn of a loop has for the executor: the commands that its connections have sent, parsed
// and with hashed keys, and the buffer for the replies.
#pragma once
#include <cstdint>
#include <vector>

#include "host/exec/client.h"
#include "host/exec/command_table.h"
#include "host/exec/reply.h"

namespace keel::exec {

struct Request {               // one command
  Command* command;            // nullptr when unknown
  uint32_t first_word, words;  // in Turn::words
  uint32_t first_key, keys;    // in Turn::keys
  CommandTable::Fault fault;
  bool bad_keys;       // the arguments that count or place the keys make no sense
  uint32_t blob_word;  // the argument (0 = none) that lies alone in `blob`
  base::Blob* blob;    // borrowed from the session
  size_t end;          // where it ends in the input of its session
};

struct Work {  // the commands of one connection
  Client* client;
  void* session;                             // the loop's
  uint32_t first, count;                     // in Turn::requests
  uint32_t done = 0;                         // how many were run; the others are to be offered again
  bool stalled = false;                      // it stopped because the client has to wait
  bool blocked = false;                      // ... in the command that was run last, until the executor resumes it
  uint32_t first_piece = 0, last_piece = 0;  // its replies, in Turn::replies
};

struct Turn {
  std::vector<keel_str> words;
  std::vector<Request> requests;
  std::vector<keel_keyref> keys;
  std::vector<Work> works;
  ReplyBuffer replies;

  // Adds a parsed command whose words are already in `words` from `first_word` on: finds the command and its keys.
  void add(const CommandTable& table, uint32_t first_word, base::Blob* blob, uint32_t blob_word);
  void clear() {
    words.clear();
    requests.clear();
    keys.clear();
    works.clear();
    replies.reset();
  }
};

}  // namespace keel::exec
