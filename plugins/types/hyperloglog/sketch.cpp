#include "plugins/types/hyperloglog/sketch.h"

#include <cstring>

#include "plugins/types/hyperloglog/sparse.h"

namespace hyperloglog {
namespace {

constexpr std::string_view kMagic = "HYLL";
constexpr uint64_t kForgotten = uint64_t{1} << 63;

}  // namespace

std::optional<Sketch> Sketch::of(std::string_view text) noexcept {
  if (text.size() < kHeader || !text.starts_with(kMagic)) return std::nullopt;
  const auto form = static_cast<uint8_t>(text[4]);
  if (form > static_cast<uint8_t>(Form::kSparse)) return std::nullopt;
  if (form == static_cast<uint8_t>(Form::kDense) && text.size() != kHeader + kDenseBytes) return std::nullopt;
  return Sketch(text);
}

std::optional<uint64_t> Sketch::last_estimate() const noexcept {
  uint64_t estimate;
  std::memcpy(&estimate, text_.data() + 8, sizeof estimate);
  return (estimate & kForgotten) == 0 ? std::optional{estimate} : std::nullopt;
}

bool Sketch::merge(Registers& into) const noexcept {
  if (form() == Form::kSparse) return sparse_merge(registers(), into);
  dense_merge(registers().data(), into);
  return true;
}

void SketchEditor::begin() {
  constexpr std::string_view kAllZero = "\x7f\xff";  // one run
  text_.assign(kHeader, '\0');
  std::memcpy(text_.data(), kMagic.data(), kMagic.size());
  text_[4] = static_cast<char>(Form::kSparse);
  text_.insert(text_.end(), kAllZero.begin(), kAllZero.end());
}

SketchEditor::Result SketchEditor::raise(Place place, size_t most_bytes) {
  if (form() == Form::kSparse) {
    switch (sparse_raise(text_, kHeader, place.index, place.value, most_bytes)) {
      case SetResult::kUnchanged:
        return Result::kUnchanged;
      case SetResult::kChanged:
        return Result::kChanged;
      case SetResult::kCorrupt:
        return Result::kCorrupt;
      case SetResult::kTooBig:
        if (!to_dense()) return Result::kCorrupt;
    }
  }
  char* dense = text_.data() + kHeader;
  if (dense_get(dense, place.index) >= place.value) return Result::kUnchanged;
  dense_set(dense, place.index, place.value);
  return Result::kChanged;
}

bool SketchEditor::to_dense() {
  if (form() == Form::kDense) return true;
  Registers registers{};
  if (!sparse_merge(text().substr(kHeader), registers)) return false;
  assign_dense(registers);
  return true;
}

void SketchEditor::assign_dense(const Registers& registers) {
  text_.resize(kHeader + kDenseBytes);
  text_[4] = static_cast<char>(Form::kDense);
  dense_write(registers, text_.data() + kHeader);
}

void remember_estimate(char* text, uint64_t estimate) noexcept {
  std::memcpy(text + 8, &estimate, sizeof estimate);
}

}  // namespace hyperloglog
