// host/base/roles.h - what the calling thread may do; see keel/abi.h.
#pragma once
#include <cstdint>

namespace keel::base {

inline thread_local uint32_t t_roles = 0;  // KEEL_ROLE_*

inline uint32_t roles() noexcept {
  return t_roles;
}
inline void add_role(uint32_t role) noexcept {
  t_roles |= role;
}
inline void drop_role(uint32_t role) noexcept {
  t_roles &= ~role;
}

}  // namespace keel::base
