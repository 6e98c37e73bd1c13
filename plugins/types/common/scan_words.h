// plugins/types/common/scan_words.h - the words of SSCAN, HSCAN and ZSCAN behind the cursor.
#pragma once
#include "keel/cpp/keel.hpp"
#include "keel/cpp/scan.hpp"

namespace types {

// own(keel::Args&) takes the next word when only this command has it.  Of a key that is not there, whatever words will
// do.  Without a result the error reply is written.
template <class F>
std::optional<keel::ScanWords> scan_words(keel::Ctx c, bool there, F own) {
  keel::ScanWords words;
  if (!there) return words;
  keel::Args args(c, 3);
  while (args.more())
    if (!own(args) && !words.take(args)) args.unknown();
  if (!args.ok()) return args.reply(), std::nullopt;
  return words;
}
inline std::optional<keel::ScanWords> scan_words(keel::Ctx c, bool there) {
  return scan_words(c, there, [](keel::Args&) { return false; });
}

}  // namespace types
