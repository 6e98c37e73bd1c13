// host/rdb/blob_sink.h - a sink for what types save that keeps everything in one block, which a reply can send from
// where it lies.
#pragma once
#include <string_view>

#include "host/base/blob.h"
#include "keel/type.h"

namespace keel::rdb {

class BlobSink {
 public:
  BlobSink() noexcept;
  BlobSink(const BlobSink&) = delete;
  BlobSink& operator=(const BlobSink&) = delete;

  keel_sink& face() noexcept { return face_; }
  // What has been written; it moves with the next byte.
  std::string_view bytes() const noexcept;
  // Its block; nullptr while nothing has been written.
  base::Blob* block() const noexcept { return block_.get(); }

 private:
  static keel_status more(keel_sink* face, size_t need) noexcept;

  keel_sink face_;
  base::BlobUse block_;
};

}  // namespace keel::rdb
