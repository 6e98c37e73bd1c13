#include "host/rdb/named.h"

#include <algorithm>
#include <cstring>

#include "host/base/blob.h"
#include "keel/cpp/stream.hpp"

namespace keel::rdb {
namespace {

// A module's id in RDB: nine characters of six bits each, from the highest down, and ten bits of version.
constexpr uint64_t module_id(std::string_view name, uint64_t version) {
  constexpr std::string_view kCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  uint64_t id = 0;
  for (const char c : name) id = id << 6 | kCharacters.find(c);
  return id << 10 | version;
}
constexpr uint64_t kModule = module_id("keelvalue", 1);

enum Part : uint64_t { kEnd = 0, kUnsigned = 2, kString = 5 };

constexpr size_t kPiece = 16 * 1024;  // bytes, unless a type asks for more room at once

// A sink that writes a piece, with its mark and length, whenever its room is full.
class PieceSink {
 public:
  explicit PieceSink(Writer& to) noexcept : face_{nullptr, nullptr, more, this}, to_(to) {}
  keel_sink& face() noexcept { return face_; }
  void flush() noexcept {
    if (!room_ || face_.cur == room_->data()) return;
    to_.length(kString);
    to_.string({room_->data(), static_cast<size_t>(face_.cur - room_->data())});
    face_.cur = room_->data();
  }

 private:
  static keel_status more(keel_sink* face, size_t need) noexcept {
    auto& self = *static_cast<PieceSink*>(face->impl);
    self.flush();
    if (!self.room_ || self.room_->capacity() < need) {
      self.room_ = base::BlobUse(base::Blob::make(std::max(kPiece, need)));
      if (!self.room_) {
        face->cur = face->end = nullptr;
        return KEEL_E_MEMORY;
      }
    }
    face->cur = self.room_->data();
    face->end = face->cur + self.room_->capacity();
    return self.to_.status();
  }

  keel_sink face_;
  Writer& to_;
  base::BlobUse room_;
};

}  // namespace

keel_status save_named(const keel_type& type, const keel_ref& value, keel_sink& to) noexcept {
  Writer out(to);
  out.length(kModule);
  out.length(kString);
  out.string(type.name);
  out.length(kUnsigned);
  out.length(type.rdb_version);
  PieceSink pieces(out);
  const keel_status saved = type.save(&value, &pieces.face());
  if (saved != KEEL_OK) return saved;
  pieces.flush();
  out.length(kEnd);
  return out.status();
}

bool read_named(std::string_view bytes, char* room, NamedValue& out) noexcept {
  keel_source source = memory_source(bytes);
  Reader in(source);
  // A string as it lies: one that is written as a number or packed is nothing that save_named() has written.
  const auto string = [&]() -> std::string_view {
    const uint64_t n = in.length();
    if (n > in.left()) in.fail();
    if (!in.ok()) return {};
    const char* at = source.cur;
    source.cur += n;
    return {at, static_cast<size_t>(n)};
  };
  const auto expect = [&](uint64_t what) {
    if (in.length() != what) in.fail();
  };
  expect(kModule);
  expect(kString);
  out.type = string();
  expect(kUnsigned);
  const uint64_t version = in.length();
  if (version > UINT32_MAX) in.fail();
  out.version = static_cast<uint32_t>(version);
  size_t joined = 0, pieces = 0;
  uint64_t part = in.length();
  for (; in.ok() && part == kString; part = in.length()) {
    const std::string_view piece = string();
    if (!in.ok()) return false;
    if (++pieces == 1) {
      out.payload = piece;
      continue;
    }
    if (pieces == 2) {
      std::memcpy(room, out.payload.data(), out.payload.size());
      joined = out.payload.size();
    }
    std::memcpy(room + joined, piece.data(), piece.size());
    joined += piece.size();
    out.payload = {room, joined};
  }
  if (part != kEnd) in.fail();
  out.used = static_cast<size_t>(source.cur - bytes.data());
  return in.ok();
}

}  // namespace keel::rdb
