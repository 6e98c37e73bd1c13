// keel/cpp/string_value.hpp - the text of strings, for whoever reads them; keel/string_value.h tells how they are kept.
#pragma once
#include "keel/cpp/ref.hpp"
#include "keel/string_value.h"

namespace keel {

// Whether OBJECT ENCODING of a string is raw.
inline bool is_raw(const keel_ref& r) noexcept {
  return r.rep == KEEL_REP_BYTES && (r.enc == KEEL_STRING_RAW || r.word > KEEL_STRING_EMBEDDED);
}

// The text of a string, whatever its representation: its bytes, or digits written into this object.
class StringText {
 public:
  explicit StringText(const Ref& r) noexcept : StringText(*r.raw()) {}
  explicit StringText(const keel_ref& r) noexcept {
    if (r.rep == KEEL_REP_INT)
      text_ = integer_text(digits_, r.v.num);
    else if (r.rep == KEEL_REP_BYTES)
      text_ = {r.v.bytes, static_cast<size_t>(r.word)};
  }
  StringText(const StringText&) = delete;
  StringText& operator=(const StringText&) = delete;
  operator Str() const noexcept { return text_; }
  size_t size() const noexcept { return text_.size(); }

 private:
  char digits_[20];
  Str text_ = "";
};

}  // namespace keel
