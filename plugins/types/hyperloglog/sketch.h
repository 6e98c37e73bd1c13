// plugins/types/hyperloglog/sketch.h - the text that a HyperLogLog is, as Redis writes it:
//
//   0  "HYLL"
//   4  form: 0 dense, 1 sparse
//   5  three bytes of zeros
//   8  the last estimate, 8 bytes from the lowest up; the highest bit is 1 when it holds no longer
//  16  registers
#pragma once
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "plugins/types/hyperloglog/registers.h"

namespace hyperloglog {

inline constexpr size_t kHeader = 16;

enum class Form : uint8_t { kDense = 0, kSparse = 1 };

// A text that can be one. Nothing = it is none; whether the runs of a sparse one are right shows when they are read.
class Sketch {
 public:
  static std::optional<Sketch> of(std::string_view text) noexcept;

  Form form() const noexcept { return static_cast<Form>(text_[4]); }
  std::string_view registers() const noexcept { return text_.substr(kHeader); }
  // Nothing = it has to be made again.
  std::optional<uint64_t> last_estimate() const noexcept;
  // Each register becomes the greater of the two. False = it is corrupt.
  bool merge(Registers& into) const noexcept;

 private:
  explicit Sketch(std::string_view text) noexcept : text_(text) {}
  std::string_view text_;
};

// The same while it is being changed, apart from its key.
class SketchEditor {
 public:
  // Of nothing seen, in the sparse form.
  void begin();
  // Of a text that is a sketch.
  void begin(std::string_view text) { text_.assign(text.begin(), text.end()); }

  enum class Result { kUnchanged, kChanged, kCorrupt };
  // Raises a register; goes over to the dense form when the sparse one would need more than `most_bytes`.
  Result raise(Place place, size_t most_bytes);
  // False = it is corrupt.
  bool to_dense();
  // These registers in the dense form; the header stays.
  void assign_dense(const Registers& registers);
  void forget_estimate() noexcept { text_[15] = static_cast<char>(text_[15] | 0x80); }
  std::string_view text() const noexcept { return {text_.data(), text_.size()}; }
  Form form() const noexcept { return static_cast<Form>(text_[4]); }

 private:
  std::vector<char> text_;
};

// Writes the estimate into the header of a text that is a sketch.
void remember_estimate(char* text, uint64_t estimate) noexcept;

}  // namespace hyperloglog
