// info.h - INFO tls.
#pragma once
#include "keel/info.h"

namespace keel::tls {

extern const keel_info_section kInfoSection;

}  // namespace keel::tls
