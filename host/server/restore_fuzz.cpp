// libFuzzer: bytes as what RESTORE is given.  The first is the version of the format, the others are the type's code
// and the value; the checksum is added.  A value that is taken comes back from DUMP, and answers every command that
// shows it.
#include "host/rdb/crc64.h"
#include "host/server/server_for_fuzz.h"

namespace {

using namespace keel;
using server::ServerForFuzz;

std::string with_footer(std::string bytes, uint8_t version) {
  bytes += static_cast<char>(version);
  bytes += '\0';
  const uint64_t sum = rdb::crc64(bytes);
  for (unsigned i = 0; i < 8; ++i) bytes += static_cast<char>(sum >> (8 * i));
  return bytes;
}

// What a bulk string of RESP holds.
std::string_view payload_of(std::string_view reply) {
  const size_t line = reply.find("\r\n") + 2;
  return reply.substr(line, reply.size() - line - 2);
}

void show(ServerForFuzz& s) {
  for (const char* command : {"OBJECT ENCODING k",
                              "MEMORY USAGE k",
                              "DEBUG OBJECT k",
                              "GET k",
                              "STRLEN k",
                              "BITCOUNT k",
                              "PFCOUNT k",
                              "LRANGE k 0 -1",
                              "LPOS k a",
                              "SMEMBERS k",
                              "SSCAN k 0",
                              "HGETALL k",
                              "HSCAN k 0",
                              "ZRANGE k 0 -1 WITHSCORES",
                              "ZRANGEBYLEX k - +",
                              "ZSCAN k 0",
                              "XRANGE k - +",
                              "XREVRANGE k + -",
                              "XINFO STREAM k FULL",
                              "XINFO GROUPS k",
                              "SORT k ALPHA"})
    s.run_line(command);
}

}  // namespace

extern "C" {
int LLVMFuzzerInitialize(int* argc, char*** argv);
int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
}

// Before the first input, so that the counters of the plugins are known by then.
int LLVMFuzzerInitialize(int*, char***) {
  ServerForFuzz::get();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ServerForFuzz& s = ServerForFuzz::get();
  if (size < 2) return 0;
  const std::string bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  s.begin();
  s.run({"RESTORE", "k", "0", bytes});  // which has a checksum of its own, or none
  if (s.run({"RESTORE", "k", "0", with_footer(bytes, data[0]), "REPLACE"}) == "+OK\r\n") {
    const std::string dumped = s.run({"DUMP", "k"});
    s.must(s.run({"RESTORE", "again", "0", payload_of(dumped)}) == "+OK\r\n", "what DUMP made is not taken back");
    s.must(s.run({"DEBUG", "DIGEST-VALUE", "k"}) == s.run({"DEBUG", "DIGEST-VALUE", "again"}),
           "another value came back");
    s.run({"COPY", "k", "copy"});
    show(s);
  }
  s.end();
  return 0;
}
