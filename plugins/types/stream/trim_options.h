// plugins/types/stream/trim_options.h - the options of XADD and XTRIM.
#pragma once
#include "plugins/types/stream/value.h"

namespace streams {

struct TrimOptions {
  Trim trim;
  bool make_stream = true;   // not NOMKSTREAM
  std::optional<IdWord> id;  // of XADD, unless it is "*"
  uint32_t at = 0;           // XADD: the word that is the ID
};

// From word 2 on. Nothing = the error reply is written.
std::optional<TrimOptions> trim_options(Ctx c, bool xadd) noexcept;

// The trimming as it turned out, in words that give the same when they are replayed: "MAXLEN", "=", number.
class TrimWords {
 public:
  TrimWords(const Trim&, const Stream& after) noexcept;
  Str name() const noexcept { return name_; }
  Str value() const noexcept { return value_; }

 private:
  Str name_, value_;
  IdText id_;
  char digits_[20];
};

}  // namespace streams
