// host/base/glob.h - the patterns of keel/cpp/glob.hpp under the host's names.
#pragma once
#include "keel/cpp/glob.hpp"

namespace keel::base {

using keel::Glob;
using keel::glob_match;
using keel::GlobCase;

}  // namespace keel::base
