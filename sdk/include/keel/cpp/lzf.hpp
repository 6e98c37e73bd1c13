// keel/cpp/lzf.hpp - unpacks and packs LZF, the compression of strings in RDB files.
//
// The format is a row of two kinds of item:
//   000nnnnn                            n + 1 bytes follow as they are
//   lllooooo [lllllll] oooooooo         l + 2 bytes (l = 7: 9 plus the extra byte) from o + 1 bytes back
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace keel {

// No packed form of n bytes unpacks to more than n times this: three bytes name at most 264.
inline constexpr size_t kLzfMaxGrowth = 88;

namespace lzf {

inline constexpr size_t kMaxLiteral = 32;
inline constexpr size_t kMaxOffset = 1 << 13;
inline constexpr size_t kMinMatch = 3;
inline constexpr size_t kMaxMatch = 264;

inline constexpr unsigned kHashBits = 13;
inline uint32_t hash3(const char* p) noexcept {
  uint32_t v = 0;
  std::memcpy(&v, p, kMinMatch);
  return (v * 2654435761u) >> (32 - kHashBits);
}

// Writes items into bounded room; after the first that does not fit, nothing more.
class Packer {
 public:
  explicit Packer(std::span<char> out) noexcept : out_(out) {}

  void literals(std::span<const char> bytes) noexcept {
    while (!bytes.empty()) {
      const size_t n = std::min(bytes.size(), kMaxLiteral);
      if (!room(n + 1)) return;
      put(n - 1);
      std::memcpy(out_.data() + used_, bytes.data(), n);
      used_ += n;
      bytes = bytes.subspan(n);
    }
  }
  void match(size_t offset, size_t length) noexcept {
    if (!room(3)) return;
    const size_t l = length - 2;
    const size_t o = offset - 1;
    put((std::min<size_t>(l, 7) << 5) | (o >> 8));
    if (l >= 7) put(l - 7);
    put(o & 0xff);
  }
  size_t used() const noexcept { return full_ ? 0 : used_; }

 private:
  bool room(size_t n) noexcept {
    if (out_.size() - used_ < n) full_ = true;
    return !full_;
  }
  void put(size_t byte) noexcept { out_[used_++] = static_cast<char>(byte); }

  std::span<char> out_;
  size_t used_ = 0;
  bool full_ = false;
};

}  // namespace lzf

// Unpacks untrusted bytes.  True when `packed` is well formed and fills `out` exactly; else what is in `out` is
// garbage.
inline bool lzf_unpack(std::span<const char> packed, std::span<char> out) noexcept {
  size_t in = 0;
  size_t done = 0;
  const auto next = [&] { return static_cast<size_t>(static_cast<unsigned char>(packed[in++])); };
  while (in < packed.size()) {
    const size_t control = next();
    if (control < lzf::kMaxLiteral) {
      const size_t n = control + 1;
      if (packed.size() - in < n || out.size() - done < n) return false;
      std::memcpy(out.data() + done, packed.data() + in, n);
      in += n;
      done += n;
      continue;
    }
    size_t n = control >> 5;
    if (n == 7) {
      if (in == packed.size()) return false;
      n += next();
    }
    n += 2;
    if (in == packed.size()) return false;
    const size_t offset = ((control & 0x1f) << 8 | next()) + 1;
    if (offset > done || out.size() - done < n) return false;
    // Source and target may overlap: a short offset repeats what it has just written.
    for (char* to = out.data() + done; n > 0; --n, ++to, ++done) *to = *(to - offset);
  }
  return done == out.size();
}

// Packs `in` into `out`; returns the bytes used, or 0 when they do not fit.  Uses 32 KiB of stack.
inline size_t lzf_pack(std::span<const char> in, std::span<char> out) noexcept {
  if (in.size() > UINT32_MAX) return 0;
  std::array<uint32_t, size_t{1} << lzf::kHashBits> seen{};  // where three bytes with this hash stood last, plus one
  lzf::Packer packer(out);
  size_t at = 0;
  size_t pending = 0;  // bytes before `at` that are not written yet start here
  while (at + lzf::kMinMatch <= in.size()) {
    uint32_t& slot = seen[lzf::hash3(in.data() + at)];
    const size_t candidate = slot;
    slot = static_cast<uint32_t>(at + 1);
    const size_t offset = at + 1 - candidate;
    if (candidate == 0 || offset > lzf::kMaxOffset || std::memcmp(&in[at], &in[at - offset], lzf::kMinMatch) != 0) {
      ++at;
      continue;
    }
    const size_t longest = std::min(lzf::kMaxMatch, in.size() - at);
    size_t length = lzf::kMinMatch;
    while (length < longest && in[at + length] == in[at + length - offset]) ++length;
    packer.literals(in.subspan(pending, at - pending));
    packer.match(offset, length);
    at += length;
    pending = at;
  }
  packer.literals(in.subspan(pending));
  return packer.used();
}

}  // namespace keel
