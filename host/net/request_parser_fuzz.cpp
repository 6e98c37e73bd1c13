// Random bytes, cut at random places, through the request parser: as one piece and in parts they give the same
// commands, and so they do where nothing counts as short.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "host/net/request_parser.h"

namespace {

using keel::net::ParserLimits;
using keel::net::RequestParser;
using Commands = std::vector<std::vector<std::string>>;

// Feeds the bytes in pieces of at most `piece` as a session does; the error, when there is one, is the last command.
Commands read(const std::string& bytes, size_t piece, const ParserLimits& limits) {
  RequestParser parser;
  Commands out;
  std::string pending;
  for (size_t at = 0; at < bytes.size();) {
    const size_t n = std::min(piece, bytes.size() - at);
    std::string_view fresh{bytes.data() + at, n};
    at += n;
    while (!fresh.empty() && parser.room().len > 0) {
      const keel_buf room = parser.room();
      const size_t part = std::min(room.len, fresh.size());
      std::memcpy(room.ptr, fresh.data(), part);
      if (!parser.filled(part)) return out;
      fresh.remove_prefix(part);
    }
    if (parser.room().len > 0) continue;
    pending.append(fresh);
    while (true) {
      std::vector<keel_str> words;
      size_t position = 0;
      const auto status = parser.parse(pending.data(), pending.size(), position, words, limits);
      if (status == RequestParser::Status::kError) {
        out.push_back({"error", parser.error()});
        return out;
      }
      if (status == RequestParser::Status::kMore) {
        pending = pending.substr(position, parser.keep(pending.size() - position));
        break;
      }
      auto& command = out.emplace_back();
      for (const keel_str& w : words) command.emplace_back(w.ptr, w.len);
      if (parser.blob() != nullptr) parser.done();
      pending.erase(0, position);
    }
  }
  return out;
}

// Whatever is short is read in a way of its own, but not under limits that are shorter: up to the first word that is
// longer than those allow, both give the same.
bool agree(const Commands& both_ways, const Commands& long_way) {
  for (size_t i = 0; i < long_way.size(); ++i) {
    if (long_way[i] == std::vector<std::string>{"error", "Protocol error: invalid bulk length"}) return true;
    if (i >= both_ways.size() || both_ways[i] != long_way[i]) return false;
  }
  return both_ways.size() == long_way.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  constexpr ParserLimits kLimits{1024, 256 * 1024, true}, kShorter{1024, 998, true};
  const std::string bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const Commands whole = read(bytes, bytes.size() + 1, kLimits);
  if (whole != read(bytes, static_cast<size_t>(data[0]) + 1, kLimits)) std::abort();
  if (!agree(whole, read(bytes, bytes.size() + 1, kShorter))) std::abort();
  return 0;
}
