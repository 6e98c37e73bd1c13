// libFuzzer: lines as commands of clients, read as a connection's bytes are.  Every command of the server and of its
// plugins can come, and finds values of every type.  server_for_fuzz.h says what must hold.
#include <algorithm>
#include <cstring>

#include "host/net/request_parser.h"
#include "host/server/command_lines_for_fuzz.h"
#include "host/server/server_for_fuzz.h"

extern "C" {
int LLVMFuzzerInitialize(int* argc, char*** argv);
int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t most);
}

namespace {

using namespace keel;
using net::RequestParser;
using server::ServerForFuzz;

constexpr size_t kMostCommands = 64;

}  // namespace

// Before the first input, so that the counters of the plugins are known by then.
int LLVMFuzzerInitialize(int*, char***) {
  ServerForFuzz::get();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ServerForFuzz& s = ServerForFuzz::get();
  s.begin();
  const std::string input = std::string{reinterpret_cast<const char*>(data), size} + '\n';
  for (const auto& [key, line] : server::kValues)
    if (input.find(key) != input.npos) s.run_line(line);  // those that can be asked for
  constexpr net::ParserLimits kLimits{INT32_MAX, 1 << 20, true};
  std::vector<keel_str> words;
  size_t position = 0;
  for (size_t n = 0; n < kMostCommands; ++n) {
    RequestParser parser;
    words.clear();
    const auto status = parser.parse(input.data(), input.size(), position, words, kLimits);
    if (status == RequestParser::Status::kCommand)
      s.run(words);
    else if (position = input.find('\n', position); position++ == input.npos)
      break;  // what makes no sense, or is not whole, is left out line by line
  }
  s.end();
  return 0;
}

// Bytes now and then, as ever; else commands and words.
size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most, unsigned seed) {
  if (seed % 4 == 0) return LLVMFuzzerMutate(data, size, most);
  server::CommandLines lines(ServerForFuzz::get().commands(), seed);
  std::string text{reinterpret_cast<const char*>(data), size};
  for (unsigned i = 0; i <= seed / 4 % 3; ++i) text = lines.mutate(text);
  const size_t n = std::min(text.size(), most);
  std::memcpy(data, text.data(), n);
  return n;
}
