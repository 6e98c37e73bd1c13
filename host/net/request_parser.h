// host/net/request_parser.h - from bytes to commands: RESP arrays of bulk strings, and inline commands.
//
// A function of buffers with a little state for commands that come in parts, so that no byte is looked at twice however
// a client cuts its bytes.  No I/O.  Format: the Redis serialization protocol specification; limits as in Redis 7.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/base/blob.h"
#include "keel/abi.h"

namespace keel::net {

struct ParserLimits {
  uint64_t words;       // of a command
  uint64_t bulk_bytes;  // of an argument
  bool authenticated;   // texts of errors say it when a limit is that of clients that are not
};

class RequestParser {
 public:
  enum class Status : uint8_t {
    kCommand,  // words were added; the command ends at `position`
    kMore,  // the rest has not come yet; what begins at `position` must be kept and offered again, with more behind it
    kError  // error() says why; nothing more can be read
  };

  // Parses one command from base[position, len); words are views of `base`, or of blob(). An empty line or an empty
  // array is skipped. `remember`: the first call of a turn. A command that is not whole may then leave state behind,
  // which holds for the same position of the next call; and the words of inline commands of the turn before go.
  Status parse(const char* base, size_t len, size_t& position, std::vector<keel_str>& words, const ParserLimits& limits,
               bool remember = true) {
    if (remember && rare_) rare_->inline_words.clear();
    const char* const end = partial_ ? nullptr : parse_short(base + position, base + len, words, limits);
    if (end == nullptr) return parse_any(base, len, position, words, limits, remember);
    position = static_cast<size_t>(end - base);
    return Status::kCommand;
  }

  // After kMore, a big argument may be on its way: its bytes belong there and not behind `base`. room() says where, and
  // how many; filled() that n have come. An empty room = no such argument.
  keel_buf room() const noexcept;
  // False = out of memory.
  bool filled(size_t n) noexcept;

  // After kMore: how many of the `left` bytes behind `position` are to be kept; the others are in the block already.
  size_t keep(size_t left) const noexcept { return room().len > 0 ? std::min(left, partial_->at) : left; }

  // After kCommand: the block in which an argument lies alone, and which; nullptr = none. It is the parser's until
  // done().
  base::Blob* blob() const noexcept { return partial_ ? partial_->blob.get() : nullptr; }
  uint32_t blob_word() const noexcept { return partial_ ? partial_->blob_word : 0; }
  void done() noexcept { partial_.reset(); }

  std::string error() const { return rare_ ? rare_->error : std::string{}; }
  // Bytes held for a command in parts.
  size_t held() const noexcept {
    return partial_ ? partial_->words.capacity() * sizeof(Word) + partial_->blob_filled : 0;
  }
  uint32_t partial_words() const noexcept { return partial_ ? static_cast<uint32_t>(partial_->words.size()) : 0; }

  static constexpr size_t kLineLimit = 64 * 1024;
  static constexpr size_t kBlobFrom = 32 * 1024;  // smaller arguments go through the buffer like everything else
  // What is announced is not what comes: a block begins with this much at most, and grows with what is there.
  static constexpr size_t kBlobFirst = 1024 * 1024;

 private:
  struct Word {
    size_t offset, len;  // from the command's first byte
  };
  struct Partial {
    int64_t expected = 0;  // words of the command
    int64_t bulk = -1;     // length of the argument under way; -1 = its header has not come
    size_t at = 0;         // where to go on, from the command's first byte
    std::vector<Word> words;
    base::BlobUse blob;
    size_t blob_len = 0, blob_filled = 0;  // with the line end
    uint32_t blob_word = 0;
  };

  // What nearly every command is: an array that is whole, of a few short words. Returns where it ends; nullptr = it is
  // something else, or wrong, and `words` is as it was.
  static const char* parse_short(const char* at, const char* end, std::vector<keel_str>& words,
                                 const ParserLimits& limits);
  Status parse_any(const char* base, size_t len, size_t& position, std::vector<keel_str>& words,
                   const ParserLimits& limits, bool remember);
  Status parse_array(const char* base, size_t len, size_t& position, std::vector<keel_str>& words,
                     const ParserLimits& limits);
  Status parse_inline(const char* base, size_t len, size_t& position, std::vector<keel_str>& words);
  Status fail(std::string why);
  Status more(const char* base, size_t len, size_t start, size_t at, int64_t expected, int64_t bulk,
              std::vector<keel_str>& words, size_t first_word);

  struct Rare {  // what most connections never need
    std::string error;
    std::vector<std::vector<std::string>> inline_words;  // of the inline commands of this turn
  };
  Rare& rare() {
    if (!rare_) rare_ = std::make_unique<Rare>();
    return *rare_;
  }

  std::unique_ptr<Partial> partial_;
  std::unique_ptr<Rare> rare_;
  bool remember_ = true;
};

}  // namespace keel::net
