#include "host/admin/password.h"

namespace keel::admin {

bool same_secret(std::string_view given, std::string_view expected) noexcept {
  // One step for each byte that was given, whatever is expected: the caller knows how many those are.
  volatile unsigned difference = given.size() == expected.size() ? 0u : 1u;
  for (size_t i = 0; i < given.size(); ++i) {
    const char e = expected.empty() ? '\0' : expected[i % expected.size()];
    difference = difference | static_cast<unsigned char>(given[i] ^ e);
  }
  return difference == 0;
}

bool may_enter(const base::Settings& settings, std::string_view user, std::string_view password) {
  const bool open = !settings.has_requirepass;
  const bool same = same_secret(password, settings.requirepass.get());
  return user == kDefaultUser && (open || same);
}

}  // namespace keel::admin
