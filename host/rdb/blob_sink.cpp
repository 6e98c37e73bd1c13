#include "host/rdb/blob_sink.h"

#include <algorithm>

namespace keel::rdb {
namespace {

constexpr size_t kFirst = 512;                   // bytes
constexpr size_t kMost = size_t{1} << 40;        // bytes; no value of any server is longer
constexpr size_t kMostAtOnce = size_t{1} << 32;  // bytes of room that a type may ask for

}  // namespace

BlobSink::BlobSink() noexcept : face_{nullptr, nullptr, more, this} {}

std::string_view BlobSink::bytes() const noexcept {
  if (!block_) return {};
  return {block_->data(), static_cast<size_t>(face_.cur - block_->data())};
}

keel_status BlobSink::more(keel_sink* face, size_t need) noexcept {
  auto& self = *static_cast<BlobSink*>(face->impl);
  const std::string_view have = self.bytes();
  if (need > kMostAtOnce || have.size() > kMost) return KEEL_E_MEMORY;
  base::BlobUse grown(base::Blob::make(std::max({kFirst, have.size() * 2, have.size() + need})));
  if (!grown) return KEEL_E_MEMORY;
  if (!have.empty()) std::memcpy(grown->data(), have.data(), have.size());
  self.block_ = std::move(grown);
  face->cur = self.block_->data() + have.size();
  face->end = self.block_->data() + self.block_->capacity();
  return KEEL_OK;
}

}  // namespace keel::rdb
