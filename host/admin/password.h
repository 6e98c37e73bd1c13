// host/admin/password.h - whether a user may come in.
#pragma once
#include <string_view>

#include "host/base/settings.h"

namespace keel::admin {

// Compares without telling by its duration where two texts begin to differ.
bool same_secret(std::string_view given, std::string_view expected) noexcept;

// Only the user "default" exists; without requirepass any password is its own.
bool may_enter(const base::Settings& settings, std::string_view user, std::string_view password);

inline constexpr std::string_view kDefaultUser = "default";
inline constexpr std::string_view kWrongPassword = "WRONGPASS invalid username-password pair or user is disabled.";

}  // namespace keel::admin
